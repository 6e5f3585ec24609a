//! Access to records, as Salesforce itself reports it, and the meaning of that report here.

use usher_external_users::Kind;
use usher_sdk::{Failure, Lookup, Org, Record, Value};

use crate::login::Visitor;

/// Records that one query of `UserRecordAccess` may ask for (Object Reference, UserRecordAccess).
const RECORDS_PER_QUERY_MAX: usize = 200;

pub(crate) const RULE: &str = "Object Reference, UserRecordAccess";

/// A wish for one record.
pub(crate) struct Wish {
    pub(crate) id: String,
    /// Its place in the input.
    pub(crate) at: String,
    /// The user shall see it.
    pub(crate) sees: bool,
}

/// Everything that was asked for.
pub(crate) struct Looked {
    pub(crate) sights: Vec<Sight>,
}

/// The org's report on one record.
pub(crate) struct Sight {
    pub(crate) wish: Wish,
    /// None: its object is not known here.
    pub(crate) kind: Option<&'static Kind>,
    /// None: not read, because its object is not known here, or not found.
    pub(crate) record: Option<Record>,
    /// The level of the access; none: Salesforce does not report it.
    pub(crate) level: Option<Level>,
}

pub(crate) struct Level {
    pub(crate) reads: bool,
    /// `Read`, `Edit` and so on.
    pub(crate) name: String,
}

impl Wish {
    pub(crate) fn is_of(&self, id: &str) -> bool {
        same_id(&self.id, id)
    }
}

impl Looked {
    pub(crate) fn read(
        wishes: Vec<Wish>,
        visitor: &Visitor,
        org: &dyn Org,
    ) -> Result<Self, Failure> {
        let mut lookups: Vec<Lookup> = wishes
            .chunks(RECORDS_PER_QUERY_MAX)
            .map(|some| {
                Lookup::of("UserRecordAccess")
                    .read(["RecordId", "HasReadAccess", "MaxAccessLevel"])
                    .whose("UserId", &visitor.id)
                    .whose_any("RecordId", some.iter().map(|wish| &wish.id))
            })
            .collect();
        let queries = lookups.len();
        lookups.extend(Kind::all().iter().map(|kind| {
            let ids = wishes.iter().map(|wish| &wish.id);
            let ids = ids.filter(|id| Kind::of(id) == Some(kind));
            Lookup::of(kind.object)
                .read([kind.name])
                .read(kind.owner)
                .whose_any("Id", ids)
        }));
        let answers: Result<Vec<_>, _> = org.find_all(&lookups).into_iter().collect();
        let answers = answers?;
        let (access, records) = answers.split_at(queries);
        let mut sights = vec![];
        for wish in wishes {
            let level = find(access, "RecordId", &wish.id)?;
            sights.push(Sight {
                kind: Kind::of(&wish.id),
                record: find(records, "Id", &wish.id)?.cloned(),
                level: level.map(Level::of).transpose()?,
                wish,
            });
        }
        Ok(Self { sights })
    }
}

impl Looked {
    /// The records of an object that were found.
    pub(crate) fn ids(&self, kind: &'static Kind) -> impl Iterator<Item = &String> {
        let sights = self
            .sights
            .iter()
            .filter(move |sight| sight.kind == Some(kind));
        sights
            .filter(|sight| sight.record.is_some())
            .map(|sight| &sight.wish.id)
    }
}

impl Level {
    fn of(record: &Record) -> Result<Self, Failure> {
        Ok(Self {
            reads: record.truth("HasReadAccess")?,
            name: record.text("MaxAccessLevel")?.to_owned(),
        })
    }
}

impl Sight {
    /// Returns the text for people.
    pub(crate) fn shown(&self) -> Result<String, Failure> {
        let id = &self.wish.id;
        Ok(match (self.kind, &self.record) {
            (Some(kind), Some(record)) => {
                format!("the {} `{}`", kind.noun, record.text(kind.name)?)
            }
            (Some(kind), None) => format!("the {} {id}", kind.noun),
            (None, _) => format!("the record {id}"),
        })
    }
}

fn find<'r>(
    answers: &'r [Vec<Record>],
    field: &str,
    id: &str,
) -> Result<Option<&'r Record>, Failure> {
    for record in answers.iter().flatten() {
        if same_id(record.text(field)?, id) {
            return Ok(Some(record));
        }
    }
    Ok(None)
}

fn same_id(a: &str, b: &str) -> bool {
    Value::Text(a.to_owned()).is_same_id(&Value::Text(b.to_owned()))
}
