//! Terms as SQL: fields, and what functions make of them (docs/salesforce/queries.md#functions).

use crate::query::compile::from::From;
use crate::query::fiscal::Fiscal;
use crate::query::syntax::{DatePart, Function, Path, Term, malformed, unknown_here};
use crate::query::{format, literal};
use crate::refusal::{Outcome, Refusal};
use crate::schema::{Field, FieldKind, Picklist, is_comparable};

/// A term with its SQL.
#[derive(Clone)]
pub(super) struct Typed {
    pub(super) sql: String,
    pub(super) kind: FieldKind,
    /// ` COLLATE platform` where SQLite does not know it by itself.
    pub(super) collation: &'static str,
    /// Canonical names of the field that it is about; empty for `COUNT()`.
    pub(super) names: Vec<String>,
    /// The field, when the term is one.
    pub(super) field: Option<&'static Field>,
    /// Shown in the form of the user's locale.
    pub(super) formatted: bool,
}

impl Typed {
    fn made(sql: String, kind: FieldKind, of: Self) -> Self {
        Self {
            sql,
            kind,
            collation: "",
            field: None,
            ..of
        }
    }

    /// The name for messages.
    pub(super) fn name(&self) -> &str {
        self.names.last().map_or("COUNT", String::as_str)
    }

    /// With its collation, as comparisons need it.
    pub(super) fn collated(&self) -> String {
        format!("{}{}", self.sql, self.collation)
    }
}

impl From<'_> {
    /// A term of one record, or an aggregate of several. `GROUPING()` belongs to grouped queries.
    pub(super) fn term(&mut self, term: &Term) -> Outcome<Typed> {
        match term {
            Term::Field(path) => self.field(path),
            Term::Date { part, path, local } => self.date(*part, path, *local),
            Term::Label(path) => self.label(path),
            Term::Aggregate { function, path } => self.aggregate(*function, path.as_ref()),
            Term::Format(inner) => {
                let inner = self.term(inner)?;
                formatted(self, inner)
            }
            Term::Grouping(_) => Err(malformed("GROUPING() needs a GROUP BY with ROLLUP or CUBE")),
        }
    }

    pub(super) fn field(&mut self, path: &Path) -> Outcome<Typed> {
        let (names, sql, field) = self.path(path)?;
        Ok(Typed {
            sql,
            kind: field.kind,
            collation: match field.computed.is_some() && literal::is_text(field.kind) {
                true => " COLLATE platform",
                false => "",
            },
            names,
            field: Some(field),
            formatted: false,
        })
    }

    fn date(&mut self, part: DatePart, path: &Path, local: bool) -> Outcome<Typed> {
        let mut of = self.field(path)?;
        let timed = matches!(of.kind, FieldKind::DateTime);
        let needs_time = matches!(part, DatePart::DayOnly | DatePart::Hour);
        if !timed && (needs_time || local || !matches!(of.kind, FieldKind::Date)) {
            // The rule is documented, the words are [inferred].
            let message = format!("the date function can't be used with field '{}'", of.name());
            return Err(malformed(message));
        }
        let kind = match part {
            DatePart::DayOnly => FieldKind::Date,
            _ => FieldKind::Integer,
        };
        if local {
            let zone = literal::zone_name(self.org)?;
            of.sql = format!("platform_local({}, {})", of.sql, quoted(&zone));
        }
        let fiscal = Fiscal::of(self.org)?;
        Ok(Typed::made(date_sql(part, &of.sql, fiscal), kind, of))
    }

    fn label(&mut self, path: &Path) -> Outcome<Typed> {
        let of = self.field(path)?;
        match of.kind {
            FieldKind::Picklist(list) => {
                let sql = label_sql(&of.sql, list);
                let text = FieldKind::Text(255);
                let made = Typed::made(sql, text, of);
                Ok(Typed {
                    collation: " COLLATE platform",
                    ..made
                })
            }
            FieldKind::Selection(list) => {
                let sql = selected_labels_sql(&of.sql, list);
                Ok(Typed::made(sql, FieldKind::Text(255), of))
            }
            // `toLabel(RecordType.Name)`: the org has no translations of it.
            FieldKind::Text(_) => Ok(of),
            _ => Err(malformed(format!(
                "toLabel() can't be used with field '{}'",
                of.name()
            ))),
        }
    }

    fn aggregate(&mut self, function: Function, path: Option<&Path>) -> Outcome<Typed> {
        let Some(path) = path else {
            return Ok(Typed {
                sql: "COUNT(*)".to_owned(),
                kind: FieldKind::Integer,
                collation: "",
                names: Vec::new(),
                field: None,
                formatted: false,
            });
        };
        let of = self.field(path)?;
        let number = matches!(of.kind, FieldKind::Integer | FieldKind::Double);
        let fits = match function {
            Function::Sum | Function::Average => number,
            _ => !matches!(of.kind, FieldKind::Truth) && is_comparable(of.kind),
        };
        if !fits {
            let message = format!(
                "field {} does not support aggregate operator {}",
                of.name(),
                function.name()
            );
            return Err(malformed(message));
        }
        let sql = of.collated();
        let (sql, kind) = match function {
            Function::Count => (format!("COUNT({sql})"), FieldKind::Integer),
            Function::CountDistinct => (format!("COUNT(DISTINCT {sql})"), FieldKind::Integer),
            Function::Sum => (format!("SUM({sql})"), FieldKind::Double),
            Function::Average => (format!("AVG({sql})"), FieldKind::Double),
            Function::Min | Function::Max => {
                let name = function.name();
                let sql = match of.kind {
                    FieldKind::Picklist(list) => {
                        let rank = rank_sql(&of.sql, list);
                        format!("SUBSTR({name}(PRINTF('%05d', {rank}) || {}), 6)", of.sql)
                    }
                    _ => format!("{name}({sql})"),
                };
                (sql, of.kind)
            }
        };
        Ok(Typed::made(sql, kind, of))
    }
}

