//! From the text of an expression to its tree.
//!
//! minijinja has checked the text before, so this parser explains only what a program does not support. It keeps
//! minijinja's precedence.

mod depth;
mod operand;

use crate::expression::{Binary, Expression, Unary};
use crate::parse::depth::shallow;
use crate::tokens::{NotSupported, Token, tokens};

/// Parses an expression without its braces.
///
/// # Errors
///
/// A part of it is not supported in a program.
pub fn parse(text: &str) -> Result<Expression, NotSupported> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
    };
    let expression = parser.choice()?;
    match parser.peek() {
        None => shallow(&expression).map(|()| expression),
        Some(_) => Err(NotSupported("its second part".to_owned())),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

type Parsed = Result<Expression, NotSupported>;

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Name(name)) if name == word)
    }

    fn skip_word(&mut self, word: &str) -> bool {
        let is_there = self.is_word(word);
        self.at += usize::from(is_there);
        is_there
    }

    fn skip(&mut self, sign: &str) -> bool {
        let is_there = matches!(self.peek(), Some(Token::Sign(there)) if *there == sign);
        self.at += usize::from(is_there);
        is_there
    }

    fn close(&mut self, sign: &str) -> Result<(), NotSupported> {
        match self.skip(sign) {
            true => Ok(()),
            false => Err(NotSupported(format!("what stands before `{sign}`"))),
        }
    }

    /// `a if b else c`
    fn choice(&mut self) -> Parsed {
        let mut expression = self.or()?;
        while self.skip_word("if") {
            let condition = self.or()?;
            let no = match self.skip_word("else") {
                true => Some(Box::new(self.choice()?)),
                false => None,
            };
            expression = Expression::If(Box::new(condition), Box::new(expression), no);
        }
        Ok(expression)
    }

    fn or(&mut self) -> Parsed {
        let mut left = self.and()?;
        while self.skip_word("or") {
            left = binary(Binary::Or, left, self.and()?);
        }
        Ok(left)
    }

    fn and(&mut self) -> Parsed {
        let mut left = self.not()?;
        while self.skip_word("and") {
            left = binary(Binary::And, left, self.not()?);
        }
        Ok(left)
    }

    fn not(&mut self) -> Parsed {
        match self.skip_word("not") {
            true => Ok(Expression::Unary(Unary::Not, Box::new(self.not()?))),
            false => self.comparison(),
        }
    }

    fn comparison(&mut self) -> Parsed {
        let left = self.sum()?;
        let Some((operator, is_negated)) = self.compared() else {
            return Ok(left);
        };
        let compared = binary(operator, left, self.sum()?);
        if self.compared().is_some() {
            return Err(NotSupported(
                "a chain of comparisons; write `and` between two".to_owned(),
            ));
        }
        Ok(match is_negated {
            true => Expression::Unary(Unary::Not, Box::new(compared)),
            false => compared,
        })
    }

    fn compared(&mut self) -> Option<(Binary, bool)> {
        let operator = match self.peek()? {
            Token::Sign("==") => Binary::Equal,
            Token::Sign("!=") => Binary::NotEqual,
            Token::Sign("<") => Binary::Less,
            Token::Sign("<=") => Binary::LessOrEqual,
            Token::Sign(">") => Binary::Greater,
            Token::Sign(">=") => Binary::GreaterOrEqual,
            Token::Name(name) if name == "in" => Binary::In,
            Token::Name(name) if name == "not" => {
                self.at += 1;
                return self.skip_word("in").then_some((Binary::In, true));
            }
            _ => return None,
        };
        self.at += 1;
        Some((operator, false))
    }

    fn sum(&mut self) -> Parsed {
        let mut left = self.joined()?;
        loop {
            let operator = match self.peek() {
                Some(Token::Sign("+")) => Binary::Add,
                Some(Token::Sign("-")) => Binary::Subtract,
                _ => return Ok(left),
            };
            self.at += 1;
            left = binary(operator, left, self.joined()?);
        }
    }

    fn joined(&mut self) -> Parsed {
        let mut left = self.product()?;
        while self.skip("~") {
            left = binary(Binary::Join, left, self.product()?);
        }
        Ok(left)
    }

    fn product(&mut self) -> Parsed {
        let mut left = self.filtered()?;
        loop {
            let operator = match self.peek() {
                Some(Token::Sign("*")) => Binary::Multiply,
                Some(Token::Sign("/")) => Binary::Divide,
                Some(Token::Sign("//")) => Binary::DivideWhole,
                Some(Token::Sign("%")) => Binary::Remainder,
                Some(Token::Sign("**")) => {
                    return Err(NotSupported("a power (`**`)".to_owned()));
                }
                _ => return Ok(left),
            };
            self.at += 1;
            left = binary(operator, left, self.filtered()?);
        }
    }
}

fn binary(operator: Binary, left: Expression, right: Expression) -> Expression {
    Expression::Binary(operator, Box::new(left), Box::new(right))
}
