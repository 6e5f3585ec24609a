//! Reads everything that shows reasons: sharing sets, then owners, shares and the fields that the sets look at, then
//! the roles above the owners.

use std::collections::BTreeSet;

use usher_sdk::{Failure, Lookup, Org, Record, Value};

use crate::access::Looked;
use crate::login::Visitor;
use crate::sets::Sets;
use crate::why::Reasons;
use usher_external_users::Kind;

impl Reasons {
    pub(crate) fn read(looked: &Looked, visitor: &Visitor, org: &dyn Org) -> Result<Self, Failure> {
        let sets = Sets::read(&looked.sights, visitor, org)?;
        let mut owners = vec![];
        for sight in &looked.sights {
            owners.extend(sight.owner()?);
        }
        let mut lookups = vec![
            Lookup::of("User")
                .read(["Username", "IsActive", "ContactId", "UserRoleId"])
                .whose_any("Id", owners),
        ];
        lookups.extend(share_lookups(looked, visitor));
        let until_shares = lookups.len();
        lookups.extend(field_lookups(looked, &sets));
        let answers: Result<Vec<_>, _> = org.find_all(&lookups).into_iter().collect();
        let mut answers = answers?;
        let fields = answers.split_off(until_shares).concat();
        let shares = answers.split_off(1).concat();
        let owners = answers.concat();
        let roles = roles(&owners, visitor, org)?;
        Ok(Self {
            sets,
            fields,
            owners,
            roles,
            shares,
        })
    }
}

/// Rows that share the records with the user.
fn share_lookups(looked: &Looked, visitor: &Visitor) -> Vec<Lookup> {
    let shares = Kind::all()
        .iter()
        .filter_map(|kind| Some((kind, kind.share.as_ref()?)));
    shares
        .map(|(kind, share)| {
            Lookup::of(share.object)
                .read([share.record, share.level, "RowCause"])
                .whose_any(share.record, looked.ids(kind))
                .whose("UserOrGroupId", &visitor.id)
        })
        .collect()
}

/// The fields by which sharing sets find the records.
fn field_lookups(looked: &Looked, sets: &Sets) -> Vec<Lookup> {
    let lookups = Kind::all().iter().map(|kind| {
        let mappings = sets.mappings.iter().filter(|mapping| mapping.kind == kind);
        let fields: BTreeSet<&str> = mappings.map(|mapping| mapping.field).collect();
        let ids = looked.ids(kind).filter(|_| !fields.is_empty());
        Lookup::of(kind.object)
            .whose_any("Id", ids)
            .read(fields.iter().copied())
    });
    lookups.collect()
}

/// The owners' roles and all above them, as far as the user's own.
fn roles(owners: &[Record], visitor: &Visitor, org: &dyn Org) -> Result<Vec<Record>, Failure> {
    let mut roles: Vec<Record> = vec![];
    // A user without a role is above no other user.
    if visitor.role == Value::Nothing {
        return Ok(roles);
    }
    let mut ask = each_once(owners, "UserRoleId")?;
    while !ask.is_empty() {
        let level = org.find(
            &Lookup::of("UserRole")
                .read(["Name", "ParentRoleId"])
                .whose_any("Id", &ask),
        )?;
        ask = each_once(&level, "ParentRoleId")?;
        roles.extend(level);
        let mut unread = vec![];
        for role in ask {
            if !role.is_same_id(&visitor.role) && Record::with_id(&roles, &role).is_none() {
                unread.push(role);
            }
        }
        ask = unread;
    }
    Ok(roles)
}

/// The values of a field without null, each once.
fn each_once(records: &[Record], field: &str) -> Result<Vec<Value>, Failure> {
    let mut values: Vec<Value> = vec![];
    for record in records {
        let value = record.value(field)?;
        if value != Value::Nothing && !values.iter().any(|other| other.found_by(field, &value)) {
            values.push(value);
        }
    }
    Ok(values)
}
