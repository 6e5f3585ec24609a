//! SOQL text → [`Query`], by recursive descent over the tokens. Never panics; refuses a text that is too long or too
//! deep before it does harm.

use crate::soql::alias::resolve_alias;
use crate::soql::cursor::Cursor;
use crate::soql::figure::{figure_kind, is_date_name};
use crate::soql::lexer::Token;
use crate::soql::text::{unescaped, unescaped_pattern};
use crate::soql::{
    Comparison, Condition, Direction, Function, Item, Literal, Membership, Nulls, Order, Path,
    Query, SOQL_CHARACTERS_MAX, SoqlError,
};

/// Reads a query.
pub fn parse(text: &str) -> Result<Query, SoqlError> {
    let length = text.chars().count();
    if length > SOQL_CHARACTERS_MAX {
        return Err(SoqlError::TooLong { length });
    }
    let mut cursor = Cursor::new(text)?;
    let query = cursor.query()?;
    match cursor.peek() {
        Token::End => Ok(query),
        _ => Err(cursor.unexpected("the end of the query")),
    }
}

impl Cursor {
    fn query(&mut self) -> Result<Query, SoqlError> {
        self.deeper()?;
        self.keyword("SELECT", "SELECT")?;
        let mut items = vec![self.item()?];
        while self.take(&Token::Comma) {
            items.push(self.item()?);
        }
        self.keyword("FROM", "FROM")?;
        let from = self.path("an object")?.to_string();
        let alias = self.object_alias();
        let condition = match self.take_keyword("WHERE") {
            true => Some(self.condition()?),
            false => None,
        };
        let mut group_by = Vec::new();
        if self.take_keyword("GROUP") {
            self.keyword("BY", "BY")?;
            group_by.push(self.path("a field")?);
            while self.take(&Token::Comma) {
                group_by.push(self.path("a field")?);
            }
        }
        let order_by = self.order_by()?;
        let limit = self.count_after("LIMIT")?;
        let offset = self.count_after("OFFSET")?;
        self.depth -= 1;
        let mut query = Query {
            items,
            from,
            condition,
            group_by,
            order_by,
            limit,
            offset,
        };
        if let Some(alias) = alias {
            resolve_alias(&mut query, &alias);
        }
        Ok(query)
    }

    fn item(&mut self) -> Result<Item, SoqlError> {
        if self.take(&Token::Open) {
            let children = self.query()?;
            self.expect(&Token::Close, "`)`")?;
            return Ok(Item::Children(children));
        }
        let function = match (self.peek(), self.peek_after()) {
            (Token::Name(name), Token::Open) => Some(name.to_ascii_uppercase()),
            _ => None,
        };
        if let Some(name) = function {
            let Some(function) = function_named(&name) else {
                return Err(self.unexpected("a field or an aggregate"));
            };
            self.next += 2;
            let path = match (function, self.peek()) {
                (Function::Count, Token::Close) => None,
                _ => Some(self.path("a field")?),
            };
            self.expect(&Token::Close, "`)`")?;
            let alias = self.alias_before(&["FROM"]);
            return Ok(Item::Aggregate {
                function,
                path,
                alias,
            });
        }
        let path = self.path("a field")?;
        let alias = self.alias_before(&["FROM"]);
        Ok(Item::Field { path, alias })
    }

    fn object_alias(&mut self) -> Option<String> {
        self.alias_before(&[
            "WHERE", "GROUP", "ORDER", "LIMIT", "OFFSET", "WITH", "FOR", "USING",
        ])
    }

    fn path(&mut self, expected: &'static str) -> Result<Path, SoqlError> {
        let mut segments = vec![self.name(expected)?];
        while self.take(&Token::Dot) {
            segments.push(self.name("a field")?);
        }
        Ok(Path(segments))
    }

    /// `AND` and `OR` do not mix without brackets: the platform refuses that, and so does this parser.
    fn condition(&mut self) -> Result<Condition, SoqlError> {
        self.deeper()?;
        let first = self.operand()?;
        let joiner = ["AND", "OR"].into_iter().find(|word| self.at_keyword(word));
        let condition = match joiner {
            None => first,
            Some(word) => {
                let mut parts = vec![first];
                while self.take_keyword(word) {
                    parts.push(self.operand()?);
                }
                if self.at_keyword("AND") || self.at_keyword("OR") {
                    return Err(self.unexpected("brackets around one of AND and OR"));
                }
                match word {
                    "AND" => Condition::And(parts),
                    _ => Condition::Or(parts),
                }
            }
        };
        self.depth -= 1;
        Ok(condition)
    }

