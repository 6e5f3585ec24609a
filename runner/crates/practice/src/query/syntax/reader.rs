//! The small steps of the parser: paths, literals, and the words of a query.

use usher_core::soql::{Cursor, SoqlError, Token, figure_kind, unescaped, unescaped_pattern};

use crate::query::syntax::{Literal, Path, unknown_here};
use crate::refusal::Outcome;

/// A place in the tokens of a query.
pub(super) struct Reader {
    pub(super) cursor: Cursor,
}

impl Reader {
    pub(super) fn path(&mut self, expected: &'static str) -> Outcome<Path> {
        let mut segments = vec![self.cursor.name(expected)?];
        while self.cursor.take(&Token::Dot) {
            segments.push(self.cursor.name("a field")?);
        }
        Ok(Path(segments))
    }

    pub(super) fn paths(&mut self) -> Outcome<Vec<Path>> {
        let mut paths = vec![self.path("a field")?];
        while self.cursor.take(&Token::Comma) {
            paths.push(self.path("a field")?);
        }
        Ok(paths)
    }

    pub(super) fn take(&mut self, word: &str) -> bool {
        self.cursor.take_keyword(word)
    }

    pub(super) fn keyword(&mut self, word: &'static str) -> Outcome<()> {
        Ok(self.cursor.keyword(word, word)?)
    }

    pub(super) fn open(&mut self) -> Outcome<()> {
        Ok(self.cursor.expect(&Token::Open, "`(`")?)
    }

    pub(super) fn close(&mut self) -> Outcome<()> {
        Ok(self.cursor.expect(&Token::Close, "`)`")?)
    }

    /// The text between quotes, without its escapes.
    pub(super) fn text(&mut self) -> Outcome<String> {
        self.quoted(unescaped)
    }

    /// The right side of `LIKE`.
    pub(super) fn pattern(&mut self) -> Outcome<String> {
        self.quoted(unescaped_pattern)
    }

    fn quoted(&mut self, read: impl Fn(&str) -> Result<String, String>) -> Outcome<String> {
        let at = self.cursor.at();
        let Token::Text(raw) = self.cursor.peek() else {
            return Err(self.cursor.unexpected("a text").into());
        };
        let text = read(raw).map_err(|sequence| SoqlError::Escape { sequence, at })?;
        self.cursor.next += 1;
        Ok(text)
    }

    pub(super) fn literal(&mut self) -> Outcome<Literal> {
        let literal = match self.cursor.peek() {
            Token::Text(_) => return Ok(Literal::Text(self.text()?)),
            Token::Figure(figure) => match figure_kind(figure) {
                Some(literal) => literal,
                None => {
                    let expected = "a number, a date or a date-time";
                    return Err(self.cursor.unexpected(expected).into());
                }
            },
            Token::Name(name) => {
                let name = name.to_ascii_uppercase();
                match name.as_str() {
                    "NULL" => Literal::Null,
                    "TRUE" => Literal::Truth(true),
                    "FALSE" => Literal::Truth(false),
                    named if is_span(named) => return self.span(name),
                    money if is_money(money) => {
                        return Err(unknown_here("amounts of a currency: it has one currency"));
                    }
                    _ => return Err(self.cursor.unexpected("a value").into()),
                }
            }
            _ => return Err(self.cursor.unexpected("a value").into()),
        };
        self.cursor.next += 1;
        Ok(literal)
    }

    /// A named span of days (docs/salesforce/queries.md#named-dates).
    fn span(&mut self, name: String) -> Outcome<Literal> {
        self.cursor.next += 1;
        if !name.contains("N_") {
            return Ok(Literal::Named(name));
        }
        self.cursor.expect(&Token::Colon, "`:`")?;
        let count = self.cursor.figure("a number")?;
        Ok(Literal::Named(format!("{name}:{count}")))
    }
}

/// Says whether that upper-case word names a span of days.
fn is_span(name: &str) -> bool {
    const UNITS: [&str; 7] = [
        "DAY",
        "WEEK",
        "MONTH",
        "QUARTER",
        "YEAR",
        "FISCAL_QUARTER",
        "FISCAL_YEAR",
    ];
    let counted = |unit: Option<&str>| {
        unit.and_then(|unit| unit.strip_suffix('S'))
            .is_some_and(|unit| UNITS.contains(&unit))
    };
    if matches!(
        name,
        "TODAY" | "YESTERDAY" | "TOMORROW" | "LAST_90_DAYS" | "NEXT_90_DAYS"
    ) {
        return true;
    }
    if let Some(ago) = name.strip_suffix("_AGO") {
        return counted(ago.strip_prefix("N_"));
    }
    ["THIS_", "LAST_", "NEXT_"].iter().any(|start| {
        name.strip_prefix(start).is_some_and(|rest| {
            let single = rest != "DAY" && UNITS.contains(&rest);
            single || (*start != "THIS_" && counted(rest.strip_prefix("N_")))
        })
    })
}

/// Says whether the word is an amount such as `USD5000`.
fn is_money(name: &str) -> bool {
    name.split_at_checked(3).is_some_and(|(code, amount)| {
        let letters = code.bytes().all(|b| b.is_ascii_uppercase());
        letters && !amount.is_empty() && amount.bytes().all(|b| b.is_ascii_digit())
    })
}
