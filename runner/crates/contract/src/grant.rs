//! What a person allows a plugin. Asked for (manifest) ∧ granted (here) is checked before anything
//! runs; a refusal names the exact line to add.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::manifest::Manifest;

pub use crate::never::{NEVER_GRANTED, is_never_granted};

/// Objects, settings and resources that a plugin may read and write. As it stands below a plugin's
/// name in `pack.toml` and `grants.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Grant {
    /// Objects to read: by lookup, by description.
    pub read: BTreeSet<String>,
    /// Objects that free SOQL may name.
    pub query: BTreeSet<String>,
    /// Settings to read.
    pub read_settings: BTreeSet<String>,
    /// Metadata types to read.
    pub read_components: BTreeSet<String>,
    /// Resources to GET.
    pub get: BTreeSet<String>,
    pub create: BTreeSet<String>,
    pub update: BTreeSet<String>,
    pub delete: BTreeSet<String>,
    pub configure: BTreeSet<String>,
    pub deploy: BTreeSet<String>,
    /// `POST connect/communities`
    pub request: BTreeSet<String>,
}

/// One need that nobody granted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// Key of the grant: `read`, `create`, …
    pub verb: &'static str,
    /// What was asked for.
    pub what: String,
    /// No grant can allow it.
    pub never: bool,
}

impl Grant {
    /// Allows what `other` allows, too.
    pub fn extend(&mut self, other: &Self) {
        let sets = [
            (&mut self.read, &other.read),
            (&mut self.query, &other.query),
            (&mut self.read_settings, &other.read_settings),
            (&mut self.read_components, &other.read_components),
            (&mut self.get, &other.get),
            (&mut self.create, &other.create),
            (&mut self.update, &other.update),
            (&mut self.delete, &other.delete),
            (&mut self.configure, &other.configure),
            (&mut self.deploy, &other.deploy),
            (&mut self.request, &other.request),
        ];
        for (own, more) in sets {
            own.extend(more.iter().cloned());
        }
    }

    /// Everything the manifest needs that is not granted, each once.
    pub fn missing(&self, manifest: &Manifest) -> Vec<Missing> {
        let reads = &manifest.reads;
        let writes = &manifest.writes;
        let mut missing = BTreeSet::new();
        let mut need =
            |verb, granted: &BTreeSet<String>, asked: &mut dyn Iterator<Item = &String>| {
                for what in asked {
                    let never = matches!(verb, "get" | "request") && is_never_granted(what);
                    if never || !granted.iter().any(|entry| entry.eq_ignore_ascii_case(what)) {
                        missing.insert(Missing {
                            verb,
                            what: what.clone(),
                            never,
                        });
                    }
                }
            };
        need(
            "read",
            &self.read,
            &mut reads.records.keys().chain(&reads.describes),
        );
        need("query", &self.query, &mut reads.queries.iter());
        need(
            "read_settings",
            &self.read_settings,
            &mut reads.settings.iter(),
        );
        need(
            "read_components",
            &self.read_components,
            &mut reads.components.iter(),
        );
        need("get", &self.get, &mut reads.resources.iter());
        need("create", &self.create, &mut writes.create.keys());
        need("update", &self.update, &mut writes.update.keys());
        need("delete", &self.delete, &mut writes.delete.iter());
        need("configure", &self.configure, &mut writes.configure.keys());
        need("deploy", &self.deploy, &mut writes.deploy.iter());
        need("request", &self.request, &mut writes.requests.iter());
        missing.into_iter().collect()
    }
}

/// The lines to add to `grants.toml` so that nothing is missing.
pub fn lines_to_add(plugin: &str, missing: &[Missing]) -> String {
    let mut lines = vec![format!("[plugins.{plugin}]")];
    let mut verbs: Vec<&str> = missing
        .iter()
        .filter(|need| !need.never)
        .map(|need| need.verb)
        .collect();
    verbs.dedup();
    for verb in verbs {
        let whats: Vec<String> = missing
            .iter()
            .filter(|need| need.verb == verb && !need.never)
            .map(|need| format!("{:?}", need.what))
            .collect();
        lines.push(format!("{verb} = [{}]", whats.join(", ")));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests;
