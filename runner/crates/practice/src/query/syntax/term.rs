//! Terms: fields, and what functions make of them (docs/salesforce/queries.md#functions).

use usher_core::soql::Token;

use crate::query::syntax::reader::Reader;
use crate::query::syntax::{DatePart, FieldSet, Function, Path, Term, malformed, unknown_here};
use crate::refusal::Outcome;

impl Reader {
    /// A field, or a function of one.
    pub(super) fn term(&mut self, expected: &'static str) -> Outcome<Term> {
        let Some(name) = self.function_name() else {
            return Ok(Term::Field(self.path(expected)?));
        };
        if let Some(function) = aggregate_named(&name) {
            self.cursor.next += 2;
            let path = match (function, self.cursor.peek()) {
                (Function::Count, Token::Close) => None,
                _ => Some(self.path("a field")?),
            };
            self.close()?;
            return Ok(Term::Aggregate { function, path });
        }
        if let Some(part) = date_part_named(&name) {
            self.cursor.next += 2;
            return self.date(part);
        }
        match name.as_str() {
            "TOLABEL" => self.of_path(Term::Label),
            "GROUPING" => self.of_path(Term::Grouping),
            "FORMAT" => {
                self.cursor.deeper()?;
                self.cursor.next += 2;
                let inner = self.term("a field")?;
                self.close()?;
                self.cursor.depth -= 1;
                match inner {
                    Term::Format(_) | Term::Label(_) | Term::Grouping(_) => {
                        Err(malformed("FORMAT() takes a field or an aggregate"))
                    }
                    inner => Ok(Term::Format(Box::new(inner))),
                }
            }
            "CONVERTCURRENCY" => Err(unknown_here("convertCurrency(): it has one currency")),
            "DISTANCE" | "GEOLOCATION" => Err(unknown_here(&format!("places: {name}()"))),
            "CONVERTTIMEZONE" => Err(malformed(
                "convertTimezone() can be used in a date function only",
            )),
            _ => Err(self.cursor.unexpected(expected).into()),
        }
    }

    /// The fields of `FIELDS(…)`, when that comes.
    pub(super) fn field_set(&mut self) -> Outcome<Option<FieldSet>> {
        if self.function_name().as_deref() != Some("FIELDS") {
            return Ok(None);
        }
        self.cursor.next += 2;
        let sets = [
            ("ALL", FieldSet::All),
            ("STANDARD", FieldSet::Standard),
            ("CUSTOM", FieldSet::Custom),
        ];
        for (word, set) in sets {
            if self.take(word) {
                self.close()?;
                return Ok(Some(set));
            }
        }
        Err(self.cursor.unexpected("ALL, STANDARD or CUSTOM").into())
    }

    /// The name before a bracket, upper case.
    pub(super) fn function_name(&self) -> Option<String> {
        match (self.cursor.peek(), self.cursor.peek_after()) {
            (Token::Name(name), Token::Open) => Some(name.to_ascii_uppercase()),
            _ => None,
        }
    }

    fn of_path(&mut self, made: impl FnOnce(Path) -> Term) -> Outcome<Term> {
        self.cursor.next += 2;
        let path = self.path("a field")?;
        self.close()?;
        Ok(made(path))
    }

    fn date(&mut self, part: DatePart) -> Outcome<Term> {
        let local = self.function_name().as_deref() == Some("CONVERTTIMEZONE");
        if local {
            self.cursor.next += 2;
        }
        let path = self.path("a field")?;
        if local {
            self.close()?;
        }
        self.close()?;
        Ok(Term::Date { part, path, local })
    }
}

fn aggregate_named(name: &str) -> Option<Function> {
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

fn date_part_named(name: &str) -> Option<DatePart> {
    Some(match name {
        "CALENDAR_YEAR" => DatePart::Year,
        "CALENDAR_QUARTER" => DatePart::Quarter,
        "CALENDAR_MONTH" => DatePart::Month,
        "DAY_IN_MONTH" => DatePart::DayInMonth,
        "DAY_IN_WEEK" => DatePart::DayInWeek,
        "DAY_IN_YEAR" => DatePart::DayInYear,
        "DAY_ONLY" => DatePart::DayOnly,
        "FISCAL_MONTH" => DatePart::FiscalMonth,
        "FISCAL_QUARTER" => DatePart::FiscalQuarter,
        "FISCAL_YEAR" => DatePart::FiscalYear,
        "HOUR_IN_DAY" => DatePart::Hour,
        "WEEK_IN_MONTH" => DatePart::WeekInMonth,
        "WEEK_IN_YEAR" => DatePart::WeekInYear,
        _ => return None,
    })
}
