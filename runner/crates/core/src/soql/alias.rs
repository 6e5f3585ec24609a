//! Aliases of objects, resolved: `FROM Account a` makes `a.Name` the same as `Name`.

use crate::soql::{Condition, Item, Path, Query};

/// Rewrites `a.Name` into `Name` where the query says `FROM Account a`.
pub(crate) fn resolve_alias(query: &mut Query, alias: &str) {
    let strip = |path: &mut Path| {
        if path.0.len() > 1 && path.0[0].eq_ignore_ascii_case(alias) {
            path.0.remove(0);
        }
    };
    for item in &mut query.items {
        match item {
            Item::Field { path, .. } => strip(path),
            Item::Aggregate { path, .. } => path.iter_mut().for_each(strip),
            Item::Children(children) => {
                if let Some(rest) = children
                    .from
                    .split_once('.')
                    .filter(|(first, _)| first.eq_ignore_ascii_case(alias))
                {
                    children.from = rest.1.to_owned();
                }
            }
        }
    }
    if let Some(condition) = &mut query.condition {
        each_path(condition, &strip);
    }
    query.group_by.iter_mut().for_each(strip);
    query
        .order_by
        .iter_mut()
        .for_each(|order| strip(&mut order.path));
}

fn each_path(condition: &mut Condition, change: &impl Fn(&mut Path)) {
    match condition {
        Condition::And(parts) | Condition::Or(parts) => {
            parts.iter_mut().for_each(|part| each_path(part, change));
        }
        Condition::Not(inner) => each_path(inner, change),
        Condition::Compare { path, .. }
        | Condition::Like { path, .. }
        | Condition::OneOf { path, .. }
        | Condition::SemiJoin { path, .. } => change(path),
    }
}
