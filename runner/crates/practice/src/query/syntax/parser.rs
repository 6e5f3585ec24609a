//! SOQL text → [`Query`], by recursive descent over the tokens. Never panics; refuses a text that is too long or too deep
//! before it does harm.

use usher_core::soql::{Cursor, SOQL_CHARACTERS_MAX, SoqlError, Token};

use crate::query::syntax::alias::{self, Alias};
use crate::query::syntax::reader::Reader;
use crate::query::syntax::{
    Direction, Groups, Item, Nulls, Order, Query, Subtotals, TypeOf, malformed, unknown_here,
};
use crate::refusal::Outcome;

/// The words that may follow the name of an object, so that none of them is its alias
/// (docs/salesforce/queries.md#clauses).
const AFTER_FROM: [&str; 12] = [
    "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "WITH", "FOR", "USING", "UPDATE",
    "ALL", "SELECT",
];

/// Reads a query.
pub(crate) fn parse(text: &str) -> Outcome<Query> {
    let length = text.chars().count();
    if length > SOQL_CHARACTERS_MAX {
        return Err(SoqlError::TooLong { length }.into());
    }
    let mut reader = Reader {
        cursor: Cursor::new(text)?,
    };
    let query = reader.query()?;
    match reader.cursor.peek() {
        Token::End => Ok(query),
        _ => Err(reader.cursor.unexpected("the end of the query").into()),
    }
}

impl Reader {
    pub(super) fn query(&mut self) -> Outcome<Query> {
        self.cursor.deeper()?;
        self.keyword("SELECT")?;
        let mut items = vec![self.item()?];
        while self.cursor.take(&Token::Comma) {
            items.push(self.item()?);
        }
        self.keyword("FROM")?;
        let from = self.path("an object")?.to_string();
        let aliases = self.aliases()?;
        let scope = self.scope()?;
        let condition = match self.take("WHERE") {
            true => Some(self.condition()?),
            false => None,
        };
        self.with()?;
        let groups = self.groups()?;
        let having = match self.take("HAVING") {
            true => Some(self.condition()?),
            false => None,
        };
        let order_by = self.order_by()?;
        let limit = self.cursor.count_after("LIMIT")?;
        let offset = self.cursor.count_after("OFFSET")?;
        let locks = self.purposes()?;
        self.cursor.depth -= 1;
        let mut query = Query {
            items,
            from,
            scope,
            condition,
            groups,
            having,
            order_by,
            limit,
            offset,
            locks,
        };
        alias::resolve(&mut query, &aliases);
        Ok(query)
    }

    /// The alias of the object, and those of its parents: `FROM Contact c, c.Account a`.
    fn aliases(&mut self) -> Outcome<Vec<Alias>> {
        let mut aliases = Vec::new();
        if let Some(name) = self.cursor.alias_before(&AFTER_FROM) {
            let path = Vec::new();
            aliases.push(Alias { name, path });
        }
        while self.cursor.take(&Token::Comma) {
            let mut path = self.path("a relationship")?;
            alias::put(&aliases, &mut path);
            let Some(name) = self.cursor.alias_before(&AFTER_FROM) else {
                return Err(self.cursor.unexpected("an alias").into());
            };
            aliases.push(Alias { name, path: path.0 });
        }
        Ok(aliases)
    }

    fn item(&mut self) -> Outcome<Item> {
        if self.cursor.take(&Token::Open) {
            let children = self.query()?;
            self.close()?;
            return Ok(Item::Children(children));
        }
        if let Some(set) = self.field_set()? {
            return Ok(Item::Fields(set));
        }
        if self.cursor.at_keyword("TYPEOF") && matches!(self.cursor.peek_after(), Token::Name(_)) {
            return self.type_of().map(Item::TypeOf);
        }
        let term = self.term("a field or an aggregate")?;
        let alias = self.cursor.alias_before(&["FROM"]);
        Ok(Item::Term { term, alias })
    }

