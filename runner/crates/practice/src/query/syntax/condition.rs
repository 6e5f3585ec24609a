//! Conditions of a `WHERE` or a `HAVING`.

use usher_core::soql::Token;

use crate::query::syntax::reader::Reader;
use crate::query::syntax::{Comparison, Condition, Membership, Path, Term, malformed};
use crate::refusal::Outcome;

impl Reader {
    /// `AND` and `OR` do not mix without brackets.
    pub(super) fn condition(&mut self) -> Outcome<Condition> {
        self.cursor.deeper()?;
        let first = self.operand()?;
        let joiner = ["AND", "OR"]
            .into_iter()
            .find(|word| self.cursor.at_keyword(word));
        let condition = match joiner {
            None => first,
            Some(word) => {
                let mut parts = vec![first];
                while self.take(word) {
                    parts.push(self.operand()?);
                }
                if self.cursor.at_keyword("AND") || self.cursor.at_keyword("OR") {
                    let expected = "brackets around one of AND and OR";
                    return Err(self.cursor.unexpected(expected).into());
                }
                match word {
                    "AND" => Condition::And(parts),
                    _ => Condition::Or(parts),
                }
            }
        };
        self.cursor.depth -= 1;
        Ok(condition)
    }

    fn operand(&mut self) -> Outcome<Condition> {
        if self.take("NOT") {
            self.cursor.deeper()?;
            let inner = self.operand()?;
            self.cursor.depth -= 1;
            return Ok(Condition::Not(Box::new(inner)));
        }
        if self.cursor.take(&Token::Open) {
            let inner = self.condition()?;
            self.close()?;
            return Ok(inner);
        }
        let term = self.term("a condition")?;
        if self.take("LIKE") {
            let pattern = self.pattern()?;
            return Ok(Condition::Like { term, pattern });
        }
        if self.take("IN") {
            return self.members(term, Membership::In);
        }
        if self.take("NOT") {
            self.keyword("IN")?;
            return self.members(term, Membership::NotIn);
        }
        if self.take("INCLUDES") {
            return self.selected(term, Membership::In);
        }
        if self.take("EXCLUDES") {
            return self.selected(term, Membership::NotIn);
        }
        let comparison = match self.cursor.peek() {
            Token::Equal => Comparison::Equal,
            Token::NotEqual => Comparison::NotEqual,
            Token::Less => Comparison::Less,
            Token::LessOrEqual => Comparison::LessOrEqual,
            Token::Greater => Comparison::Greater,
            Token::GreaterOrEqual => Comparison::GreaterOrEqual,
            _ => return Err(self.cursor.unexpected("a comparison").into()),
        };
        self.cursor.next += 1;
        let value = self.literal()?;
        Ok(Condition::Compare {
            term,
            comparison,
            value,
        })
    }

    fn members(&mut self, term: Term, membership: Membership) -> Outcome<Condition> {
        self.open()?;
        let condition = if self.cursor.at_keyword("SELECT") {
            let path = plain(term)?;
            let query = Box::new(self.query()?);
            Condition::SemiJoin {
                path,
                membership,
                query,
            }
        } else {
            let mut values = vec![self.literal()?];
            while self.cursor.take(&Token::Comma) {
                values.push(self.literal()?);
            }
            Condition::OneOf {
                term,
                membership,
                values,
            }
        };
        self.close()?;
        Ok(condition)
    }

    fn selected(&mut self, term: Term, membership: Membership) -> Outcome<Condition> {
        let path = plain(term)?;
        self.open()?;
        let mut values = vec![self.text()?];
        while self.cursor.take(&Token::Comma) {
            values.push(self.text()?);
        }
        self.close()?;
        Ok(Condition::Selected {
            path,
            membership,
            values,
        })
    }
}

fn plain(term: Term) -> Outcome<Path> {
    match term {
        Term::Field(path) => Ok(path),
        _ => Err(malformed("only a field can stand before this operator")),
    }
}
