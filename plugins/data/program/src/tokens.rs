//! Cuts an expression into tokens.

/// The part of an expression that a program does not support.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotSupported(pub String);

/// A word, a value or a sign of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    Name(String),
    Text(String),
    Whole(i64),
    Fraction(f64),
    Sign(&'static str),
}

/// Two characters before one.
const SIGNS: &[&str] = &[
    "==", "!=", "<=", ">=", "//", "**", "<", ">", "+", "-", "*", "/", "%", "~", "(", ")", "[", "]",
    "{", "}", ",", ".", "|", ":", "=",
];

pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, NotSupported> {
    let mut tokens = vec![];
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            c if c.is_whitespace() => {
                rest = &rest[c.len_utf8()..];
                continue;
            }
            '"' | '\'' => quoted(rest, first)?,
            c if c.is_ascii_alphabetic() || c == '_' => {
                let length = rest
                    .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                    .unwrap_or(rest.len());
                (Token::Name(rest[..length].to_owned()), length)
            }
            c if c.is_ascii_digit() => number(rest, &tokens)?,
            _ => match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                Some(sign) => (Token::Sign(sign), sign.len()),
                None => return Err(NotSupported(format!("the character `{first}`"))),
            },
        };
        tokens.push(token);
        rest = &rest[length..];
    }
    Ok(tokens)
}

fn number(rest: &str, before: &[Token]) -> Result<(Token, usize), NotSupported> {
    let digits = |text: &str| {
        text.find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len())
    };
    let whole = digits(rest);
    let part = rest[whole..].strip_prefix('.').map(digits);
    // In `list.0.name` a dot comes before the number.
    let is_item = before.last() == Some(&Token::Sign("."));
    let length = match part {
        Some(part) if part > 0 && !is_item => whole + 1 + part,
        _ => whole,
    };
    let odd = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if rest[length..].starts_with(odd) {
        return Err(NotSupported(
            "a number that is not written in digits".to_owned(),
        ));
    }
    let text = &rest[..length];
    let token = match length == whole {
        true => text.parse().ok().map(Token::Whole),
        false => text.parse().ok().map(Token::Fraction),
    };
    match token {
        Some(token) => Ok((token, length)),
        None => Err(NotSupported("a number beyond 64 bits".to_owned())),
    }
}

/// A text in quotes and its length with them.
fn quoted(rest: &str, quote: char) -> Result<(Token, usize), NotSupported> {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        match c {
            c if c == quote => return Ok((Token::Text(text), at + 1)),
            '\\' => text.push(match characters.next() {
                Some((_, 'n')) => '\n',
                Some((_, 't')) => '\t',
                Some((_, 'r')) => '\r',
                Some((_, same @ ('\\' | '"' | '\''))) => same,
                _ => {
                    return Err(NotSupported(
                        "an escape other than `\\n`, `\\t`, `\\r`, `\\\\` and quotes".to_owned(),
                    ));
                }
            }),
            c => text.push(c),
        }
    }
    Err(NotSupported("a text without its closing quote".to_owned()))
}
