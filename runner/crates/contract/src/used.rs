//! The things that a plugin used of what its manifest declares: reads that it asked for, and what its plans write and
//! predict. A test learns from it what a manifest declares for nothing, and what it lacks.

mod plan;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::grant::Grant;
use crate::manifest::{Manifest, Predicts, Reads, Writes};
use crate::name::covers;
use crate::operation::{Lookup, ResourcePath};
use crate::value::Scalar;

/// Reads, writes and predictions, in the form of a manifest. Names are those that the plugin used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Used {
    pub reads: Reads,
    pub writes: Writes,
    pub predicts: Predicts,
}

type ByName = BTreeMap<String, Vec<String>>;

impl Used {
    /// Adds everything that `other` holds.
    pub fn extend(&mut self, other: &Self) {
        for (all, more) in self.by_name_mut().into_iter().zip(other.by_name()) {
            for (name, fields) in more {
                add_fields(all, name, fields.iter().map(String::as_str));
            }
        }
        for (all, more) in self.lists_mut().into_iter().zip(other.lists()) {
            more.iter().for_each(|name| add(all, name));
        }
    }

    /// Returns everything that a manifest declares.
    pub fn all_of(manifest: &Manifest) -> Self {
        Self {
            reads: manifest.reads.clone(),
            writes: manifest.writes.clone(),
            predicts: manifest.predicts.clone(),
        }
    }

    /// Returns everything that a manifest declares and that was not used.
    pub fn unused_of(&self, manifest: &Manifest) -> Self {
        Self::all_of(manifest).without(self, covers)
    }

    /// Returns everything that was used and that a manifest does not declare.
    pub fn beyond(&self, manifest: &Manifest) -> Self {
        let declared = Self::all_of(manifest);
        self.clone()
            .without(&declared, |used, declared| covers(declared, used))
    }

    /// This without the things that `is_same` finds in `other`.
    fn without(mut self, other: &Self, is_same: impl Fn(&str, &str) -> bool) -> Self {
        for (all, others) in self.by_name_mut().into_iter().zip(other.by_name()) {
            all.retain(|name, fields| {
                let below = others
                    .iter()
                    .filter(|(key, _)| key.eq_ignore_ascii_case(name));
                let below: Vec<&Vec<String>> = below.map(|(_, fields)| fields).collect();
                fields.retain(|field| {
                    let mut others = below.iter().copied().flatten();
                    !others.any(|other| is_same(field, other))
                });
                below.is_empty() || !fields.is_empty()
            });
        }
        for (all, others) in self.lists_mut().into_iter().zip(other.lists()) {
            all.retain(|name| {
                !others
                    .iter()
                    .any(|it| is_named(name, it) || is_named(it, name))
            });
        }
        self
    }

    /// Returns the members of a manifest that declare this; those that are empty are left out.
    pub fn members(&self) -> Vec<(&'static str, Value)> {
        let all = [
            ("reads", serde_json::to_value(&self.reads)),
            ("writes", serde_json::to_value(&self.writes)),
            ("predicts", serde_json::to_value(&self.predicts)),
        ];
        let filled = all.into_iter().filter_map(|(key, value)| {
            let Ok(Value::Object(mut below)) = value else {
                return None;
            };
            let is_empty = |value: &Value| match value {
                Value::Object(members) => members.is_empty(),
                Value::Array(items) => items.is_empty(),
                _ => false,
            };
            below.retain(|_, value| !is_empty(value));
            (!below.is_empty()).then_some((key, Value::Object(below)))
        });
        filled.collect()
    }

    /// Says that nothing is in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the grant that a manifest which declares this asks for.
    pub fn grant(&self) -> Grant {
        Grant::asked(&self.reads, &self.writes, &self.predicts, &ByName::new())
    }

    pub(crate) fn lookup(&mut self, lookup: &Lookup) {
        let fields = lookup.fields.iter();
        let conditions = lookup.conditions.iter().map(|condition| &condition.field);
        let fields = fields.chain(conditions).map(String::as_str);
        add_fields(&mut self.reads.records, &lookup.object, without_id(fields));
    }

