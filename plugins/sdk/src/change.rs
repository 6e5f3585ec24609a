//! Changes: the request, the waits, the kept values, the undo. The types are the contract's own; here they get
//! constructors.

use crate::{
    Binding, Change, Check, Expectation, Finding, FoundValue, Operation, Prerequisite, Probe,
    Scalar, Source, TakeBack, Undo, Value, Wait, WayBack,
};

/// ```
/// use serde_json::json;
/// use usher_sdk::{Change, Finding, Lookup, Operation, Probe, ResourcePath, RestRequest, Scalar};
/// use usher_sdk::{Source, TakeBack, UpdateRecord, Wait};
///
/// let by_name = Probe::Records(Lookup::of("Network").whose("Name", "Partners"));
/// let request = RestRequest::post(ResourcePath::of(["connect", "communities"]))
///     .json(json!({ "name": "Partners", "templateName": "Customer Service" }))
///     .unless_found(by_name.clone());
/// let job = ResourcePath::of(["sobjects", "BackgroundOperation"]).then(Scalar::bound("site", "job"));
/// let offline = UpdateRecord::of("Network", Scalar::bound("site", "id"))
///     .set("Status", "DownForMaintenance");
///
/// Change::new("site", "Make the site Partners", request)
///     .bind("job", Source::Reply("/jobId".into()))
///     .wait(
///         Wait::until("the site is being made", Probe::Rest(job), Finding::holds("/Status", "Complete"))
///             .fails_when("/Status", ["Error", "Canceled"])
///             .reason_at("/Error"),
///     )
///     .wait(Wait::until("the site is there", by_name.clone(), Finding::Present))
///     .bind("id", Source::found(by_name, "Id"))
///     .undo(TakeBack::instead(offline).stays("sites cannot be deleted"));
/// ```
impl Change {
    /// A change, undone by restoring the former state: a record that was created is deleted, a field that was set gets
    /// its former value. A deletion and a request have no such way back and need [`Change::undo`].
    pub fn new(
        address: impl Into<String>,
        summary: impl Into<String>,
        operation: impl Into<Operation>,
    ) -> Self {
        Self {
            address: address.into(),
            summary: summary.into(),
            operation: operation.into(),
            after: vec![],
            waits: vec![],
            results: vec![],
            undo: TakeBack::restore().into(),
        }
    }

    /// Sends nothing, only waits; there is nothing to undo.
    pub fn wait_only(address: impl Into<String>, summary: impl Into<String>, wait: Wait) -> Self {
        Self::new(address, summary, Operation::WaitOnly)
            .wait(wait)
            .undo(Undo::Nothing)
    }

    /// The id of the record that this change creates, for other changes and the outputs.
    pub fn id(&self) -> Scalar {
        Scalar::bound(&self.address, "id")
    }

    /// Only after the change at `address`.
    #[must_use]
    pub fn after(mut self, address: impl Into<String>) -> Self {
        self.after.push(Prerequisite::Change(address.into()));
        self
    }

    /// Only when the thing that `value` stands for really exists, although no field holds it.
    #[must_use]
    pub fn after_value(mut self, value: &Value) -> Self {
        if let Value::Unknown(unknown) = value {
            self.after.push(Prerequisite::Given(unknown.token.clone()));
        }
        self
    }

    /// Done when the wait is over. The last wait decides; an earlier one may only fail it.
    #[must_use]
    pub fn wait(mut self, wait: Wait) -> Self {
        self.waits.push(wait);
        self
    }

    /// Keeps a value under a name: [`Scalar::bound`] with this change's address and `name`.
    #[must_use]
    pub fn bind(mut self, name: &str, source: Source) -> Self {
        self.results.push(Binding {
            name: name.to_owned(),
            source,
            secret: false,
        });
        self
    }

    /// Undone in this way.
    #[must_use]
    pub fn undo(mut self, undo: impl Into<Undo>) -> Self {
        self.undo = undo.into();
        self
    }
}

impl Wait {
    /// Looks every five seconds, for ten minutes at most.
    pub fn until(summary: impl Into<String>, look: Probe, until: Finding) -> Self {
        Self {
            summary: summary.into(),
            look,
            until,
            failed: vec![],
            reason_at: None,
            every_ms: 5_000,
            at_most_ms: 600_000,
        }
    }

    /// The change has failed when one of `values` is at `at`.
    #[must_use]
    pub fn fails_when<V: Into<Scalar>>(
        mut self,
        at: &str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.failed.push(Check::any(at, values));
        self
    }

    /// The place of the reason for a failure.
    #[must_use]
    pub fn reason_at(mut self, at: &str) -> Self {
        self.reason_at = Some(at.to_owned());
        self
    }

    /// Looks in this rhythm.
    #[must_use]
    pub fn every_ms(mut self, every_ms: u32, at_most_ms: u32) -> Self {
        self.every_ms = every_ms;
        self.at_most_ms = at_most_ms;
        self
    }
}

impl Finding {
    /// Exactly one exists, and `value` is at `at`.
    pub fn holds(at: &str, value: impl Into<Scalar>) -> Self {
        Self::Holds(vec![Check::any(at, [value])])
    }
}

impl Check {
    /// One of `values` is at `at`.
    pub fn any<V: Into<Scalar>>(at: &str, values: impl IntoIterator<Item = V>) -> Self {
        Self {
            at: at.to_owned(),
            any_of: values.into_iter().map(Into::into).collect(),
        }
    }
}

impl Source {
    /// Read when all waits are over, also when the answer was lost.
    pub fn found(look: Probe, at: &str) -> Self {
        Self::Found(FoundValue {
            look,
            at: at.to_owned(),
        })
    }
}

impl TakeBack {
    /// Usher restores the values that it read before.
    pub fn restore() -> Self {
        Self::way(WayBack::Restore)
    }

    /// Another operation, because Salesforce has no exact inverse.
    pub fn instead(operation: impl Into<Operation>) -> Self {
        Self::way(WayBack::Instead(operation.into()))
    }

    /// Undone only if this holds at that moment.
    #[must_use]
    pub fn only_if(mut self, look: Probe, finding: Finding) -> Self {
        self.only_if.push(Expectation { look, finding });
        self
    }

    /// Undone when the wait is over.
    #[must_use]
    pub fn wait(mut self, wait: Wait) -> Self {
        self.waits.push(wait);
        self
    }

    /// Names the part that stays: "the user stays, inactive".
    #[must_use]
    pub fn stays(mut self, what: impl Into<String>) -> Self {
        self.stays = Some(what.into());
        self
    }

    /// Names the data that is lost; Usher asks again.
    #[must_use]
    pub fn destroys(mut self, what: impl Into<String>) -> Self {
        self.destroys = Some(what.into());
        self
    }

    fn way(way: WayBack) -> Self {
        Self {
            way,
            waits: vec![],
            only_if: vec![],
            stays: None,
            destroys: None,
        }
    }
}

impl From<TakeBack> for Undo {
    fn from(back: TakeBack) -> Self {
        Self::Possible(back)
    }
}
