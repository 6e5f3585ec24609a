//! The text of a query, and string literals in both directions. `parse(query.to_string())` is
//! `query` again.

use std::fmt::{self, Display, Formatter};

use crate::soql::{
    Comparison, Condition, Direction, Function, Item, Literal, Membership, Nulls, Order, Path,
    Query,
};

/// `text` between quotes, with everything escaped that a string literal cannot hold.
pub(crate) fn quoted(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('\'');
    for c in text.chars() {
        match c {
            '\\' => literal.push_str("\\\\"),
            other => push_escaped(&mut literal, other),
        }
    }
    literal.push('\'');
    literal
}

/// The text that a string literal's inside means, or the escape that means nothing.
pub fn unescaped(raw: &str) -> Result<String, String> {
    decode(raw, |text, c| {
        text.push(c);
    })
}

/// Like [`unescaped`], for the right side of `LIKE`: `\_`, `\%` and `\\` stay escaped.
pub fn unescaped_pattern(raw: &str) -> Result<String, String> {
    let mut pattern = String::with_capacity(raw.len());
    let mut rest = raw.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            pattern.push(c);
            continue;
        }
        match rest.next() {
            Some(kept @ ('_' | '%' | '\\')) => pattern.extend(['\\', kept]),
            Some(letter) => pattern.push(escape(letter, &mut rest)?),
            None => return Err("\\".to_owned()),
        }
    }
    Ok(pattern)
}

fn decode(raw: &str, push: impl Fn(&mut String, char)) -> Result<String, String> {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw.chars();
    while let Some(c) = rest.next() {
        let meant = match c {
            '\\' => match rest.next() {
                Some(letter) => escape(letter, &mut rest)?,
                None => return Err("\\".to_owned()),
            },
            other => other,
        };
        push(&mut text, meant);
    }
    Ok(text)
}

fn escape(letter: char, rest: &mut std::str::Chars<'_>) -> Result<char, String> {
    Ok(match letter {
        'n' | 'N' => '\n',
        'r' | 'R' => '\r',
        't' | 'T' => '\t',
        'b' | 'B' => '\u{8}',
        'f' | 'F' => '\u{c}',
        '"' | '\'' | '\\' => letter,
        'u' => {
            let digits: String = rest.take(4).collect();
            let code = u32::from_str_radix(&digits, 16).ok();
            code.filter(|_| digits.len() == 4)
                .and_then(char::from_u32)
                .ok_or_else(|| format!("\\u{digits}"))?
        }
        other => return Err(format!("\\{other}")),
    })
}

fn push_escaped(literal: &mut String, c: char) {
    match c {
        '\'' => literal.push_str("\\'"),
        '\n' => literal.push_str("\\n"),
        '\r' => literal.push_str("\\r"),
        '\t' => literal.push_str("\\t"),
        '\u{8}' => literal.push_str("\\b"),
        '\u{c}' => literal.push_str("\\f"),
        control if u32::from(control) < 0x20 => {
            literal.push_str(&format!("\\u{:04x}", u32::from(control)));
        }
        other => literal.push(other),
    }
}

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "SELECT {} FROM {}", listed(&self.items), self.from)?;
        if let Some(condition) = &self.condition {
            write!(f, " WHERE {condition}")?;
        }
        if !self.group_by.is_empty() {
            write!(f, " GROUP BY {}", listed(&self.group_by))?;
        }
        if !self.order_by.is_empty() {
            write!(f, " ORDER BY {}", listed(&self.order_by))?;
        }
        if let Some(limit) = self.limit {
            write!(f, " LIMIT {limit}")?;
        }
        if let Some(offset) = self.offset {
            write!(f, " OFFSET {offset}")?;
        }
        Ok(())
    }
}

impl Display for Item {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let alias = match self {
            Self::Field { path, alias } => {
                write!(f, "{path}")?;
                alias
            }
            Self::Aggregate {
                function,
                path,
                alias,
            } => {
                write!(f, "{}(", function.name())?;
                if let Some(path) = path {
                    write!(f, "{path}")?;
                }
                f.write_str(")")?;
                alias
            }
            Self::Children(query) => return write!(f, "({query})"),
        };
        match alias {
            Some(alias) => write!(f, " {alias}"),
            None => Ok(()),
        }
    }
}

impl Function {
    /// As written in a query.
    pub fn name(self) -> &'static str {
        match self {
            Self::Count => "COUNT",
            Self::CountDistinct => "COUNT_DISTINCT",
            Self::Min => "MIN",
            Self::Max => "MAX",
            Self::Sum => "SUM",
            Self::Average => "AVG",
        }
    }
}

impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("."))
    }
}

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(parts) => f.write_str(&joined(parts, " AND ")),
            Self::Or(parts) => f.write_str(&joined(parts, " OR ")),
            Self::Not(inner) => write!(f, "(NOT {})", operand(inner)),
            Self::Compare {
                path,
                comparison,
                value,
            } => write!(f, "{path} {} {value}", comparison.sign()),
            Self::Like { path, pattern } => {
                write!(f, "{path} LIKE '")?;
                let mut literal = String::new();
                pattern.chars().for_each(|c| push_escaped(&mut literal, c));
                write!(f, "{literal}'")
            }
            Self::OneOf {
                path,
                membership,
                values,
            } => write!(f, "{path} {} ({})", membership.name(), listed(values)),
            Self::SemiJoin {
                path,
                membership,
                query,
            } => write!(f, "{path} {} ({query})", membership.name()),
        }
    }
}

impl Comparison {
    fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

impl Membership {
    fn name(self) -> &'static str {
        match self {
            Self::In => "IN",
            Self::NotIn => "NOT IN",
        }
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Truth(truth) => write!(f, "{truth}"),
            Self::Number(text) | Self::Date(text) | Self::DateTime(text) | Self::Named(text) => {
                f.write_str(text)
            }
            Self::Text(text) => f.write_str(&quoted(text)),
        }
    }
}

impl Display for Order {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path)?;
        if self.direction == Direction::Descending {
            f.write_str(" DESC")?;
        }
        match self.nulls {
            Some(Nulls::First) => f.write_str(" NULLS FIRST"),
            Some(Nulls::Last) => f.write_str(" NULLS LAST"),
            None => Ok(()),
        }
    }
}

fn joined(parts: &[Condition], between: &str) -> String {
    let parts: Vec<String> = parts.iter().map(operand).collect();
    parts.join(between)
}

/// A condition as part of another: SOQL mixes `AND` and `OR` only with brackets.
fn operand(condition: &Condition) -> String {
    match condition {
        Condition::And(_) | Condition::Or(_) => format!("({condition})"),
        other => other.to_string(),
    }
}

fn listed<T: Display>(items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(T::to_string).collect();
    items.join(", ")
}
