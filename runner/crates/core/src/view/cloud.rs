//! The things that a step without a plan may write, as its manifest declares them. Reads of these are pending.

use usher_contract::manifest::Manifest;
use usher_contract::value::Token;

/// The metadata type that settings are components of.
const SETTINGS: &str = "Settings";

/// Everything that one step without a plan may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cloud {
    /// The token that reads of these things wait for.
    token: Token,
    objects: Vec<String>,
    settings: Vec<String>,
    /// Metadata types.
    components: Vec<String>,
    /// Resources: segments, `*` for one that may be anything.
    resources: Vec<Vec<String>>,
}

impl Cloud {
    /// The cloud of a manual step that a lookup of this object verifies.
    pub fn of_object(object: Option<&str>, token: Token) -> Self {
        Self {
            token,
            objects: object.map(str::to_owned).into_iter().collect(),
            settings: Vec::new(),
            components: Vec::new(),
            resources: Vec::new(),
        }
    }

    /// The cloud of a step with this manifest.
    ///
    /// A request or a deployment also changes records that the manifest does not declare as written. But a step whose
    /// plan is empty when the org is as wanted must read what it changes, so all that such a step reads is in its
    /// cloud.
    pub fn of(manifest: &Manifest, token: Token) -> Self {
        let (reads, writes) = (&manifest.reads, &manifest.writes);
        let named = writes.create.keys().chain(writes.update.keys());
        let mut objects: Vec<String> = named.chain(&writes.delete).cloned().collect();
        let paths = writes.requests.iter().filter_map(|request| {
            let (_method, path) = request.split_once(' ')?;
            Some(path)
        });
        let mut resources: Vec<Vec<String>> = paths.map(segments).collect();
        if !writes.requests.is_empty() || !writes.deploy.is_empty() {
            objects.extend(reads.records.keys().chain(reads.queries.keys()).cloned());
            resources.extend(reads.resources.iter().map(|path| segments(path)));
        }
        Self {
            token,
            objects,
            settings: writes.configure.keys().cloned().collect(),
            components: writes.deploy.clone(),
            resources,
        }
    }

    /// The token that reads of these things wait for.
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// The metadata types of which components may be deployed.
    fn components(&self) -> impl Iterator<Item = String> {
        let settings = (!self.settings.is_empty()).then(|| SETTINGS.to_owned());
        self.components.iter().cloned().chain(settings)
    }

    /// The objects of which records may be written.
    pub(super) fn objects(&self) -> &[String] {
        &self.objects
    }

    pub(super) fn has_component(&self, kind: &str) -> bool {
        self.components().any(|known| known == kind)
    }

    /// Says whether it writes an object whose id prefix Usher does not know.
    pub(super) fn has_custom_object(&self) -> bool {
        self.objects.iter().any(|object| object.ends_with("__c"))
    }

    pub(super) fn has_settings(&self, name: &str) -> bool {
        has(&self.settings, name) || has(&self.components, SETTINGS)
    }

    pub(super) fn has_resource(&self, path: &[String]) -> bool {
        self.resources.iter().any(|known| overlap(known, path))
    }

    /// Says whether the step may open what the org refuses today.
    pub(super) fn configures(&self) -> bool {
        !self.settings.is_empty() || !self.components.is_empty()
    }
}

/// Says whether a request to one of two resources may change the other: one lies below the other.
pub(super) fn overlap(one: &[String], other: &[String]) -> bool {
    let mut pairs = one.iter().zip(other);
    pairs.all(|(a, b)| a == "*" || b == "*" || a.eq_ignore_ascii_case(b))
}

fn segments(path: &str) -> Vec<String> {
    path.split('/').map(str::to_owned).collect()
}

fn has(names: &[String], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests;
