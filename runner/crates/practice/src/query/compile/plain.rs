//! The columns of a query that brings records.

use crate::query::compile::fields;
use crate::query::compile::from::From;
use crate::query::compile::{Column, Target, children, type_of};
use crate::query::syntax::{Item, Query, Term, malformed};
use crate::refusal::{Outcome, Refusal};
use crate::schema::FieldKind;

/// Columns with their SQL.
pub(super) struct Selected {
    pub(super) select: Vec<String>,
    pub(super) columns: Vec<Column>,
    /// Parents whose id is selected.
    identified: Vec<Vec<String>>,
    /// Places that are taken, lower case.
    taken: Vec<String>,
}

/// The columns of a query; the first one is the id of the record.
pub(super) fn columns(from: &mut From<'_>, query: &Query) -> Outcome<Selected> {
    let mut selected = Selected {
        select: vec![format!("{}0.\"Id\"", from.prefix)],
        columns: vec![Column::new(
            Target::Identity {
                path: Vec::new(),
                object: from.object,
            },
            FieldKind::Id,
        )],
        identified: Vec::new(),
        taken: Vec::new(),
    };
    for item in &query.items {
        match item {
            Item::Children(below) => {
                children(from.org, from.object, &below.from)?;
                selected.take(std::slice::from_ref(&below.from))?;
            }
            Item::Fields(set) => {
                for term in fields::terms(from.org, from.object, *set, query)? {
                    selected.term(from, &term, None)?;
                }
            }
            Item::TypeOf(kinds) => {
                for (sql, column) in type_of::columns(from, kinds)? {
                    selected.select.push(sql);
                    selected.columns.push(column);
                }
            }
            Item::Term { term, alias } => selected.term(from, term, alias.as_deref())?,
        }
    }
    Ok(selected)
}

impl Selected {
    fn term(&mut self, from: &mut From<'_>, term: &Term, alias: Option<&str>) -> Outcome<()> {
        let typed = from.term(term)?;
        if matches!(term, Term::Date { .. }) {
            let message = format!("Field must be grouped or aggregated: {}", typed.name());
            return Err(malformed(message));
        }
        let path = match alias {
            None => typed.names.clone(),
            // General knowledge of the platform [inferred].
            Some(_) if matches!(term, Term::Field(_)) => {
                return Err(malformed("only aggregate expressions use field aliasing"));
            }
            Some(alias) => vec![alias.to_owned()],
        };
        self.take(&path)?;
        for depth in 1..path.len() {
            let parent = path[..depth].to_vec();
            if self.identified.contains(&parent) {
                continue;
            }
            self.identify(from, &parent);
            self.identified.push(parent);
        }
        self.select.push(typed.sql);
        self.columns.push(Column {
            place: Target::Value { path },
            kind: typed.kind,
            formatted: typed.formatted,
        });
        Ok(())
    }

    /// The columns by which a parent is known: the id of one object, or of each that it may be.
    fn identify(&mut self, from: &From<'_>, parent: &[String]) {
        let path = parent.to_vec();
        if let Some(join) = from.joined(parent) {
            self.select.push(join.id());
            let object = join.object;
            let place = Target::Identity { path, object };
            return self.columns.push(Column::new(place, FieldKind::Id));
        }
        let relationship = parent.first().map_or("", String::as_str);
        for join in from.joined_typed(relationship) {
            self.select.push(join.id());
            let object = join.object;
            let place = Target::Kind {
                path: path.clone(),
                object,
            };
            self.columns.push(Column::new(place, FieldKind::Id));
        }
        self.select.push("NULL".to_owned());
        let place = Target::Nothing { path };
        self.columns.push(Column::new(place, FieldKind::Id));
    }

    /// A place is taken once (docs/salesforce/queries.md#fields).
    fn take(&mut self, path: &[String]) -> Outcome<()> {
        let place = path.join(".");
        if self.taken.contains(&place.to_lowercase()) {
            let message = format!("duplicate field selected: {place}");
            return Err(Refusal::new(400, "INVALID_FIELD", message));
        }
        self.taken.push(place.to_lowercase());
        Ok(())
    }
}
