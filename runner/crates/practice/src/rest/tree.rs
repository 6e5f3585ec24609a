//! `composite/tree/X`: records with records below them, created in one call, all or none
//! (docs/salesforce/records.md#trees).

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::hand::Hand;
use crate::refusal::{Outcome, Refusal};
use crate::rest::{Answer, Call};
use crate::save;
use crate::schema::{self, Area, Field, Object};
use crate::tenant::Tenant;

/// Records of one call, levels of one tree, kinds of records: Salesforce's own bounds.
const RECORDS_MAX: usize = 200;
const LEVELS_MAX: usize = 5;
const KINDS_MAX: usize = 5;

/// One record to create.
struct Node {
    object: &'static Object,
    reference: String,
    fields: Map<String, Value>,
    /// The place of the record above, and the field that leads to it.
    above: Option<(usize, &'static Field)>,
}

/// Records that are still to be read: those of one list.
struct Branch<'a> {
    object: &'static Object,
    records: &'a [Value],
    above: Option<(usize, &'static Field)>,
}

/// `POST …/composite/tree/X`
pub(crate) fn answer(org: &Tenant<'_>, call: &Call, name: &str) -> Outcome<Answer> {
    let object = org.object(name)?.ok_or_else(Refusal::not_found)?;
    let body = call.object()?;
    let Some(Value::Array(records)) = body.get("records") else {
        return Err(malformed("the body has no list `records`"));
    };
    let nodes = nodes(org, object, records)?;
    if let Some(twice) = referenced_twice(&nodes) {
        return Ok(failed(&twice));
    }
    let mut failing = Vec::new();
    let created = org.unit(|| {
        let mut ids: Vec<String> = Vec::new();
        for node in &nodes {
            let mut fields = node.fields.clone();
            if let Some((place, field)) = node.above {
                fields.insert(field.name.to_owned(), Value::from(ids[place].as_str()));
            }
            match save::create(org, node.object, &fields, Hand::Client) {
                Ok(id) => ids.push(id),
                Err(refusal) => {
                    failing.push((node.reference.clone(), refusal.clone()));
                    return Err(refusal);
                }
            }
        }
        Ok(ids)
    });
    match created {
        Ok(ids) => {
            let results = nodes.iter().zip(ids);
            let results: Vec<Value> = results
                .map(|(node, id)| json!({ "referenceId": node.reference, "id": id }))
                .collect();
            Ok(Answer {
                status: 201,
                body: Some(json!({ "hasErrors": false, "results": results })),
                location: None,
            })
        }
        Err(refusal) if failing.is_empty() => Err(refusal),
        Err(_) => Ok(failed(&failing)),
    }
}

/// The records of all trees: those above before those below, level by level.
fn nodes(org: &Tenant<'_>, object: &'static Object, records: &[Value]) -> Outcome<Vec<Node>> {
    let mut nodes: Vec<Node> = Vec::new();
    let mut level = vec![Branch {
        object,
        records,
        above: None,
    }];
    let mut levels = 0;
    while !level.is_empty() {
        levels += 1;
        if levels > LEVELS_MAX {
            return Err(limit(&format!(
                "The trees have more than {LEVELS_MAX} levels"
            )));
        }
        let mut below = Vec::new();
        for branch in level {
            for record in branch.records {
                if nodes.len() == RECORDS_MAX {
                    return Err(limit(&format!(
                        "The request has more than {RECORDS_MAX} records"
                    )));
                }
                read(org, &branch, record, &mut nodes, &mut below)?;
            }
        }
        level = below;
    }
    mixed(&nodes)?;
    Ok(nodes)
}

/// Reads one record, and finds the lists below it.
fn read<'a>(
    org: &Tenant<'_>,
    branch: &Branch<'_>,
    record: &'a Value,
    nodes: &mut Vec<Node>,
    below: &mut Vec<Branch<'a>>,
) -> Outcome<()> {
    let text = |name: &str| record.pointer(name).and_then(Value::as_str);
    let (Some(kind), Some(reference)) = (text("/attributes/type"), text("/attributes/referenceId"))
    else {
        let message = "Each record needs `attributes` with its `type` and `referenceId`";
        return Err(malformed(message));
    };
    if !kind.eq_ignore_ascii_case(branch.object.name) {
        // [inferred] The code and the text.
        let message = format!(
            "The record {reference} is not one of the type {}",
            branch.object.name
        );
        return Err(Refusal::new(400, "INVALID_INPUT", message));
    }
    let place = nodes.len();
    let mut fields = Map::new();
    for (name, value) in record.as_object().into_iter().flatten() {
        let list = value.get("records").and_then(Value::as_array);
        let children = schema::children(branch.object, name).filter(|_| !name.is_empty());
        match (list, children) {
            (Some(records), Some((child, field))) if org.shows_object(child)? => {
                below.push(Branch {
                    object: child,
                    records,
                    above: Some((place, field)),
                });
            }
            _ => {
                fields.insert(name.clone(), value.clone());
            }
        }
    }
    nodes.push(Node {
        object: branch.object,
        reference: reference.to_owned(),
        fields,
        above: branch.above,
    });
    Ok(())
}

/// Refuses too many kinds of records, and setup objects beside others (docs/salesforce/rest.md#setup-objects).
fn mixed(nodes: &[Node]) -> Outcome<()> {
    let kinds: BTreeSet<&str> = nodes.iter().map(|node| node.object.name).collect();
    if kinds.len() > KINDS_MAX {
        return Err(limit(&format!(
            "The request has more than {KINDS_MAX} types of records"
        )));
    }
    let has = |area: Area| nodes.iter().any(|node| node.object.area == area);
    match has(Area::Setup) && has(Area::Data) {
        true => {
            // [inferred] The text; the code is the WSDL's.
            let message = "DML operation on setup object is not permitted after you have updated a non-setup object (or vice versa)";
            Err(Refusal::save("MIXED_DML_OPERATION", message, &[]))
        }
        false => Ok(()),
    }
}

/// An error for each record whose reference another one has, too. The code and the text are \[inferred\].
fn referenced_twice(nodes: &[Node]) -> Option<Vec<(String, Refusal)>> {
    let (mut seen, mut twice) = (BTreeSet::new(), BTreeSet::new());
    for node in nodes {
        if !seen.insert(&node.reference) {
            twice.insert(&node.reference);
        }
    }
    let message = "Duplicate ReferenceId provided in the request.";
    let refusal = Refusal::save("INVALID_INPUT", message, &[]);
    let errors = nodes.iter().filter(|node| twice.contains(&node.reference));
    let errors: Vec<_> = errors
        .map(|node| (node.reference.clone(), refusal.clone()))
        .collect();
    (!errors.is_empty()).then_some(errors)
}

fn failed(errors: &[(String, Refusal)]) -> Answer {
    let results: Vec<Value> = errors
        .iter()
        .map(|(reference, refusal)| {
            json!({ "referenceId": reference, "errors": [refusal.to_row_json()] })
        })
        .collect();
    Answer {
        status: 400,
        body: Some(json!({ "hasErrors": true, "results": results })),
        location: None,
    }
}

/// The bounds are documented; the code and the texts are \[inferred\].
fn limit(message: &str) -> Refusal {
    Refusal::new(400, "LIMIT_EXCEEDED", message)
}

fn malformed(message: &str) -> Refusal {
    Refusal::new(400, "JSON_PARSER_ERROR", message)
}

#[cfg(test)]
mod tests;