    fn operand(&mut self) -> Result<Condition, SoqlError> {
        if self.take_keyword("NOT") {
            self.deeper()?;
            let inner = self.operand()?;
            self.depth -= 1;
            return Ok(Condition::Not(Box::new(inner)));
        }
        if self.take(&Token::Open) {
            let inner = self.condition()?;
            self.expect(&Token::Close, "`)`")?;
            return Ok(inner);
        }
        let path = self.path("a condition")?;
        if self.take_keyword("LIKE") {
            let at = self.at();
            let Token::Text(raw) = self.peek().clone() else {
                return Err(self.unexpected("a text"));
            };
            self.next += 1;
            let pattern =
                unescaped_pattern(&raw).map_err(|sequence| SoqlError::Escape { sequence, at })?;
            return Ok(Condition::Like { path, pattern });
        }
        if self.take_keyword("IN") {
            return self.members(path, Membership::In);
        }
        if self.take_keyword("NOT") {
            self.keyword("IN", "IN")?;
            return self.members(path, Membership::NotIn);
        }
        let comparison = match self.peek() {
            Token::Equal => Comparison::Equal,
            Token::NotEqual => Comparison::NotEqual,
            Token::Less => Comparison::Less,
            Token::LessOrEqual => Comparison::LessOrEqual,
            Token::Greater => Comparison::Greater,
            Token::GreaterOrEqual => Comparison::GreaterOrEqual,
            _ => return Err(self.unexpected("a comparison")),
        };
        self.next += 1;
        let value = self.literal()?;
        Ok(Condition::Compare {
            path,
            comparison,
            value,
        })
    }

    fn members(&mut self, path: Path, membership: Membership) -> Result<Condition, SoqlError> {
        self.expect(&Token::Open, "`(`")?;
        let condition = if self.at_keyword("SELECT") {
            let query = Box::new(self.query()?);
            Condition::SemiJoin {
                path,
                membership,
                query,
            }
        } else {
            let mut values = vec![self.literal()?];
            while self.take(&Token::Comma) {
                values.push(self.literal()?);
            }
            Condition::OneOf {
                path,
                membership,
                values,
            }
        };
        self.expect(&Token::Close, "`)`")?;
        Ok(condition)
    }

    fn literal(&mut self) -> Result<Literal, SoqlError> {
        let at = self.at();
        let literal = match self.peek() {
            Token::Text(raw) => {
                let text = unescaped(raw).map_err(|sequence| SoqlError::Escape { sequence, at })?;
                Literal::Text(text)
            }
            Token::Figure(figure) => match figure_kind(figure) {
                Some(literal) => literal,
                None => return Err(self.unexpected("a number, a date or a date-time")),
            },
            Token::Name(name) => match name.to_ascii_uppercase().as_str() {
                "NULL" => Literal::Null,
                "TRUE" => Literal::Truth(true),
                "FALSE" => Literal::Truth(false),
                named if is_date_name(named) => Literal::Named(named.to_owned()),
                _ => return Err(self.unexpected("a value")),
            },
            _ => return Err(self.unexpected("a value")),
        };
        self.next += 1;
        match literal {
            Literal::Named(name) if name.contains("_N_") => {
                self.expect(&Token::Colon, "`:`")?;
                let count = self.figure("a number")?;
                Ok(Literal::Named(format!("{name}:{count}")))
            }
            other => Ok(other),
        }
    }

    fn order_by(&mut self) -> Result<Vec<Order>, SoqlError> {
        let mut orders = Vec::new();
        if !self.take_keyword("ORDER") {
            return Ok(orders);
        }
        self.keyword("BY", "BY")?;
        loop {
            let path = self.path("a field")?;
            let direction = if self.take_keyword("DESC") {
                Direction::Descending
            } else {
                self.take_keyword("ASC");
                Direction::Ascending
            };
            let nulls = match self.take_keyword("NULLS") {
                false => None,
                true if self.take_keyword("FIRST") => Some(Nulls::First),
                true => {
                    self.keyword("LAST", "FIRST or LAST")?;
                    Some(Nulls::Last)
                }
            };
            orders.push(Order {
                path,
                direction,
                nulls,
            });
            if !self.take(&Token::Comma) {
                return Ok(orders);
            }
        }
    }
}

fn function_named(name: &str) -> Option<Function> {
    Some(match name {
        "COUNT" => Function::Count,
        "COUNT_DISTINCT" => Function::CountDistinct,
        "MIN" => Function::Min,
        "MAX" => Function::Max,
        "SUM" => Function::Sum,
        "AVG" => Function::Average,
        _ => return None,
    })
}
