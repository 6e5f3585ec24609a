//! A place in the tokens of a query, and the small steps that the grammar in `parser` is made of.

use crate::soql::lexer::{Spanned, Token, tokens};
use crate::soql::{SOQL_DEPTH_MAX, SoqlError};

pub(crate) struct Cursor {
    tokens: Vec<Spanned>,
    pub(crate) next: usize,
    pub(crate) depth: usize,
}

impl Cursor {
    /// Before the first token of `text`.
    pub(crate) fn new(text: &str) -> Result<Self, SoqlError> {
        Ok(Self {
            tokens: tokens(text)?,
            next: 0,
            depth: 0,
        })
    }

    pub(crate) fn count_after(&mut self, word: &str) -> Result<Option<u64>, SoqlError> {
        match self.take_keyword(word) {
            true => Ok(Some(self.figure("a number")?)),
            false => Ok(None),
        }
    }

    pub(crate) fn figure(&mut self, expected: &'static str) -> Result<u64, SoqlError> {
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

    pub(crate) fn name(&mut self, expected: &'static str) -> Result<String, SoqlError> {
        match self.peek() {
            Token::Name(name) => {
                let name = name.clone();
                self.next += 1;
                Ok(name)
            }
            _ => Err(self.unexpected(expected)),
        }
    }

    pub(crate) fn keyword(&mut self, word: &str, expected: &'static str) -> Result<(), SoqlError> {
        match self.take_keyword(word) {
            true => Ok(()),
            false => Err(self.unexpected(expected)),
        }
    }

    pub(crate) fn take_keyword(&mut self, word: &str) -> bool {
        let found = self.at_keyword(word);
        self.next += usize::from(found);
        found
    }

    pub(crate) fn at_keyword(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Name(name) if name.eq_ignore_ascii_case(word))
    }

    pub(crate) fn expect(
        &mut self,
        token: &Token,
        expected: &'static str,
    ) -> Result<(), SoqlError> {
        match self.take(token) {
            true => Ok(()),
            false => Err(self.unexpected(expected)),
        }
    }

    pub(crate) fn take(&mut self, token: &Token) -> bool {
        let found = self.peek() == token;
        self.next += usize::from(found);
        found
    }

    pub(crate) fn peek(&self) -> &Token {
        &self.tokens[self.next].token
    }

    pub(crate) fn peek_after(&self) -> &Token {
        let after = (self.next + 1).min(self.tokens.len() - 1);
        &self.tokens[after].token
    }

    pub(crate) fn at(&self) -> usize {
        self.tokens[self.next].at
    }

    pub(crate) fn unexpected(&self, expected: &'static str) -> SoqlError {
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

    pub(crate) fn deeper(&mut self) -> Result<(), SoqlError> {
        self.depth += 1;
        match self.depth > SOQL_DEPTH_MAX {
            true => Err(SoqlError::TooDeep { at: self.at() }),
            false => Ok(()),
        }
    }

    pub(crate) fn alias_before(&mut self, keywords: &[&str]) -> Option<String> {
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