/// `FORMAT()` of a term (docs/salesforce/queries.md#functions).
pub(super) fn formatted(from: &From<'_>, of: Typed) -> Outcome<Typed> {
    let locale = format::locale(from.org)?;
    if !format::knows(of.kind, &locale) {
        return Err(unknown_here(&format!(
            "FORMAT() of field '{}' in the locale {locale}",
            of.name()
        )));
    }
    Ok(Typed {
        formatted: true,
        field: None,
        ..of
    })
}

/// The refusal of a field where its kind does not fit.
pub(super) fn unfit(of: &Typed, done: &str) -> Refusal {
    let message = format!("field '{}' can not be {done} in a query call", of.name());
    Refusal::new(400, "INVALID_FIELD", message)
}

/// Dates and date-times both begin with the day.
fn date_sql(part: DatePart, of: &str, fiscal: Fiscal) -> String {
    let number = |from: u8, length: u8| format!("CAST(SUBSTR({of}, {from}, {length}) AS INTEGER)");
    let of_day = |form: &str| format!("CAST(STRFTIME('{form}', SUBSTR({of}, 1, 10)) AS INTEGER)");
    match part {
        DatePart::Year => number(1, 4),
        DatePart::Month => number(6, 2),
        DatePart::Quarter => format!("(({} + 2) / 3)", number(6, 2)),
        DatePart::DayInMonth => number(9, 2),
        DatePart::DayInWeek => format!("({} + 1)", of_day("%w")),
        DatePart::DayInYear => of_day("%j"),
        DatePart::DayOnly => format!("SUBSTR({of}, 1, 10)"),
        DatePart::FiscalMonth => format!("({} + 1)", fiscal.month_sql(&number(6, 2))),
        DatePart::FiscalQuarter => format!("({} / 3 + 1)", fiscal.month_sql(&number(6, 2))),
        DatePart::FiscalYear => fiscal.year_sql(&number(1, 4), &number(6, 2)),
        DatePart::Hour => number(12, 2),
        DatePart::WeekInMonth => format!("(({} + 6) / 7)", number(9, 2)),
        DatePart::WeekInYear => format!("(({} + 6) / 7)", of_day("%j")),
    }
}

fn label_sql(of: &str, list: Picklist) -> String {
    let same = list.values.iter().all(|(value, label)| value == label);
    if same {
        return of.to_owned();
    }
    let mut sql = format!("CASE {of}");
    for (value, label) in list.values {
        sql.push_str(&format!(" WHEN {} THEN {}", quoted(value), quoted(label)));
    }
    sql.push_str(&format!(" ELSE {of} END"));
    sql
}

fn selected_labels_sql(of: &str, list: Picklist) -> String {
    let known = serde_json::json!(list.values).to_string();
    format!("platform_labels({of}, {})", quoted(&known))
}

/// The place of a value in its picklist, by which picklists are ordered
/// (docs/salesforce/queries.md#fields-that-do-not-fit); values outside come last.
pub(super) fn rank_sql(of: &str, list: Picklist) -> String {
    let mut sql = format!("IIF({of} IS NULL, NULL, CASE {of}");
    for (rank, (value, _)) in list.values.iter().enumerate() {
        sql.push_str(&format!(" WHEN {} THEN {rank}", quoted(value)));
    }
    sql.push_str(&format!(" ELSE {} END)", list.values.len()));
    sql
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
