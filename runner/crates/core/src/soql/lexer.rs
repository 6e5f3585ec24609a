//! SOQL text → tokens with their byte offsets. Keywords are names here; the parser tells them apart.

use crate::soql::error::SoqlError;

/// A token and where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spanned {
    pub(crate) token: Token,
    pub(crate) at: usize,
}

/// One word or sign of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    Name(String),
    /// The text between the quotes with its escapes, because `LIKE` reads them in another way.
    Text(String),
    /// A number, a date or a date-time: whatever begins with a digit or a sign.
    Figure(String),
    Open,
    Close,
    Comma,
    Dot,
    Colon,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    End,
}

/// Always ends with [`Token::End`].
pub(crate) fn tokens(text: &str) -> Result<Vec<Spanned>, SoqlError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (token, length) = token(text, at, first)?;
        tokens.push(Spanned { token, at });
        at += length;
    }
    tokens.push(Spanned {
        token: Token::End,
        at,
    });
    Ok(tokens)
}

fn token(text: &str, at: usize, first: char) -> Result<(Token, usize), SoqlError> {
    let rest = &text[at..];
    let second = rest[first.len_utf8()..].chars().next();
    Ok(match (first, second) {
        ('(', _) => (Token::Open, 1),
        (')', _) => (Token::Close, 1),
        (',', _) => (Token::Comma, 1),
        ('.', _) => (Token::Dot, 1),
        (':', _) => (Token::Colon, 1),
        ('=', _) => (Token::Equal, 1),
        ('!', Some('=')) | ('<', Some('>')) => (Token::NotEqual, 2),
        ('<', Some('=')) => (Token::LessOrEqual, 2),
        ('<', _) => (Token::Less, 1),
        ('>', Some('=')) => (Token::GreaterOrEqual, 2),
        ('>', _) => (Token::Greater, 1),
        ('\'', _) => {
            let inner = string_end(rest).ok_or(SoqlError::UnclosedText { at })?;
            (Token::Text(rest[1..inner].to_owned()), inner + 1)
        }
        ('0'..='9' | '+' | '-', _) => {
            let length = length_while(rest, |c| {
                c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | ':' | '.')
            });
            (Token::Figure(rest[..length].to_owned()), length)
        }
        (letter, _) if letter.is_ascii_alphabetic() => {
            let length = length_while(rest, |c| c.is_ascii_alphanumeric() || c == '_');
            (Token::Name(rest[..length].to_owned()), length)
        }
        (other, _) => return Err(SoqlError::Character { found: other, at }),
    })
}

/// The offset of the closing quote.
fn string_end(rest: &str) -> Option<usize> {
    let mut escaped = false;
    rest.char_indices().skip(1).find_map(|(place, c)| {
        let closes = c == '\'' && !escaped;
        escaped = c == '\\' && !escaped;
        closes.then_some(place)
    })
}

fn length_while(rest: &str, fits: impl Fn(char) -> bool) -> usize {
    rest.find(|c| !fits(c)).unwrap_or(rest.len())
}
