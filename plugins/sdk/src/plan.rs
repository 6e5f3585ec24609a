//! The answer of a planner and the effects in it: what Salesforce does by itself because of a change.

use serde_json::Value as Json;

use crate::{
    Alteration, Appearance, Certainty, Change, Condition, ConfigureSettings, Consequence,
    Diagnostic, Effect, Failure, Field, Mailing, Opening, Scalar, StepPlan, Taking,
};

/// Changes, effects and notes are added one by one; [`StepPlan::answer`] ends it with the outputs.
///
/// ```
/// use serde_json::json;
/// use usher_sdk::{Change, StepPlan, UpdateRecord};
///
/// let mut plan = StepPlan::new();
/// plan.change(Change::new(
///     "role/admin@example.com",
///     "Give admin@example.com the role CEO",
///     UpdateRecord::of("User", "005D0000001aBcDIAU").set("UserRoleId", "00ED0000000xYzAMAU"),
/// ));
/// let answer = plan.answer(json!({ "owner_ids": ["005D0000001aBcDIAU"] }))?;
/// assert_eq!(answer.changes.len(), 1);
/// # Ok::<(), usher_sdk::Failure>(())
/// ```
impl StepPlan {
    /// No change: the org is as wanted.
    #[expect(
        clippy::new_without_default,
        reason = "a plan without outputs is not finished"
    )]
    pub fn new() -> Self {
        Self {
            changes: vec![],
            effects: vec![],
            outputs: String::new(),
            notes: vec![],
        }
    }

    /// Adds a change.
    pub fn change(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// Adds an effect.
    pub fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Adds a note for people.
    pub fn note(&mut self, note: Diagnostic) {
        self.notes.push(note);
    }

    /// Says whether a change or effect with this address is in it.
    pub fn has(&self, address: &str) -> bool {
        let changes = self.changes.iter().map(|change| &change.address);
        let effects = self.effects.iter().map(|effect| &effect.address);
        changes.chain(effects).any(|other| other == address)
    }

    /// The plan with its outputs: a JSON object in which a [`Scalar`] may stand for a value that is not known yet.
    /// Complete also when there is no change, because later steps use it.
    ///
    /// # Errors
    ///
    /// The outputs are not a JSON object.
    pub fn answer(mut self, outputs: Json) -> Result<Self, Failure> {
        if !outputs.is_object() {
            return Err(Failure::Broken(format!(
                "the outputs are not an object: {outputs}"
            )));
        }
        self.outputs = outputs.to_string();
        Ok(self)
    }
}

/// ```
/// use usher_sdk::{Alteration, Appearance, Certainty, Effect, Scalar};
///
/// let role = Effect::new(
///     "role-User",
///     "Salesforce makes the role `Acme Customer User`",
///     Certainty::Certain,
///     Appearance::of("UserRole").set("Name", "Acme Customer User").found_by(["Name"]),
/// )
/// .because_of("user");
/// let place = Effect::new(
///     "place",
///     "The user gets that role",
///     Certainty::Certain,
///     Alteration::of("User", Scalar::bound("user", "id")).set("UserRoleId", role.id()),
/// )
/// .because_of("user");
/// assert_eq!(place.causes, role.causes);
/// ```
impl Effect {
    /// An effect with its certainty. It needs a cause: [`Effect::because_of`].
    pub fn new(
        address: impl Into<String>,
        summary: impl Into<String>,
        certainty: Certainty,
        consequence: impl Into<Consequence>,
    ) -> Self {
        Self {
            address: address.into(),
            causes: vec![],
            summary: summary.into(),
            certainty,
            consequence: consequence.into(),
            within_ms: 0,
            remains: None,
        }
    }

    /// Caused by the change at `address`.
    #[must_use]
    pub fn because_of(mut self, address: impl Into<String>) -> Self {
        self.causes.push(address.into());
        self
    }

    /// Salesforce may take so long; without, it comes with the answer.
    #[must_use]
    pub fn within_ms(mut self, within_ms: u32) -> Self {
        self.within_ms = within_ms;
        self
    }

    /// Names the part of it that stays when its causes have been undone.
    #[must_use]
    pub fn remains(mut self, what: impl Into<String>) -> Self {
        self.remains = Some(what.into());
        self
    }

    /// The id of the record that appears, for changes and outputs.
    pub fn id(&self) -> Scalar {
        Scalar::bound(&self.address, "id")
    }
}

impl Appearance {
    /// A record of `object` comes to be. It needs a key: [`Appearance::found_by`].
    pub fn of(object: impl Into<String>) -> Self {
        Self {
            object: object.into(),
            fields: vec![],
            key: vec![],
            id: Scalar::Nothing,
        }
    }

    /// Sets the value that a field will have.
    #[must_use]
    pub fn set(mut self, field: &str, value: impl Into<Scalar>) -> Self {
        self.fields.push(Field::new(field, value));
        self
    }

    /// Found afterwards by these fields, which are set already.
    #[must_use]
    pub fn found_by<const N: usize>(mut self, fields: [&str; N]) -> Self {
        self.key = conditions(&self.fields, &fields);
        self
    }

    /// A change of this plan stands for the record already; this is its id.
    #[must_use]
    pub fn id(mut self, id: impl Into<Scalar>) -> Self {
        self.id = id.into();
        self
    }
}

impl Alteration {
    /// Fields of a record get values.
    pub fn of(object: impl Into<String>, id: impl Into<Scalar>) -> Self {
        Self {
            object: object.into(),
            id: id.into(),
            fields: vec![],
        }
    }

    /// The value a field will have.
    #[must_use]
    pub fn set(mut self, field: &str, value: impl Into<Scalar>) -> Self {
        self.fields.push(Field::new(field, value));
        self
    }
}

impl Taking {
    /// One seat of a license: a record of `UserLicense` or `PermissionSetLicense`.
    pub fn seat(object: impl Into<String>, id: impl Into<Scalar>) -> Self {
        Self {
            object: object.into(),
            id: id.into(),
            total: "TotalLicenses".to_owned(),
            used: "UsedLicenses".to_owned(),
            amount: 1,
        }
    }
}

impl From<Appearance> for Consequence {
    fn from(appearance: Appearance) -> Self {
        Self::Appears(appearance)
    }
}

impl From<Alteration> for Consequence {
    fn from(alteration: Alteration) -> Self {
        Self::Alters(alteration)
    }
}

impl From<Taking> for Consequence {
    fn from(taking: Taking) -> Self {
        Self::Takes(taking)
    }
}

impl From<ConfigureSettings> for Consequence {
    fn from(settings: ConfigureSettings) -> Self {
        Self::Configures(settings)
    }
}

impl From<Opening> for Consequence {
    fn from(opening: Opening) -> Self {
        Self::Opens(opening)
    }
}

impl From<Mailing> for Consequence {
    fn from(mailing: Mailing) -> Self {
        Self::Mails(mailing)
    }
}

/// Each of `fields` equals the value it is set to.
pub(crate) fn conditions(set: &[Field], fields: &[&str]) -> Vec<Condition> {
    set.iter()
        .filter(|field| fields.contains(&field.name.as_str()))
        .map(|field| Condition::is(&field.name, field.value.clone()))
        .collect()
}
