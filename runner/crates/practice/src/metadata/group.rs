//! `Group` and `Queue` (docs/salesforce/metadata.md#groups-and-queues): records of one object. Members of public groups
//! are no part of the component; those of queues are.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use usher_core::component::{parts, texts};

use crate::components::{self, Content};
use crate::hand::Hand;
use crate::metadata::record::{self, Fields};
use crate::metadata::shape::{Elements, Shape};
use crate::metadata::{Listed, Written};
use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text};
use crate::save;
use crate::schema::{Object, object};
use crate::tenant::Tenant;

/// One of the two kinds: its name, the type of its records, its fields, and the parts that no field holds.
pub(super) struct Sort {
    kind: &'static str,
    record_type: &'static str,
    fields: Fields,
    beside: &'static [&'static str],
}

pub(super) static GROUP: Sort = Sort {
    kind: "Group",
    record_type: "Regular",
    fields: &[("doesIncludeBosses", "DoesIncludeBosses"), ("name", "Name")],
    beside: &["description"],
};

pub(super) static QUEUE: Sort = Sort {
    kind: "Queue",
    record_type: "Queue",
    fields: &[("email", "Email"), ("name", "Name")],
    beside: &["description", "doesSendEmailToMembers"],
};

pub(super) const GROUP_ELEMENTS: Elements = &[
    ("description", Shape::Text),
    ("doesIncludeBosses", Shape::Truth),
    ("name", Shape::Text),
];

pub(super) const QUEUE_ELEMENTS: Elements = &[
    ("description", Shape::Text),
    ("doesSendEmailToMembers", Shape::Truth),
    ("email", Shape::Text),
    ("name", Shape::Text),
    ("queueMembers", Shape::Parts("QueueMembers", QUEUE_MEMBERS)),
    ("queueRoutingConfig", Shape::Text),
    ("queueSobject", Shape::Parts("QueueSobject", QUEUE_SOBJECT)),
];

const QUEUE_MEMBERS: Elements = &[
    ("publicGroups", Shape::Parts("PublicGroups", PUBLIC_GROUPS)),
    ("roleAndSubordinates", Shape::Anything),
    ("roleAndSubordinatesInternal", Shape::Anything),
    ("roles", Shape::Anything),
    ("users", Shape::Parts("Users", USERS)),
];

const PUBLIC_GROUPS: Elements = &[("publicGroup", Shape::Texts)];

const USERS: Elements = &[("user", Shape::Texts)];

const QUEUE_SOBJECT: Elements = &[("sobjectType", Shape::Text)];

pub(super) fn list(org: &Tenant<'_>, sort: &Sort) -> Outcome<Vec<Listed>> {
    let rows = org.rows(groups(), &[("Type", Value::from(sort.record_type))])?;
    let listed = rows
        .iter()
        .map(|row| record::listed(text(row, "DeveloperName").to_owned(), row));
    Ok(listed
        .filter(|listed| !listed.full_name.is_empty())
        .collect())
}

pub(super) fn read(org: &Tenant<'_>, sort: &Sort, full_name: &str) -> Outcome<Option<Content>> {
    let Some(row) = row_of(org, sort, full_name)? else {
        return Ok(None);
    };
    let mut content = components::get(org, sort.kind, full_name)?.unwrap_or_default();
    content.extend(record::content(&row, sort.fields));
    if sort.kind == QUEUE.kind {
        let members = members(org, text(&row, "Id"))?;
        let mut shown = Map::new();
        for (outer, inner, names) in [
            ("publicGroups", "publicGroup", members.groups),
            ("users", "user", members.users),
        ] {
            if !names.is_empty() {
                shown.insert(outer.to_owned(), json!([{ inner: names }]));
            }
        }
        if !shown.is_empty() {
            content.insert("queueMembers".to_owned(), json!([shown]));
        }
        let own = [("QueueId", row["Id"].clone())];
        let types = org.rows(queue_sobjects(), &own)?;
        let types: Vec<Value> = types
            .iter()
            .map(|row| json!({ "sobjectType": [text(row, "SobjectType")] }))
            .collect();
        if !types.is_empty() {
            content.insert("queueSobject".to_owned(), Value::from(types));
        }
    }
    Ok(Some(content))
}

/// An element that is not sent leaves what is there; members that are sent are all members \[inferred, both\].
pub(super) fn write(
    org: &Tenant<'_>,
    sort: &Sort,
    full_name: &str,
    content: &Content,
) -> Outcome<Written> {
    record::complete(content, "name")?;
    record::refuse_unknown(content, &["queueRoutingConfig"])?;
    let there = row_of(org, sort, full_name)?;
    let before = read(org, sort, full_name)?;
    let mut fields = record::wanted(content, sort.fields);
    if there.is_none() {
        fields.insert("DeveloperName".to_owned(), Value::from(full_name));
        fields.insert("Type".to_owned(), Value::from(sort.record_type));
    }
    let id = record::save(org, groups(), there.as_ref(), &fields)?;
    record::keep(org, sort.kind, full_name, content, sort.beside)?;
    if let Some(sent) = parts(content, "queueMembers").next() {
        set_members(org, &id, sent)?;
    }
    if content.contains_key("queueSobject") {
        set_types(org, &id, content)?;
    }
    Ok(Written {
        id,
        created: there.is_none(),
        changed: before != read(org, sort, full_name)?,
    })
}

