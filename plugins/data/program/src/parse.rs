//! From the text of an expression to its tree.
//!
//! minijinja has checked the text before, so this parser explains only what a program does not support. It keeps
//! minijinja's precedence.

use serde_json::Value as Json;

use crate::expression::{Binary, Expression, Filter, Unary};
use crate::tokens::{Token, tokens};

/// Levels of an expression. The interpreter works recursively, and reads at most 128 levels of JSON.
const DEPTH_MAX: usize = 40;

/// The part of an expression that a program does not support.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotSupported(pub String);

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
        None => shallow(&expression, DEPTH_MAX).map(|()| expression),
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

    /// An operand with its filters and tests.
    fn filtered(&mut self) -> Parsed {
        let mut value = self.signed()?;
        loop {
            if self.skip("|") {
                value = self.filter(value)?;
            } else if self.skip_word("is") {
                let is_negated = self.skip_word("not");
                if !(self.skip_word("none")) {
                    return Err(NotSupported("a test other than `is none`".to_owned()));
                }
                value = Expression::Unary(Unary::IsNone, Box::new(value));
                if is_negated {
                    value = Expression::Unary(Unary::Not, Box::new(value));
                }
            } else {
                return Ok(value);
            }
        }
    }

    fn filter(&mut self, value: Expression) -> Parsed {
        let name = match self.peek() {
            Some(Token::Name(name)) => name.clone(),
            _ => return Err(NotSupported("a filter without a name".to_owned())),
        };
        let Some(filter) = Filter::named(&name) else {
            return Err(NotSupported(format!("the filter `{name}`")));
        };
        self.at += 1;
        let mut arguments = vec![];
        if self.skip("(") {
            while !self.skip(")") {
                if !arguments.is_empty() {
                    self.close(",")?;
                    if self.skip(")") {
                        break;
                    }
                }
                arguments.push(self.choice()?);
                if matches!(self.peek(), Some(Token::Sign("="))) {
                    return Err(NotSupported(
                        "an argument with a name; write the arguments in their order".to_owned(),
                    ));
                }
            }
        }
        Ok(Expression::Filter(Box::new(value), filter, arguments))
    }

    fn signed(&mut self) -> Parsed {
        if self.skip("-") {
            let operand = self.signed()?;
            return Ok(Expression::Unary(Unary::Minus, Box::new(operand)));
        }
        let primary = self.primary()?;
        self.parts(primary)
    }

    /// `.name`, `[item]`
    fn parts(&mut self, mut value: Expression) -> Parsed {
        loop {
            if self.skip(".") {
                let part = match self.peek() {
                    Some(Token::Name(name)) => Json::from(name.as_str()),
                    Some(Token::Whole(at)) => Json::from(*at),
                    _ => return Err(NotSupported("a dot without a name".to_owned())),
                };
                self.at += 1;
                value = match (value, part) {
                    (Expression::Path(mut path), Json::String(name)) => {
                        path.push(name);
                        Expression::Path(path)
                    }
                    (value, part) => {
                        Expression::Item(Box::new(value), Box::new(Expression::Value(part)))
                    }
                };
            } else if self.skip("[") {
                let at = self.choice()?;
                if matches!(self.peek(), Some(Token::Sign(":"))) {
                    return Err(NotSupported("a part of a list (`[a:b]`)".to_owned()));
                }
                self.close("]")?;
                value = Expression::Item(Box::new(value), Box::new(at));
            } else {
                return Ok(value);
            }
        }
    }

    fn primary(&mut self) -> Parsed {
        let Some(token) = self.peek().cloned() else {
            return Err(NotSupported("an end in the middle".to_owned()));
        };
        self.at += 1;
        Ok(match token {
            Token::Text(mut text) => {
                // Texts that follow each other are one.
                while let Some(Token::Text(more)) = self.peek() {
                    text.push_str(more);
                    self.at += 1;
                }
                Expression::Value(Json::from(text))
            }
            Token::Whole(whole) => Expression::Value(Json::from(whole)),
            Token::Fraction(fraction) => Expression::Value(Json::from(fraction)),
            Token::Name(name) => match name.as_str() {
                "true" | "True" => Expression::Value(Json::Bool(true)),
                "false" | "False" => Expression::Value(Json::Bool(false)),
                "none" | "None" => Expression::Value(Json::Null),
                _ => Expression::Path(vec![name]),
            },
            Token::Sign("(") => {
                let inner = self.choice()?;
                if matches!(self.peek(), Some(Token::Sign(","))) {
                    return Err(NotSupported("a list in round brackets".to_owned()));
                }
                self.close(")")?;
                // Behind brackets a name is no part of a path.
                return self.parts_of_inner(inner);
            }
            Token::Sign("[") => {
                let mut items = vec![];
                while !self.skip("]") {
                    if !items.is_empty() {
                        self.close(",")?;
                        if self.skip("]") {
                            break;
                        }
                    }
                    items.push(self.choice()?);
                }
                Expression::List(items)
            }
            Token::Sign("{") => return Err(NotSupported("a table (`{…}`)".to_owned())),
            Token::Sign(sign) => return Err(NotSupported(format!("`{sign}` there"))),
        })
    }

    fn parts_of_inner(&mut self, inner: Expression) -> Parsed {
        let has_part = matches!(self.peek(), Some(Token::Sign("." | "[")));
        if has_part && inner.as_path().is_some() {
            return Err(NotSupported("brackets around a name".to_owned()));
        }
        Ok(inner)
    }
}

fn binary(operator: Binary, left: Expression, right: Expression) -> Expression {
    Expression::Binary(operator, Box::new(left), Box::new(right))
}

/// Refuses an expression with more than `left` levels.
fn shallow(expression: &Expression, left: usize) -> Result<(), NotSupported> {
    let Some(left) = left.checked_sub(1) else {
        return Err(NotSupported(format!("more than {DEPTH_MAX} levels")));
    };
    match expression {
        Expression::Value(_) | Expression::Path(_) => Ok(()),
        Expression::List(items) => items.iter().try_for_each(|item| shallow(item, left)),
        Expression::Unary(_, inner) => shallow(inner, left),
        Expression::Binary(_, a, b) | Expression::Item(a, b) => {
            shallow(a, left)?;
            shallow(b, left)
        }
        Expression::If(condition, yes, no) => {
            shallow(condition, left)?;
            shallow(yes, left)?;
            no.as_ref().map_or(Ok(()), |no| shallow(no, left))
        }
        Expression::Filter(value, _, arguments) => {
            shallow(value, left)?;
            arguments
                .iter()
                .try_for_each(|argument| shallow(argument, left))
        }
    }
}