    pub(crate) fn query(&mut self, object: &str, fields: &[&str]) {
        let fields = fields.iter().copied();
        add_fields(&mut self.reads.queries, object, without_id(fields));
    }

    pub(crate) fn describe(&mut self, object: &str) {
        add(&mut self.reads.describes, object);
    }

    pub(crate) fn settings(&mut self, name: &str) {
        add(&mut self.reads.settings, name);
    }

    pub(crate) fn components(&mut self, kind: &str) {
        add(&mut self.reads.components, kind);
    }

    pub(crate) fn resource(&mut self, path: &ResourcePath) {
        add(&mut self.reads.resources, &pattern(path));
    }

    fn by_name(&self) -> [&ByName; 8] {
        [
            &self.reads.records,
            &self.reads.queries,
            &self.writes.create,
            &self.writes.update,
            &self.writes.configure,
            &self.predicts.records,
            &self.predicts.settings,
            &self.predicts.objects,
        ]
    }

    fn by_name_mut(&mut self) -> [&mut ByName; 8] {
        [
            &mut self.reads.records,
            &mut self.reads.queries,
            &mut self.writes.create,
            &mut self.writes.update,
            &mut self.writes.configure,
            &mut self.predicts.records,
            &mut self.predicts.settings,
            &mut self.predicts.objects,
        ]
    }

    fn lists(&self) -> [&Vec<String>; 7] {
        [
            &self.reads.describes,
            &self.reads.settings,
            &self.reads.components,
            &self.reads.resources,
            &self.writes.delete,
            &self.writes.deploy,
            &self.writes.requests,
        ]
    }

    fn lists_mut(&mut self) -> [&mut Vec<String>; 7] {
        [
            &mut self.reads.describes,
            &mut self.reads.settings,
            &mut self.reads.components,
            &mut self.reads.resources,
            &mut self.writes.delete,
            &mut self.writes.deploy,
            &mut self.writes.requests,
        ]
    }
}

/// Says that a declared name or pattern of segments is for what was used.
fn is_named(declared: &str, used: &str) -> bool {
    let (declared, used) = (declared.split('/'), used.split('/'));
    let mut segments = declared.clone().zip(used.clone());
    declared.count() == used.count()
        && segments.all(|(declared, used)| match declared.rsplit_once(' ') {
            Some((verb, "*")) => used.starts_with(verb),
            _ => declared == "*" || declared.eq_ignore_ascii_case(used),
        })
}

/// A path as a manifest declares it: `*` for a segment that is known only later, or that is an id.
fn pattern(path: &ResourcePath) -> String {
    let segments = path.segments.iter().map(|segment| match segment {
        Scalar::Text(text) if !is_id(text) => text.as_str(),
        _ => "*",
    });
    segments.collect::<Vec<_>>().join("/")
}

fn is_id(text: &str) -> bool {
    matches!(text.len(), 15 | 18)
        && text.starts_with(|first: char| first.is_ascii_digit() || first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && text.bytes().any(|byte| byte.is_ascii_digit())
}

fn without_id<'a>(fields: impl Iterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    fields.filter(|field| !field.eq_ignore_ascii_case("Id"))
}

fn add_fields<'a>(all: &mut ByName, name: &str, fields: impl Iterator<Item = &'a str>) {
    let below = match all.contains_key(name) {
        // Nearly all names are written as before.
        true => all.get_mut(name),
        false => {
            let mut known = all.iter_mut();
            let known = known.find(|(key, _)| key.eq_ignore_ascii_case(name));
            known.map(|(_, below)| below)
        }
    };
    let Some(below) = below else {
        let mut below = Vec::new();
        fields.for_each(|field| add(&mut below, field));
        below.sort();
        all.insert(name.to_owned(), below);
        return;
    };
    let known = below.len();
    fields.for_each(|field| add(below, field));
    if below.len() > known {
        below.sort();
    }
}

fn add(all: &mut Vec<String>, name: &str) {
    let is_known = |known: &String| known == name || known.eq_ignore_ascii_case(name);
    if !all.iter().any(is_known) {
        all.push(name.to_owned());
    }
}

#[cfg(test)]
mod tests;
