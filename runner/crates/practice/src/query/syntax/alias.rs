//! Aliases of objects, resolved: `FROM Account a` makes `a.Name` the same as `Name`, and with `FROM Contact c, c.Account a`
//! it is the same as `Account.Name`.

use crate::query::syntax::{Condition, Item, Path, Query};

/// An alias, and the relationships that it stands for: none for that of the object itself.
pub(super) struct Alias {
    pub(super) name: String,
    pub(super) path: Vec<String>,
}

/// Puts into `path` what one of these aliases stands for.
pub(super) fn put(aliases: &[Alias], path: &mut Path) {
    if path.0.len() < 2 {
        return;
    }
    let alias = aliases
        .iter()
        .find(|alias| path.0[0].eq_ignore_ascii_case(&alias.name));
    if let Some(alias) = alias {
        path.0.splice(..1, alias.path.iter().cloned());
    }
}

/// Rewrites every path of a query that begins with an alias.
pub(super) fn resolve(query: &mut Query, aliases: &[Alias]) {
    let strip = |path: &mut Path| put(aliases, path);
    for item in &mut query.items {
        match item {
            Item::Term { term, .. } => term.path_mut().into_iter().for_each(strip),
            Item::TypeOf(kinds) => strip(&mut kinds.relationship),
            Item::Fields(_) => {}
            Item::Children(children) => {
                let own = |first: &str| {
                    aliases.iter().any(|alias| {
                        alias.path.is_empty() && first.eq_ignore_ascii_case(&alias.name)
                    })
                };
                let rest = children
                    .from
                    .split_once('.')
                    .filter(|(first, _)| own(first));
                if let Some((_, rest)) = rest {
                    children.from = rest.to_owned();
                }
            }
        }
    }
    for condition in query.condition.iter_mut().chain(&mut query.having) {
        each_path(condition, &strip);
    }
    let orders = query.order_by.iter_mut().map(|order| &mut order.term);
    for term in query.groups.by.iter_mut().chain(orders) {
        term.path_mut().into_iter().for_each(strip);
    }
}

fn each_path(condition: &mut Condition, change: &impl Fn(&mut Path)) {
    match condition {
        Condition::And(parts) | Condition::Or(parts) => {
            parts.iter_mut().for_each(|part| each_path(part, change));
        }
        Condition::Not(inner) => each_path(inner, change),
        Condition::Compare { term, .. }
        | Condition::Like { term, .. }
        | Condition::OneOf { term, .. } => term.path_mut().into_iter().for_each(change),
        Condition::Selected { path, .. } | Condition::SemiJoin { path, .. } => change(path),
    }
}
