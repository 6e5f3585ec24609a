//! `composite/graph`: composites of up to 500 calls, each all or none (docs/salesforce/records.md#graphs).

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use serde_json::{Value, json};

use crate::pages::Pages;
use crate::path::segments;
use crate::refusal::{Outcome, Refusal};
use crate::rest::composite::{self, Part};
use crate::rest::{Answer, Call};
use crate::tenant::Tenant;

/// Salesforce's own bounds: graphs of a call, calls of all graphs together, calls that lead from one to the next,
/// different calls, graphs that fail before the others are left out.
const GRAPHS_MAX: usize = 75;
const NODES_MAX: usize = 500;
const DEPTH_MAX: usize = 15;
const KINDS_MAX: usize = 15;
const FAILURES_MAX: usize = 14;

/// The version that brought the resource.
const SINCE: u32 = 50;

struct Graph {
    id: String,
    parts: Vec<Part>,
}

/// `POST …/composite/graph`
pub(crate) fn answer(org: &Tenant<'_>, pages: &mut Pages, call: &Call) -> Outcome<Answer> {
    if org.version < SINCE {
        return Err(Refusal::not_found());
    }
    let body = call.object()?;
    let Some(Value::Array(list)) = body.get("graphs") else {
        let message = "the body has no list `graphs`";
        return Err(Refusal::new(400, "JSON_PARSER_ERROR", message));
    };
    if list.len() > GRAPHS_MAX {
        return Err(limit("graphs", list.len(), GRAPHS_MAX));
    }
    let graphs: Vec<Graph> = list.iter().map(graph).collect::<Outcome<_>>()?;
    permit(&graphs)?;
    let mut failures = 0;
    let mut answers = Vec::new();
    for graph in &graphs {
        let (answered, succeeded) = match failures > FAILURES_MAX {
            true => (composite::all_halted(&graph.parts), false),
            false => composite::run(org, pages, &graph.parts, true),
        };
        failures += usize::from(!succeeded);
        answers.push(json!({
            "graphId": graph.id,
            "graphResponse": { "compositeResponse": answered },
            "isSuccessful": succeeded,
        }));
    }
    Ok(Answer::ok(json!({ "graphs": answers })))
}

fn graph(value: &Value) -> Outcome<Graph> {
    let id = value.get("graphId").and_then(Value::as_str);
    let (Some(id), Some(fields)) = (id, value.as_object()) else {
        let message = "Each graph needs graphId and compositeRequest";
        return Err(Refusal::new(400, "JSON_PARSER_ERROR", message));
    };
    let parts = composite::parts(fields)?;
    composite::references_once(&parts)?;
    Ok(Graph {
        id: id.to_owned(),
        parts,
    })
}

/// The bounds and the addresses are documented; the codes and the texts of refusals are \[inferred\].
fn permit(graphs: &[Graph]) -> Outcome<()> {
    let nodes: usize = graphs.iter().map(|graph| graph.parts.len()).sum();
    if nodes > NODES_MAX {
        return Err(limit("nodes", nodes, NODES_MAX));
    }
    let mut ids = BTreeSet::new();
    let mut kinds = BTreeSet::new();
    for graph in graphs {
        if !ids.insert(graph.id.as_str()) {
            let message = format!("Duplicate graphId: {}", graph.id);
            return Err(Refusal::new(400, "DUPLICATE_VALUE", message));
        }
        for part in &graph.parts {
            kinds.insert(kind(part)?);
        }
        let depth = depth(&graph.parts);
        if depth > DEPTH_MAX {
            return Err(limit("levels", depth, DEPTH_MAX));
        }
    }
    match kinds.len() > KINDS_MAX {
        true => Err(limit("different nodes", kinds.len(), KINDS_MAX)),
        false => Ok(()),
    }
}

/// Version, method and object of a node; they make nodes different. Refuses an address that graphs do not take.
fn kind(part: &Part) -> Outcome<(String, String, String)> {
    let path = segments(part.url.split('?').next().unwrap_or_default());
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    let found = match names.as_slice() {
        ["services", "data", version, "sobjects", object] => {
            (part.method == Method::POST).then_some((version, object))
        }
        ["services", "data", version, "sobjects", object, _] => {
            [Method::GET, Method::PATCH, Method::DELETE]
                .contains(&part.method)
                .then_some((version, object))
        }
        ["services", "data", version, "sobjects", object, _, _] => {
            [Method::GET, Method::PATCH, Method::DELETE, Method::POST]
                .contains(&part.method)
                .then_some((version, object))
        }
        _ => None,
    };
    let Some((version, object)) = found else {
        let message = format!("A graph can't hold {} {}", part.method, part.url);
        return Err(Refusal::new(400, "INVALID_INPUT", message));
    };
    Ok((
        (*version).to_owned(),
        part.method.to_string(),
        object.to_lowercase(),
    ))
}

/// The number of nodes on the longest way from one node to the next: a node follows those that it refers to.
fn depth(parts: &[Part]) -> usize {
    let mut depths: BTreeMap<&str, usize> = BTreeMap::new();
    for part in parts {
        let text = format!("{}{}", part.url, part.body);
        let above = text.split("@{").skip(1).filter_map(|reference| {
            let end = reference.find(['.', '[', '}'])?;
            depths.get(&reference[..end]).copied()
        });
        let depth = 1 + above.max().unwrap_or_default();
        depths.insert(&part.reference, depth);
    }
    depths.into_values().max().unwrap_or_default()
}

fn limit(what: &str, count: usize, most: usize) -> Refusal {
    let message = format!("The request has {count} {what}, more than {most}");
    Refusal::new(400, "LIMIT_EXCEEDED", message)
}

#[cfg(test)]
mod tests;
