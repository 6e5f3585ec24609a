//! Standard fiscal years of the org: twelve months from a month on (docs/salesforce/queries.md#fiscal-years). Custom fiscal
//! years are not here.

use jiff::ToSpan;
use jiff::civil::Date;
use rusqlite::OptionalExtension;

use crate::refusal::Outcome;
use crate::tenant::Tenant;

/// The fiscal year of an org.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fiscal {
    /// The first month, 1 to 12.
    first: i8,
    /// A year is named for the calendar year in which it begins; else for the one in which it ends.
    by_start: bool,
}

impl Fiscal {
    pub(super) fn of(org: &Tenant<'_>) -> Outcome<Self> {
        let sql = "SELECT \"FiscalYearStartMonth\", \"UsesStartDateAsFiscalYearName\" FROM \"Organization\"";
        let mut statement = org.db.prepare_cached(sql)?;
        let found = statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?)));
        let (first, by_start): (Option<i8>, Option<bool>) = found.optional()?.unwrap_or_default();
        Ok(Self {
            first: first.unwrap_or(1).clamp(1, 12),
            by_start: by_start.unwrap_or_default(),
        })
    }

    /// The first day of the year around a day.
    pub(super) fn year(self, day: Date) -> Option<Date> {
        let year = day.year() - i16::from(day.month() < self.first);
        Date::new(year, self.first, 1).ok()
    }

    /// The first day of the quarter around a day.
    pub(super) fn quarter(self, day: Date) -> Option<Date> {
        let months = i64::from((day.month() - self.first + 12) % 12 / 3 * 3);
        self.year(day)?.checked_add(months.months()).ok()
    }

    /// The SQL of the fiscal year, over those of the calendar year and month.
    pub(super) fn year_sql(self, year: &str, month: &str) -> String {
        let first = self.first;
        match (first, self.by_start) {
            (1, _) => year.to_owned(),
            (_, true) => format!("({year} - ({month} < {first}))"),
            (_, false) => format!("({year} + ({month} >= {first}))"),
        }
    }

    /// The SQL of the fiscal month, from 0 on.
    pub(super) fn month_sql(self, month: &str) -> String {
        format!("(({month} + {}) % 12)", 12 - self.first)
    }
}
