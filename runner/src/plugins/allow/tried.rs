//! Grants as the test of a plugin tries them: widened by what its plans raise, and without each thing that it asks for.

use usher_core::grant::{Grant, in_words};
use usher_core::privilege;
use usher_core::recipe::PluginGrant;

use crate::error::Error;
use crate::home::Home;
use crate::plugins::allow::granted;
use crate::plugins::{Calls, Plugins};

impl Plugins {
    /// Takes each thing that the plugins ask for out of what they are allowed, and says in words what it was and whether
    /// the recipe is refused then.
    pub(crate) fn refused_without_each(&self, home: &Home) -> Result<Vec<(String, bool)>, Error> {
        let grants = granted::read(home)?;
        let mut tried = Vec::new();
        for (reference, known) in &self.known {
            let name = &known.stamp.name;
            let Some(whole) = grants.of(&self.recipes, name) else {
                continue;
            };
            for part in privilege::asked_by(known.manifest()).parts() {
                let mut without = grants.clone();
                let all = without.plugins.entry(self.recipes.clone()).or_default();
                let grant = whole.grant.without(&part);
                all.insert(
                    name.clone(),
                    PluginGrant {
                        grant,
                        ..whole.clone()
                    },
                );
                let is_refused = self.wish(reference, known, &without).is_some();
                tried.push((in_words(&part).join(", "), is_refused));
            }
        }
        Ok(tried)
    }

    /// Adds to the grants in `grants.toml` the privileges that the plans of the plugins raised, and returns those that are
    /// new.
    pub(crate) fn allow_raised(&self, calls: &Calls, home: &Home) -> Result<Vec<String>, Error> {
        let grants = granted::read(home)?;
        let mut all = Vec::new();
        for known in self.known.values() {
            let name = &known.stamp.name;
            let Some(whole) = grants.of(&self.recipes, name) else {
                continue;
            };
            let new = calls.raised(&known.stamp.digest).into_iter();
            let new: Vec<String> = new
                .filter(|raised| !whole.grant.raises().any(|it| it == raised))
                .collect();
            let mut granted = whole.clone();
            for raised in &new {
                granted.grant.add("raises", raised);
            }
            granted::put(&self.recipes, name, &granted, home)?;
            all.extend(new);
        }
        Ok(all)
    }

    /// Takes a privilege out of the grants in `grants.toml`.
    pub(crate) fn disallow_raised(&self, raised: &str, home: &Home) -> Result<(), Error> {
        let grants = granted::read(home)?;
        for known in self.known.values() {
            let name = &known.stamp.name;
            if let Some(whole) = grants.of(&self.recipes, name) {
                let mut part = Grant::default();
                part.add("raises", raised);
                let granted = PluginGrant {
                    grant: whole.grant.without(&part),
                    ..whole.clone()
                };
                granted::put(&self.recipes, name, &granted, home)?;
            }
        }
        Ok(())
    }
}
