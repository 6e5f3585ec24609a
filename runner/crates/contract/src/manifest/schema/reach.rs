//! Examines a schema once, when the manifest is parsed: all that validation could ever reach. It refuses words that
//! Usher does not know, references out of the schema, schemas that refer to themselves without going into the value,
//! and schemas that check one value against thousands of others, with texts for the plugin's author.

use std::collections::BTreeMap;

use serde_json::Value;

use super::pattern::Patterns;
use super::words::{APPLICATORS, Against, below, is_known, target};
use crate::limit;

/// The patterns of a schema that may be validated with.
pub(super) fn check(root: &Value) -> Result<Patterns, String> {
    let mut reach = Reach {
        root,
        patterns: Patterns::default(),
        seen: BTreeMap::new(),
    };
    let mut open = vec![root];
    while let Some(schema) = open.pop() {
        if reach.seen.contains_key(&place(schema)) {
            continue;
        }
        reach.held(schema, 0, &mut open)?;
    }
    Ok(reach.patterns)
}

struct Reach<'a> {
    root: &'a Value,
    patterns: Patterns,
    /// Schema, by its place in memory → the number of schemas, itself included, that check a value. `None` while it is
    /// being counted.
    seen: BTreeMap<usize, Option<u64>>,
}

/// The place of a schema in memory: it is a part of one value that does not move meanwhile.
fn place(schema: &Value) -> usize {
    std::ptr::from_ref(schema) as usize
}

impl<'a> Reach<'a> {
    /// Returns the number of schemas, this one included, that check one value. Schemas for members and items go into
    /// `open`.
    fn held(
        &mut self,
        schema: &'a Value,
        depth: usize,
        open: &mut Vec<&'a Value>,
    ) -> Result<u64, String> {
        match self.seen.get(&place(schema)) {
            Some(Some(count)) => return Ok(*count),
            Some(None) => {
                return Err(
                    "it refers to itself without going into a member or an item: such a check never ends"
                        .to_owned(),
                );
            }
            None => {}
        }
        if depth > limit::SCHEMA_DEPTH_MAX {
            let max = limit::SCHEMA_DEPTH_MAX;
            return Err(format!(
                "it refers from schema to schema more than {max} times for one value: write them as one"
            ));
        }
        self.seen.insert(place(schema), None);
        let mut count = 1u64;
        if let Value::Object(words) = schema {
            if let Some(word) = words.keys().find(|word| !is_known(word)) {
                return Err(format!(
                    "`{word}` is not among the words of JSON Schema that Usher checks: leave it out, or begin it with \
                     `x-`"
                ));
            }
            self.own(schema)?;
            for applicator in APPLICATORS {
                let Some(value) = words.get(applicator.word) else {
                    continue;
                };
                for (name, schema) in below(self.root, applicator.shape, value) {
                    if applicator.word == "patternProperties"
                        && let Some(pattern) = name
                    {
                        self.patterns.add(pattern)?;
                    }
                    match applicator.against {
                        Against::Same | Against::SameTwice => {
                            count = count.saturating_add(self.held(schema, depth + 1, open)?);
                        }
                        _ => open.push(schema),
                    }
                }
            }
        }
        if count > limit::SCHEMA_BRANCHES_MAX {
            let max = limit::SCHEMA_BRANCHES_MAX;
            return Err(format!(
                "it holds one value against more than {max} schemas, counted along `allOf`, `anyOf`, `oneOf`, `if` \
                 and `$ref`: write it with fewer branches"
            ));
        }
        self.seen.insert(place(schema), Some(count));
        Ok(count)
    }

    /// Checks the words of this schema alone.
    fn own(&mut self, schema: &'a Value) -> Result<(), String> {
        if let Some(reference) = schema.get("$ref") {
            let text = reference.as_str().unwrap_or_default();
            if target(self.root, text).is_none() {
                return Err(format!(
                    "the reference `{text}` names no schema in it: write one as in `#/$defs/name`"
                ));
            }
        }
        match schema.get("pattern").and_then(Value::as_str) {
            Some(pattern) => self.patterns.add(pattern),
            None => Ok(()),
        }
    }
}