pub(super) fn remove(org: &Tenant<'_>, sort: &Sort, full_name: &str) -> Outcome<bool> {
    let Some(row) = row_of(org, sort, full_name)? else {
        return Ok(false);
    };
    let id = text(&row, "Id");
    org.remove(group_members(), &[("GroupId", Value::from(id))])?;
    save::delete(org, groups(), id)?;
    components::remove(org, sort.kind, full_name)?;
    Ok(true)
}

/// The record of that developer name.
pub(super) fn row_of(org: &Tenant<'_>, sort: &Sort, full_name: &str) -> Outcome<Option<Row>> {
    let holds = [
        ("DeveloperName", Value::from(full_name)),
        ("Type", Value::from(sort.record_type)),
    ];
    Ok(org.rows(groups(), &holds)?.pop())
}

/// The members of a queue by name.
struct Members {
    users: BTreeSet<String>,
    groups: BTreeSet<String>,
}

fn members(org: &Tenant<'_>, group_id: &str) -> Outcome<Members> {
    let sql = "SELECT u.\"Username\", g.\"DeveloperName\" FROM \"GroupMember\" m LEFT JOIN \"User\" u ON u.\"Id\" = m.\"UserOrGroupId\" LEFT JOIN \"Group\" g ON g.\"Id\" = m.\"UserOrGroupId\" WHERE m.\"GroupId\" = ?";
    let mut statement = org.db.prepare_cached(sql)?;
    let mut found = statement.query([group_id])?;
    let mut members = Members {
        users: BTreeSet::new(),
        groups: BTreeSet::new(),
    };
    while let Some(row) = found.next()? {
        members.users.extend(row.get::<_, Option<String>>(0)?);
        members.groups.extend(row.get::<_, Option<String>>(1)?);
    }
    Ok(members)
}

fn set_members(org: &Tenant<'_>, group_id: &str, sent: &Content) -> Outcome<()> {
    record::refuse_unknown(
        sent,
        &[
            "roleAndSubordinates",
            "roleAndSubordinatesInternal",
            "roles",
        ],
    )?;
    let mut wanted = BTreeSet::new();
    for users in parts(sent, "users") {
        for name in texts(users, "user") {
            let holds = [("Username", Value::from(name))];
            wanted.insert(id_of(org, "User", &holds, name)?);
        }
    }
    for named in parts(sent, "publicGroups") {
        for name in texts(named, "publicGroup") {
            let holds = [
                ("DeveloperName", Value::from(name)),
                ("Type", Value::from(GROUP.record_type)),
            ];
            wanted.insert(id_of(org, "Group", &holds, name)?);
        }
    }
    let own = ("GroupId", Value::from(group_id));
    for row in org.rows(group_members(), std::slice::from_ref(&own))? {
        if !wanted.remove(text(&row, "UserOrGroupId")) {
            save::delete(org, group_members(), text(&row, "Id"))?;
        }
    }
    for id in wanted {
        let fields = json!({ "GroupId": group_id, "UserOrGroupId": id });
        let fields = fields.as_object().cloned().unwrap_or_default();
        save::create(org, group_members(), &fields, Hand::Client)?;
    }
    Ok(())
}

/// The objects that are sent are all objects of the queue \[inferred\].
fn set_types(org: &Tenant<'_>, queue_id: &str, sent: &Content) -> Outcome<()> {
    let named = parts(sent, "queueSobject").flat_map(|part| texts(part, "sobjectType"));
    let mut wanted: Vec<&str> = Vec::new();
    for name in named {
        if !wanted.contains(&name) {
            wanted.push(name);
        }
    }
    for row in org.rows(queue_sobjects(), &[("QueueId", Value::from(queue_id))])? {
        let there = text(&row, "SobjectType");
        match wanted.iter().position(|name| *name == there) {
            Some(place) => drop(wanted.remove(place)),
            None => save::delete(org, queue_sobjects(), text(&row, "Id"))?,
        }
    }
    for name in wanted {
        let fields = json!({ "QueueId": queue_id, "SobjectType": name });
        let fields = fields.as_object().cloned().unwrap_or_default();
        save::create(org, queue_sobjects(), &fields, Hand::Client)?;
    }
    Ok(())
}

fn id_of(
    org: &Tenant<'_>,
    name: &'static str,
    holds: &[(&str, Value)],
    wanted: &str,
) -> Outcome<String> {
    let known = object(name).expect("the schema has it");
    let row = org.rows(known, holds)?.pop();
    let row: Row =
        row.ok_or_else(|| -> Refusal { record::no_such("queueMembers", name, wanted) })?;
    Ok(text(&row, "Id").to_owned())
}

fn groups() -> &'static Object {
    object("Group").expect("the schema has it")
}

fn queue_sobjects() -> &'static Object {
    object("QueueSobject").expect("the schema has it")
}

fn group_members() -> &'static Object {
    object("GroupMember").expect("the schema has it")
}
