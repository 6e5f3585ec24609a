//! Operands: values and names, with their parts, filters and tests.

use serde_json::Value as Json;

use crate::expression::{Expression, Filter, Unary};
use crate::parse::{Parsed, Parser};
use crate::tokens::{NotSupported, Token};

impl Parser {
    /// An operand with its filters and tests.
    pub(super) fn filtered(&mut self) -> Parsed {
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
                value = self.item_or_part(value)?;
            } else {
                return Ok(value);
            }
        }
    }

    /// `0]`, `a:b]`: the rest behind an opening bracket.
    fn item_or_part(&mut self, value: Expression) -> Parsed {
        let is_sign = |parser: &Self, wanted: &str| matches!(parser.peek(), Some(Token::Sign(sign)) if *sign == wanted);
        let from = match is_sign(self, ":") {
            true => None,
            false => Some(Box::new(self.choice()?)),
        };
        if !self.skip(":") {
            self.close("]")?;
            return match from {
                Some(at) => Ok(Expression::Item(Box::new(value), at)),
                None => Err(NotSupported("empty brackets".to_owned())),
            };
        }
        let to = match is_sign(self, "]") {
            true => None,
            false => Some(Box::new(self.choice()?)),
        };
        if is_sign(self, ":") {
            return Err(NotSupported("a part in steps (`[a:b:c]`)".to_owned()));
        }
        self.close("]")?;
        Ok(Expression::Part(Box::new(value), from, to))
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
