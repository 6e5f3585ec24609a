//! Notes what is read while a step is planned, by its plugin and by Usher for it. The notes say later which permissions
//! the step needed (`usher_core::rights`); no answer depends on them.

use std::collections::{BTreeMap, BTreeSet};

use usher_core::manifest;
use usher_core::operation::Lookup;
use usher_core::read::{ReadError, Record};
use usher_core::rights::Made;
use usher_core::soql::selected;

/// Reads since the last step began.
#[derive(Default)]
pub(super) struct Notes {
    all: Reads,
    refused: Reads,
    empty: Reads,
}

#[derive(Default)]
struct Reads {
    records: ByName,
    queries: ByName,
    settings: BTreeSet<String>,
    components: BTreeSet<String>,
}

type ByName = BTreeMap<String, BTreeSet<String>>;

impl Notes {
    /// Returns the reads, and begins again.
    pub(super) fn take(&mut self) -> Made {
        let Self {
            all,
            refused,
            empty,
        } = std::mem::take(self);
        Made {
            all: all.listed(),
            refused: refused.listed(),
            empty: empty.listed(),
        }
    }

    pub(super) fn lookup(&mut self, lookup: &Lookup, answer: &Result<Vec<Record>, ReadError>) {
        let conditions = lookup.conditions.iter().map(|condition| &condition.field);
        let fields = lookup.fields.iter().chain(conditions);
        let fields: Vec<&str> = fields.map(String::as_str).collect();
        let note = |reads: &mut Reads| add(&mut reads.records, &lookup.object, &fields);
        note(&mut self.all);
        match answer {
            Ok(records) if records.is_empty() => note(&mut self.empty),
            Err(ReadError::Refused(_)) => note(&mut self.refused),
            _ => {}
        }
    }

    pub(super) fn count(&mut self, lookup: &Lookup, answer: &Result<u64, ReadError>) {
        let fields = lookup.conditions.iter().map(|condition| &condition.field);
        let fields: Vec<&str> = fields.map(String::as_str).collect();
        let note = |reads: &mut Reads| add(&mut reads.records, &lookup.object, &fields);
        self.read(answer, note);
        if let Ok(0) = answer {
            note(&mut self.empty);
        }
    }

    pub(super) fn query<T>(&mut self, soql: &str, answer: &Result<T, ReadError>) {
        for select in selected(soql).unwrap_or_default() {
            self.read(answer, |reads| {
                add(&mut reads.queries, select.object, &select.fields);
            });
        }
    }

    pub(super) fn settings<T>(&mut self, name: &str, answer: &Result<T, ReadError>) {
        self.read(answer, |reads| {
            reads.settings.insert(name.to_owned());
        });
    }

    pub(super) fn components<T>(&mut self, kind: &str, answer: &Result<T, ReadError>) {
        self.read(answer, |reads| {
            reads.components.insert(kind.to_owned());
        });
    }

    fn read<T>(&mut self, answer: &Result<T, ReadError>, note: impl Fn(&mut Reads)) {
        note(&mut self.all);
        if matches!(answer, Err(ReadError::Refused(_))) {
            note(&mut self.refused);
        }
    }
}

impl Reads {
    fn listed(self) -> manifest::Reads {
        let lists = |table: ByName| {
            let lists = table.into_iter();
            lists
                .map(|(object, fields)| (object, fields.into_iter().collect()))
                .collect()
        };
        manifest::Reads {
            records: lists(self.records),
            queries: lists(self.queries),
            settings: self.settings.into_iter().collect(),
            components: self.components.into_iter().collect(),
            ..manifest::Reads::default()
        }
    }
}

/// Thousands of lookups name the same few fields, so that nothing is copied which is there.
fn add(table: &mut ByName, object: &str, fields: &[&str]) {
    if !table.contains_key(object) {
        table.insert(object.to_owned(), BTreeSet::new());
    }
    let Some(known) = table.get_mut(object) else {
        return;
    };
    for field in fields {
        if !known.contains(*field) {
            known.insert((*field).to_owned());
        }
    }
}