    fn type_of(&mut self) -> Outcome<TypeOf> {
        self.keyword("TYPEOF")?;
        let relationship = self.path("a relationship")?;
        let mut whens = Vec::new();
        while self.take("WHEN") {
            let object = self.cursor.name("an object")?;
            self.keyword("THEN")?;
            whens.push((object, self.paths()?));
        }
        if whens.is_empty() {
            return Err(self.cursor.unexpected("WHEN").into());
        }
        let otherwise = match self.take("ELSE") {
            true => self.paths()?,
            false => Vec::new(),
        };
        self.keyword("END")?;
        Ok(TypeOf {
            relationship,
            whens,
            otherwise,
        })
    }

    fn scope(&mut self) -> Outcome<Option<String>> {
        if !self.take("USING") {
            return Ok(None);
        }
        self.keyword("SCOPE")?;
        Ok(Some(self.cursor.name("a scope")?))
    }

    /// `WITH SECURITY_ENFORCED` and its kin change nothing here: what the user does not see is refused in any case, as
    /// in every query of the API (docs/salesforce/queries.md#clauses).
    fn with(&mut self) -> Outcome<()> {
        if !self.take("WITH") {
            return Ok(());
        }
        let known = ["SECURITY_ENFORCED", "USER_MODE", "SYSTEM_MODE"];
        if known.iter().any(|word| self.take(word)) {
            return Ok(());
        }
        match self.cursor.peek() {
            Token::Name(word) => Err(unknown_here(&format!("WITH {word}"))),
            _ => Err(self.cursor.unexpected("the word after WITH").into()),
        }
    }

    fn groups(&mut self) -> Outcome<Groups> {
        if !self.take("GROUP") {
            return Ok(Groups::default());
        }
        self.keyword("BY")?;
        let subtotals = match self.function_name().as_deref() {
            Some("ROLLUP") => Subtotals::Rollup,
            Some("CUBE") => Subtotals::Cube,
            _ => Subtotals::None,
        };
        let bracketed = subtotals != Subtotals::None;
        if bracketed {
            self.cursor.next += 2;
        }
        let mut by = vec![self.term("a field")?];
        while self.cursor.take(&Token::Comma) {
            by.push(self.term("a field")?);
        }
        if bracketed {
            self.close()?;
        }
        Ok(Groups { by, subtotals })
    }

    /// `FOR VIEW`, `FOR REFERENCE`, `FOR UPDATE` and `UPDATE …`; returns whether the records are locked.
    fn purposes(&mut self) -> Outcome<bool> {
        let mut locks = false;
        while self.take("FOR") {
            if self.take("UPDATE") {
                locks = true;
            } else if !self.take("VIEW") {
                self.cursor
                    .keyword("REFERENCE", "VIEW, REFERENCE or UPDATE")?;
            }
        }
        if self.cursor.at_keyword("UPDATE") {
            return Err(unknown_here(
                "articles: UPDATE TRACKING and UPDATE VIEWSTAT",
            ));
        }
        if self.cursor.at_keyword("ALL") {
            return Err(malformed(
                "ALL ROWS is a part of Apex: use the resource queryAll",
            ));
        }
        Ok(locks)
    }

    fn order_by(&mut self) -> Outcome<Vec<Order>> {
        let mut orders = Vec::new();
        if !self.take("ORDER") {
            return Ok(orders);
        }
        self.keyword("BY")?;
        loop {
            let term = self.term("a field")?;
            let direction = if self.take("DESC") {
                Direction::Descending
            } else {
                self.take("ASC");
                Direction::Ascending
            };
            let nulls = match self.take("NULLS") {
                false => None,
                true if self.take("FIRST") => Some(Nulls::First),
                true => {
                    self.cursor.keyword("LAST", "FIRST or LAST")?;
                    Some(Nulls::Last)
                }
            };
            orders.push(Order {
                term,
                direction,
                nulls,
            });
            if !self.cursor.take(&Token::Comma) {
                return Ok(orders);
            }
        }
    }
}
