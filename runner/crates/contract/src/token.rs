//! Names of what exists only later: the unit of a run, and the token that stands for a value.
//!
//! A token travels as text, through plugins, plans and journals. Only this file writes and reads that text; everything
//! else compares fields.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One step, or one item of a step in a loop.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unit {
    pub step: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
}

impl Unit {
    /// A step outside of loops.
    pub fn step(step: impl Into<String>) -> Self {
        Self {
            step: step.into(),
            item: None,
        }
    }

    /// The token of what `address` binds under `name`.
    pub fn binds(&self, address: impl Into<String>, name: impl Into<String>) -> Token {
        Token::Bound(Arc::new(BoundBy {
            unit: self.clone(),
            address: address.into().into_boxed_str(),
            name: name.into().into_boxed_str(),
        }))
    }
}

/// Written as people read it: `step`, or `step[item]`.
impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.item {
            Some(item) => write!(f, "{}[{item}]", self.step),
            None => f.write_str(&self.step),
        }
    }
}

/// Stands for a value that exists only later. Usher makes it; plugins pass it on and never read it.
///
/// Unique in a run. A backslash goes before a sign that would end its part of the text too early. Plans hold many, each
/// in the place of a value: they are small, and copies share the names.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Token {
    /// A value that a change or an effect binds, or a field of the record that it brings: `step:address.name`,
    /// or `step[item]:address.name` inside a loop.
    Bound(Arc<BoundBy>),
    /// The id of one component of several that one change deploys: `step:address.id/Full name`.
    Part(Arc<PartOf>),
    /// The whole plan of a step that cannot be planned yet: `step:plan`.
    Plan(Arc<Unit>),
    /// A secret input: `inputs:name`.
    Input(String),
    /// Something that only happens and is never bound. An answer may wait for it; no value replaces it: `?text`.
    Loose(String),
}

/// The name of a value that a change or an effect binds.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BoundBy {
    pub unit: Unit,
    /// Of the change or effect.
    pub address: Box<str>,
    /// `id`, the name of a result, or a field.
    pub name: Box<str>,
}

/// The name of a component that a change deploys with others.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartOf {
    pub unit: Unit,
    /// Of the change.
    pub address: Box<str>,
    pub full_name: Box<str>,
}

/// A text that Usher would not have written for any token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a token")]
pub struct NotAToken(String);

impl Token {
    /// The token of a text that others wrote. A text that is not a token becomes one that was handed to no plugin, so
    /// it is refused like any other such token.
    pub fn of_text(text: &str) -> Self {
        text.parse()
            .unwrap_or_else(|NotAToken(text)| Self::Loose(text))
    }

    /// Says that the token stands for a secret input.
    pub fn is_secret(&self) -> bool {
        matches!(self, Self::Input(_))
    }

    /// The change or effect that binds the value, if one does.
    pub fn binder(&self) -> Option<(&Unit, &str)> {
        match self {
            Self::Bound(bound) => Some((&bound.unit, &bound.address)),
            Self::Part(part) => Some((&part.unit, &part.address)),
            Self::Plan(_) | Self::Input(_) | Self::Loose(_) => None,
        }
    }

    /// The name under which `address` of `unit` binds the value; `None` when something else binds it.
    pub fn name_of(&self, unit: &Unit, address: &str) -> Option<&str> {
        match self {
            Self::Bound(bound) if bound.unit == *unit && *bound.address == *address => {
                Some(&bound.name)
            }
            _ => None,
        }
    }

    /// The token of another field of the record whose id this one is.
    #[must_use]
    pub fn field(&self, field: &str) -> Self {
        match self.binder() {
            Some((unit, address)) => unit.binds(address, field),
            None => Self::Loose(format!("{self}.{field}")),
        }
    }

    /// The token of one of the components that the change deploys whose id this one is.
    #[must_use]
    pub fn part(&self, full_name: &str) -> Self {
        match self.binder() {
            Some((unit, address)) => Self::Part(Arc::new(PartOf {
                unit: unit.clone(),
                address: address.into(),
                full_name: full_name.into(),
            })),
            None => Self::Loose(format!("{self}/{full_name}")),
        }
    }
}

/// Signs that end a step's name.
const STEP_SIGNS: &[char] = &['\\', '[', ':'];
const ITEM_SIGNS: &[char] = &['\\', ']'];
/// An address may hold every other sign: the last dot of the text ends it.
const ADDRESS_SIGNS: &[char] = &['\\'];
const NAME_SIGNS: &[char] = &['\\', '.', '/'];

