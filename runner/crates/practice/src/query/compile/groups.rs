//! The groups of a query, and the terms that may stand beside them (docs/salesforce/queries.md#groups).

use crate::query::compile::from::From;
use crate::query::compile::terms::{Typed, formatted, unfit};
use crate::query::syntax::{Groups as Written, Subtotals, Term, malformed};
use crate::refusal::Outcome;
use crate::schema::{FieldKind, is_comparable};

/// Salesforce's own bound of fields in `ROLLUP` and `CUBE`.
const SUBTOTALS_MAX: usize = 3;

/// One set of groups: with subtotals a query has several, each of which keeps some of the terms.
#[derive(Clone, Copy)]
pub(super) struct Groups<'g> {
    pub(super) terms: &'g [Typed],
    /// Says for each term whether this set keeps it apart.
    pub(super) kept: &'g [bool],
    pub(super) subtotals: Subtotals,
}

/// The terms of a `GROUP BY`.
pub(super) fn terms(from: &mut From<'_>, written: &Written) -> Outcome<Vec<Typed>> {
    if written.subtotals != Subtotals::None && written.by.len() > SUBTOTALS_MAX {
        // The rule is documented, the words are [inferred].
        return Err(malformed(format!(
            "ROLLUP and CUBE take at most {SUBTOTALS_MAX} fields"
        )));
    }
    let mut terms: Vec<Typed> = Vec::new();
    for term in &written.by {
        if !matches!(term, Term::Field(_) | Term::Date { .. }) {
            return Err(malformed(
                "A query is grouped by fields and date functions only",
            ));
        }
        let typed = from.term(term)?;
        let raw = matches!(term, Term::Field(_))
            && matches!(typed.kind, FieldKind::DateTime | FieldKind::Double);
        if raw || !is_comparable(typed.kind) {
            return Err(unfit(&typed, "grouped"));
        }
        terms.push(typed);
    }
    Ok(terms)
}

/// The sets of groups: one, or one for each kind of subtotal. The finest comes first.
pub(super) fn sets(count: usize, subtotals: Subtotals) -> Vec<Vec<bool>> {
    let set = |kept: &dyn Fn(usize) -> bool| (0..count).map(kept).collect::<Vec<bool>>();
    match subtotals {
        Subtotals::None => vec![vec![true; count]],
        Subtotals::Rollup => (0..=count)
            .rev()
            .map(|first| set(&|place| place < first))
            .collect(),
        Subtotals::Cube => (0..1_usize << count)
            .map(|left_out| set(&|place| left_out & (1 << place) == 0))
            .collect(),
    }
}

impl Groups<'_> {
    /// A term over one of these groups; `what` is the thing that a refusal names.
    pub(super) fn term(&self, from: &mut From<'_>, term: &Term, what: &str) -> Outcome<Typed> {
        match term {
            Term::Aggregate { .. } => return from.term(term),
            Term::Format(inner) => {
                let inner = self.term(from, inner, what)?;
                return formatted(from, inner);
            }
            Term::Grouping(path) => {
                let of = from.field(path)?;
                let place = self.terms.iter().position(|group| group.sql == of.sql);
                let place = place.filter(|_| self.subtotals != Subtotals::None);
                let Some(place) = place else {
                    return Err(malformed(
                        "GROUPING() needs a GROUP BY with ROLLUP or CUBE that has its field",
                    ));
                };
                return Ok(Typed {
                    sql: u8::from(!self.kept[place]).to_string(),
                    kind: FieldKind::Integer,
                    field: None,
                    collation: "",
                    ..of
                });
            }
            Term::Field(_) | Term::Date { .. } | Term::Label(_) => {}
        }
        let typed = from.term(term)?;
        let place = match self.place(&typed.sql) {
            Some(place) => place,
            None => self.place_of_inner(from, term)?.ok_or_else(|| {
                let name = typed.name();
                malformed(format!("{what} must be grouped or aggregated: {name}"))
            })?,
        };
        let sql = match self.kept[place] {
            true => typed.sql,
            false => "NULL".to_owned(),
        };
        Ok(Typed { sql, ..typed })
    }

    fn place(&self, sql: &str) -> Option<usize> {
        self.terms.iter().position(|group| group.sql == sql)
    }

    /// A label may stand beside the grouped value, and a function of a date beside the grouped date.
    fn place_of_inner(&self, from: &mut From<'_>, term: &Term) -> Outcome<Option<usize>> {
        let (Term::Label(path) | Term::Date { path, .. }) = term else {
            return Ok(None);
        };
        let of = from.field(path)?;
        Ok(self.place(&of.sql))
    }
}
