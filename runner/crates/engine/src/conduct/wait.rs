//! Waiting for what Salesforce does after its answer, and binding what is known only then.

use std::collections::BTreeMap;

use serde_json::Value;
use usher_core::change::{Change, Source, StepPlan, Wait};
use usher_core::run::Outcome;
use usher_core::value::{Reference, Token};

use crate::conduct::Conductor;
use crate::conduct::look::value_at;
use crate::conduct::send::failed;

/// The shortest pause between two looks, whatever a plugin asks for: an org's calls are counted.
const EVERY_MS_MIN: u64 = 200;

/// The longest wait. Publishing a site may take fifteen minutes (salesforce-api notes §7.2), a
/// recalculation longer; what takes more than an hour has no end.
pub(super) const AT_MOST_MS_MAX: u64 = 3_600_000;

impl Conductor<'_> {
    /// Waits until what was deployed is there and the change's last wait holds, then binds its results into `values`.
    pub(super) async fn wait(
        &self,
        change: &Change,
        values: &mut BTreeMap<String, Value>,
    ) -> Result<(), Outcome> {
        self.deployed(values).await?;
        let own = own_bindings(change, values);
        for (index, wait) in change.waits.iter().enumerate() {
            let decides = index + 1 == change.waits.len();
            self.wait_for(wait, decides, &own).await?;
        }
        for result in &change.results {
            let Source::Found { look, at } = &result.source else {
                continue;
            };
            let found = self
                .probe(look, &own)
                .await
                .map_err(|error| failed(&error))?;
            let value = found
                .as_ref()
                .and_then(|found| value_at(found, at))
                .cloned();
            let missing = || Outcome::Failed {
                code: "run/no-result".to_owned(),
                message: format!("`{}` is not there to be read", result.name),
            };
            values.insert(result.name.clone(), value.ok_or_else(missing)?);
        }
        Ok(())
    }

    async fn wait_for(
        &self,
        wait: &Wait,
        decides: bool,
        own: &BTreeMap<Token, Value>,
    ) -> Result<(), Outcome> {
        let at_most = u64::from(wait.at_most_ms).min(AT_MOST_MS_MAX);
        let every = u64::from(wait.every_ms).max(EVERY_MS_MIN);
        let deadline = self.clock.now_ms().saturating_add(at_most.cast_signed());
        loop {
            let found = match self.probe(&wait.look, own).await {
                Ok(None) | Err(_) if !decides => return Ok(()),
                Ok(found) => found,
                Err(error) => return Err(failed(&error)),
            };
            if let Some(found) = &found
                && wait.failed.iter().any(|check| self.check(found, check))
            {
                let reason = wait.reason_at.as_ref().and_then(|at| value_at(found, at));
                let reason = reason
                    .and_then(Value::as_str)
                    .unwrap_or("the org does not say why");
                return Err(Outcome::Failed {
                    code: "run/wait-failed".to_owned(),
                    message: format!("{}: {reason}", wait.summary),
                });
            }
            if self.meets(found.as_ref(), &wait.until) {
                return Ok(());
            }
            if self.clock.now_ms() >= deadline {
                return Err(Outcome::Failed {
                    code: "run/wait-timeout".to_owned(),
                    message: format!("{}: not within {} s", wait.summary, at_most / 1000),
                });
            }
            self.clock.sleep(every).await;
        }
    }
}

/// What the change has bound so far, under the tokens by which its own waits and results name it.
fn own_bindings(change: &Change, values: &BTreeMap<String, Value>) -> BTreeMap<Token, Value> {
    let mut plan = StepPlan {
        changes: vec![change.clone()],
        ..StepPlan::default()
    };
    let mut own = BTreeMap::new();
    plan.for_each_scalar(&mut |scalar| {
        for reference in scalar.references() {
            let Reference::Given(token) = reference else {
                continue;
            };
            for (name, value) in values {
                if token.0.ends_with(&format!(":{}.{name}", change.address)) {
                    own.insert(token.clone(), value.clone());
                }
            }
        }
    });
    own
}