/// The word before the colon of a secret input.
const INPUTS: &str = "inputs";
/// The word after the colon of a step's plan.
const PLAN: &str = "plan";
/// The name under which a deployment's change binds its component.
const ID: &str = "id";

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bound(bound) => {
                write_unit(f, &bound.unit)?;
                f.write_str(":")?;
                escaped(f, &bound.address, ADDRESS_SIGNS)?;
                f.write_str(".")?;
                escaped(f, &bound.name, NAME_SIGNS)
            }
            Self::Part(part) => {
                write_unit(f, &part.unit)?;
                f.write_str(":")?;
                escaped(f, &part.address, ADDRESS_SIGNS)?;
                write!(f, ".{ID}/")?;
                escaped(f, &part.full_name, NAME_SIGNS)
            }
            Self::Plan(unit) => {
                // A backslash tells it from a secret input called `plan`.
                if unit.step == INPUTS && unit.item.is_none() {
                    f.write_str("\\")?;
                }
                write_unit(f, unit)?;
                write!(f, ":{PLAN}")
            }
            Self::Input(name) => {
                write!(f, "{INPUTS}:")?;
                escaped(f, name, NAME_SIGNS)
            }
            Self::Loose(text) => write!(f, "?{text}"),
        }
    }
}

fn write_unit(f: &mut fmt::Formatter<'_>, unit: &Unit) -> fmt::Result {
    if unit.step.starts_with('?') {
        f.write_str("\\")?;
    }
    escaped(f, &unit.step, STEP_SIGNS)?;
    if let Some(item) = &unit.item {
        f.write_str("[")?;
        escaped(f, item, ITEM_SIGNS)?;
        f.write_str("]")?;
    }
    Ok(())
}

fn escaped(f: &mut fmt::Formatter<'_>, text: &str, signs: &[char]) -> fmt::Result {
    use fmt::Write as _;
    for sign in text.chars() {
        if signs.contains(&sign) {
            f.write_char('\\')?;
        }
        f.write_char(sign)?;
    }
    Ok(())
}

/// The token in quotes.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Token").field(&self.to_string()).finish()
    }
}

impl FromStr for Token {
    type Err = NotAToken;

    fn from_str(text: &str) -> Result<Self, NotAToken> {
        if let Some(loose) = text.strip_prefix('?') {
            return Ok(Self::Loose(loose.to_owned()));
        }
        read(text).ok_or_else(|| NotAToken(text.to_owned()))
    }
}

/// Reads a token that is not a loose one.
fn read(text: &str) -> Option<Token> {
    let colon = end_of_unit(text)?;
    let (unit, bound) = (&text[..colon], &text[colon + 1..]);
    let Some(dot) = raw(bound, '.').last() else {
        return match (unit, bound) {
            (INPUTS, name) => Some(Token::Input(unescaped(name, NAME_SIGNS))),
            (unit, PLAN) => Some(Token::Plan(Arc::new(read_unit(unit)?))),
            _ => None,
        };
    };
    let unit = read_unit(unit)?;
    let address = unescaped(&bound[..dot], ADDRESS_SIGNS).into_boxed_str();
    let name = &bound[dot + 1..];
    Some(match raw(name, '/').next() {
        None => Token::Bound(Arc::new(BoundBy {
            unit,
            address,
            name: unescaped(name, NAME_SIGNS).into(),
        })),
        Some(slash) if &name[..slash] == ID => Token::Part(Arc::new(PartOf {
            unit,
            address,
            full_name: unescaped(&name[slash + 1..], NAME_SIGNS).into(),
        })),
        Some(_) => return None,
    })
}

/// Returns the place of the colon that ends the unit.
fn end_of_unit(text: &str) -> Option<usize> {
    let colon = raw(text, ':').next()?;
    match raw(text, '[').next() {
        Some(open) if open < colon => {
            let close = open + raw(&text[open..], ']').next()?;
            (text.as_bytes().get(close + 1) == Some(&b':')).then_some(close + 1)
        }
        _ => Some(colon),
    }
}

fn read_unit(text: &str) -> Option<Unit> {
    let (step, item) = match raw(text, '[').next() {
        None => (text, None),
        Some(open) => (
            &text[..open],
            Some(unescaped(text[open + 1..].strip_suffix(']')?, ITEM_SIGNS)),
        ),
    };
    // A backslash may be before any sign of a step: `\inputs` is a step.
    let mut signs = step.chars();
    let mut name = String::new();
    while let Some(sign) = signs.next() {
        name.push(if sign == '\\' { signs.next()? } else { sign });
    }
    Some(Unit { step: name, item })
}

/// Returns the places of a sign where no backslash takes its meaning away.
fn raw(text: &str, sign: char) -> impl Iterator<Item = usize> {
    let mut is_escaped = false;
    text.char_indices().filter_map(move |(at, found)| {
        let taken = is_escaped;
        is_escaped = found == '\\' && !taken;
        (found == sign && !taken).then_some(at)
    })
}

/// The text that [`escaped`] wrote. A backslash before any other sign is itself, as older journals hold it.
fn unescaped(text: &str, signs: &[char]) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(sign) = rest.next() {
        match rest.peek() {
            Some(next) if sign == '\\' && signs.contains(next) => {
                plain.push(*next);
                rest.next();
            }
            _ => plain.push(sign),
        }
    }
    plain
}

impl Serialize for Token {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Takes any text: older journals hold tokens from before the grammar.
impl<'de> Deserialize<'de> for Token {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::of_text(&String::deserialize(deserializer)?))
    }
}

#[cfg(test)]
mod tests;
