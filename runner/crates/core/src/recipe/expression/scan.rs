//! Finds `${…}` in a text, and names in an expression. `$${` stands for `${`; quotes and braces inside an expression
//! nest. This file does not judge whether an expression makes sense.

use std::ops::Range;

use crate::recipe::expression::Path;

/// A text cut at its expressions. Ranges are bytes of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::recipe) enum Cut {
    Text(String),
    /// `range` includes `${` and `}`.
    Expression {
        range: Range<usize>,
    },
    /// There is no closing brace.
    Unclosed {
        range: Range<usize>,
    },
}

/// The pieces of a text, in order.
pub(in crate::recipe) fn cut(text: &str) -> Vec<Cut> {
    let mut cuts = Vec::new();
    let mut literal = String::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("$${") {
            literal.push_str("${");
            at += 3;
        } else if let Some(inside) = rest.strip_prefix("${") {
            if !literal.is_empty() {
                cuts.push(Cut::Text(std::mem::take(&mut literal)));
            }
            match end(inside) {
                Some(length) => {
                    let range = at..at + 2 + length + 1;
                    at = range.end;
                    cuts.push(Cut::Expression { range });
                }
                None => {
                    cuts.push(Cut::Unclosed {
                        range: at..text.len(),
                    });
                    at = text.len();
                }
            }
        } else {
            let next = rest.chars().next().expect("there is a rest");
            literal.push(next);
            at += next.len_utf8();
        }
    }
    if !literal.is_empty() {
        cuts.push(Cut::Text(literal));
    }
    cuts
}

/// Length of the expression that begins here, up to its closing brace.
fn end(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quoted = Quotes::default();
    for (at, c) in text.char_indices() {
        if quoted.inside(c) {
            continue;
        }
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Follows quotes and backslashes character by character.
#[derive(Default)]
struct Quotes {
    open: Option<char>,
    escaped: bool,
}

impl Quotes {
    /// Says whether `c` belongs to a text in quotes, the quotes included.
    fn inside(&mut self, c: char) -> bool {
        match self.open {
            Some(_) if self.escaped => self.escaped = false,
            Some(_) if c == '\\' => self.escaped = true,
            Some(quote) if c == quote => self.open = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => self.open = Some(c),
            None => return false,
        }
        true
    }
}

/// A name in an expression, by its role. Ranges are bytes of the expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::recipe) enum Word {
    Path(Path),
    /// A name after `|`.
    Filter(String, Range<usize>),
    /// A name after `is`.
    Test(String, Range<usize>),
    /// A name before `(` that is neither a filter nor a test.
    Call(String, Range<usize>),
}

/// Words of the expression language itself.
const KEYWORDS: &[&str] = &[
    "and", "or", "not", "in", "is", "if", "else", "true", "True", "false", "False", "none", "None",
];

/// The names in an expression.
pub(in crate::recipe) fn words(expression: &str) -> Vec<Word> {
    let tokens = tokens(expression);
    let mut words = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let (text, range) = tokens[at].clone();
        let before = at.checked_sub(1).map(|before| tokens[before].0);
        let is_not = before == Some("not") && at >= 2 && tokens[at - 2].0 == "is";
        let first = at;
        at += 1;
        if !is_name(text) {
            continue;
        }
        let name = text.to_owned();
        match before {
            Some("|") => words.push(Word::Filter(name, range)),
            Some("is") if text != "not" => words.push(Word::Test(name, range)),
            _ if is_not => words.push(Word::Test(name, range)),
            // `[0].name`: a part of something that is not a path.
            Some(".") if next(&tokens, at) == Some("(") => words.push(Word::Call(name, range)),
            Some(".") => {}
            _ if KEYWORDS.contains(&text) => {}
            // The name of an argument.
            _ if next(&tokens, at) == Some("=") => {}
            _ => {
                let (path, length) = path(&tokens, first);
                at = first + length;
                if next(&tokens, at) == Some("(") {
                    words.push(Word::Call(path.text(), path.span));
                } else {
                    words.push(Word::Path(path));
                }
            }
        }
    }
    words
}

/// Says whether the expression is a path and nothing else.
pub(in crate::recipe) fn is_path(expression: &str) -> bool {
    let tokens = tokens(expression);
    let is_name_at = |at: usize| is_name(tokens[at].0);
    !tokens.is_empty()
        && is_name_at(0)
        && !KEYWORDS.contains(&tokens[0].0)
        && path(&tokens, 0).1 == tokens.len()
}

type Piece<'t> = (&'t str, Range<usize>);

/// `name (. name)*` from the token at `first` on, with a key behind the name of a step: `steps.user["key"].user_id`.
/// And the number of its tokens.
fn path(tokens: &[Piece<'_>], first: usize) -> (Path, usize) {
    let mut segments = vec![tokens[first].0.to_owned()];
    let mut span = tokens[first].1.clone();
    let mut key = None;
    let mut at = first + 1;
    loop {
        match &tokens[at..] {
            [(".", _), (name, range), ..] if is_name(name) => {
                segments.push((*name).to_owned());
                span.end = range.end;
                at += 2;
            }
            [("[", _), (text, _), ("]", range), ..]
                if segments.len() == 2 && segments[0] == "steps" && key.is_none() =>
            {
                let Some(text) = literal(text) else { break };
                key = Some(text);
                span.end = range.end;
                at += 3;
            }
            _ => break,
        }
    }
    let path = Path {
        segments,
        key,
        span,
    };
    (path, at - first)
}

/// The text between quotes, with `\\` before a quote or a backslash.
fn literal(token: &str) -> Option<String> {
    let quote = token.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inside = token.strip_prefix(quote)?.strip_suffix(quote)?;
    let mut text = String::with_capacity(inside.len());
    let mut rest = inside.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => text.push(rest.next().filter(|c| matches!(c, '\\' | '"' | '\''))?),
            c => text.push(c),
        }
    }
    Some(text)
}

fn next<'t>(tokens: &[Piece<'t>], at: usize) -> Option<&'t str> {
    tokens.get(at).map(|(text, _)| *text)
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// Names, numbers and single characters. A text in quotes becomes one piece; blanks are dropped.
fn tokens(expression: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < expression.len() {
        let rest = &expression[at..];
        let first = rest.chars().next().expect("there is a rest");
        let length = match first {
            '"' | '\'' => quoted(rest),
            c if c.is_ascii_alphanumeric() || c == '_' => rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len()),
            // `==` is not two `=`.
            '=' | '!' | '<' | '>' if rest[1..].starts_with('=') => 2,
            c => c.len_utf8(),
        };
        if !first.is_whitespace() {
            pieces.push((&expression[at..at + length], at..at + length));
        }
        at += length;
    }
    pieces
}

fn quoted(text: &str) -> usize {
    let mut quotes = Quotes::default();
    for (at, c) in text.char_indices() {
        quotes.inside(c);
        if quotes.open.is_none() {
            return at + c.len_utf8();
        }
    }
    text.len()
}
