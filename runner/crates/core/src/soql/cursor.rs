//! A place in the tokens of a query, and the small steps that grammars are made of: that of `parser`, and the larger one
//! of the practice org.

use crate::soql::lexer::{Spanned, Token, tokens};
use crate::soql::{SOQL_DEPTH_MAX, SoqlError};

/// A place in the tokens of a query.
pub struct Cursor {
    tokens: Vec<Spanned>,
    /// The place of the token that comes.
    pub next: usize,
    /// The levels of nesting around it.
    pub depth: usize,
}

impl Cursor {
    /// Before the first token of `text`.
    pub fn new(text: &str) -> Result<Self, SoqlError> {
        Ok(Self {
            tokens: tokens(text)?,
            next: 0,
            depth: 0,
        })
    }

    /// The number after a keyword, when the keyword comes.
    pub fn count_after(&mut self, word: &str) -> Result<Option<u64>, SoqlError> {
        match self.take_keyword(word) {
            true => Ok(Some(self.figure("a number")?)),
            false => Ok(None),
        }
    }

    /// Takes a whole number.
    pub fn figure(&mut self, expected: &'static str) -> Result<u64, SoqlError> {
        let count = match self.peek() {
            Token::Figure(figure) => figure.parse().ok(),
            _ => None,
        };
        match count {
            Some(count) => {
                self.next += 1;
                Ok(count)
            }
            None => Err(self.unexpected(expected)),
        }
    }

    /// Takes a name.
    pub fn name(&mut self, expected: &'static str) -> Result<String, SoqlError> {
        match self.peek() {
            Token::Name(name) => {
                let name = name.clone();
                self.next += 1;
                Ok(name)
            }
            _ => Err(self.unexpected(expected)),
        }
    }

    /// Takes a keyword that must come.
    pub fn keyword(&mut self, word: &str, expected: &'static str) -> Result<(), SoqlError> {
        match self.take_keyword(word) {
            true => Ok(()),
            false => Err(self.unexpected(expected)),
        }
    }

    /// Takes a keyword, when it comes.
    pub fn take_keyword(&mut self, word: &str) -> bool {
        let found = self.at_keyword(word);
        self.next += usize::from(found);
        found
    }

    /// Says whether a keyword comes.
    pub fn at_keyword(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Name(name) if name.eq_ignore_ascii_case(word))
    }

    /// Takes a token that must come.
    pub fn expect(&mut self, token: &Token, expected: &'static str) -> Result<(), SoqlError> {
        match self.take(token) {
            true => Ok(()),
            false => Err(self.unexpected(expected)),
        }
    }

    /// Takes a token, when it comes.
    pub fn take(&mut self, token: &Token) -> bool {
        let found = self.peek() == token;
        self.next += usize::from(found);
        found
    }

    /// The token that comes.
    pub fn peek(&self) -> &Token {
        &self.tokens[self.next].token
    }

    /// The token after the one that comes.
    pub fn peek_after(&self) -> &Token {
        let after = (self.next + 1).min(self.tokens.len() - 1);
        &self.tokens[after].token
    }

    /// The offset of the token that comes.
    pub fn at(&self) -> usize {
        self.tokens[self.next].at
    }

    /// The complaint about the token that comes.
    pub fn unexpected(&self, expected: &'static str) -> SoqlError {
        let found = match self.peek() {
            Token::Name(text) | Token::Figure(text) => text.clone(),
            Token::Text(text) => format!("'{text}'"),
            Token::Open => "(".to_owned(),
            Token::Close => ")".to_owned(),
            Token::Comma => ",".to_owned(),
            Token::Dot => ".".to_owned(),
            Token::Colon => ":".to_owned(),
            Token::Equal => "=".to_owned(),
            Token::NotEqual => "!=".to_owned(),
            Token::Less => "<".to_owned(),
            Token::LessOrEqual => "<=".to_owned(),
            Token::Greater => ">".to_owned(),
            Token::GreaterOrEqual => ">=".to_owned(),
            Token::End => "<EOF>".to_owned(),
        };
        SoqlError::Token {
            found,
            expected,
            at: self.at(),
        }
    }

    /// Counts one level of nesting, and refuses too many.
    pub fn deeper(&mut self) -> Result<(), SoqlError> {
        self.depth += 1;
        match self.depth > SOQL_DEPTH_MAX {
            true => Err(SoqlError::TooDeep { at: self.at() }),
            false => Ok(()),
        }
    }

    /// Takes an alias: a name that is none of the keywords.
    pub fn alias_before(&mut self, keywords: &[&str]) -> Option<String> {
        let alias = match self.peek() {
            Token::Name(name) if !keywords.iter().any(|word| name.eq_ignore_ascii_case(word)) => {
                name.clone()
            }
            _ => return None,
        };
        self.next += 1;
        Some(alias)
    }
}
