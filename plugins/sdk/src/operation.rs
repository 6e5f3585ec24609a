//! The operation of a change. The types are the contract's own; here they get constructors.

use serde::Deserialize;
use serde_json::Value as Json;

use crate::plan::conditions;
use crate::{
    Component, ComponentName, ConfigureSettings, Content, CreateRecord, DeleteRecord,
    DeployComponents, Field, Key, Method, Operation, Probe, Repetition, RequestKey, ResourcePath,
    RestRequest, Scalar, UpdateRecord,
};

/// The answer to a duplicate rule of the org that takes a new record for one that is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Duplicates {
    /// The change fails, with the rule and the records that it found.
    #[default]
    Refuse,
    /// The record that the rule found is taken, when it is the only one. Undo leaves it.
    Use,
    /// The record is saved all the same. A rule that blocks still refuses it.
    Save,
}

impl CreateRecord {
    /// A record of `object`. It needs a key: [`CreateRecord::unique`] or [`CreateRecord::recognised`].
    ///
    /// ```
    /// use usher_sdk::CreateRecord;
    ///
    /// // Salesforce refuses a second assignment of the same set to the same user.
    /// CreateRecord::of("PermissionSetAssignment")
    ///     .set("AssigneeId", "005D0000001aBcDIAU")
    ///     .set("PermissionSetId", "0PSD0000000aBcDOAU")
    ///     .unique(["AssigneeId", "PermissionSetId"]);
    /// // It does not refuse a second account of one name; Usher looks for it by its name.
    /// CreateRecord::of("Account").set("Name", "Acme").recognised(["Name"]);
    /// ```
    pub fn of(object: impl Into<String>) -> Self {
        Self {
            object: object.into(),
            fields: vec![],
            key: Key {
                conditions: vec![],
                enforced: false,
            },
            options: vec![],
        }
    }

    /// Sends a field.
    #[must_use]
    pub fn set(mut self, field: &str, value: impl Into<Scalar>) -> Self {
        self.fields.push(Field::new(field, value));
        self
    }

    /// Salesforce itself lets no two records have the same values in these fields, which are set already.
    #[must_use]
    pub fn unique<const N: usize>(mut self, fields: [&str; N]) -> Self {
        self.key = Key {
            conditions: conditions(&self.fields, &fields),
            enforced: true,
        };
        self
    }

    /// Usher recognises the record by these fields, which are set already; Salesforce would let a second
    /// one have the same.
    #[must_use]
    pub fn recognised<const N: usize>(mut self, fields: [&str; N]) -> Self {
        self.key = Key {
            conditions: conditions(&self.fields, &fields),
            enforced: false,
        };
        self
    }

    /// The answer to a duplicate rule of the org that takes the record for one that is there.
    #[must_use]
    pub fn duplicates(self, duplicates: Duplicates) -> Self {
        match duplicates {
            Duplicates::Refuse => self,
            Duplicates::Use => self.option("use-duplicate", true),
            Duplicates::Save => self.option("allow-duplicates", true),
        }
    }

    /// A rarely needed switch, e.g. `allow-duplicates`.
    #[must_use]
    pub fn option(mut self, name: &str, value: impl Into<Scalar>) -> Self {
        self.options.push(Field::new(name, value));
        self
    }
}

impl UpdateRecord {
    /// The record of `object` with this id.
    pub fn of(object: impl Into<String>, id: impl Into<Scalar>) -> Self {
        Self {
            object: object.into(),
            id: id.into(),
            fields: vec![],
            options: vec![],
        }
    }

    /// Sets a field.
    #[must_use]
    pub fn set(mut self, field: &str, value: impl Into<Scalar>) -> Self {
        self.fields.push(Field::new(field, value));
        self
    }
}

impl ConfigureSettings {
    /// Settings by name, e.g. `Communities`.
    pub fn of(settings: impl Into<String>) -> Self {
        Self {
            settings: settings.into(),
            fields: vec![],
        }
    }

    /// Sets a field.
    #[must_use]
    pub fn set(mut self, field: &str, value: impl Into<Scalar>) -> Self {
        self.fields.push(Field::new(field, value));
        self
    }
}

/// ```
/// use usher_sdk::{ComponentName, Content, DeployComponents};
///
/// let set = Content::new().set("name", "Partners").add("profiles", "Partner Cloned");
/// DeployComponents::of(ComponentName::of("SharingSet", "Partners"), &set)
///     .and_remove(ComponentName::of("SharingSet", "Old partners"));
/// ```
impl DeployComponents {
    /// One component to make or to change. Salesforce lays a profile over the existing one and leaves alone what it
    /// does not name; any other component is replaced, so begin with the answer of [`crate::Org::read_component`].
    pub fn of(name: ComponentName, content: &Content) -> Self {
        Self::nothing().and(name, content)
    }

    /// One component to take away.
    pub fn removing(name: ComponentName) -> Self {
        Self::nothing().and_remove(name)
    }

    /// Another one to make or to change in the same deployment.
    #[must_use]
    pub fn and(mut self, name: ComponentName, content: &Content) -> Self {
        self.components.push(Component {
            name,
            content: Json::from(content.0.clone()).to_string(),
        });
        self
    }

    /// Another one to take away in the same deployment.
    #[must_use]
    pub fn and_remove(mut self, name: ComponentName) -> Self {
        self.removals.push(name);
        self
    }

    fn nothing() -> Self {
        Self {
            components: vec![],
            removals: vec![],
            options: vec![],
        }
    }
}

impl ComponentName {
    /// Type and full name as in package.xml.
    pub fn of(kind: impl Into<String>, full_name: impl Into<Scalar>) -> Self {
        Self {
            kind: kind.into(),
            full_name: full_name.into(),
        }
    }
}

impl RestRequest {
    /// A POST without a body that must not be sent twice.
    pub fn post(path: ResourcePath) -> Self {
        Self {
            method: Method::Post,
            path,
            body: None,
            repetition: Repetition::Never,
        }
    }

    /// Sends this body; a [`Scalar`] in it may stand for a value that is not known yet.
    #[must_use]
    pub fn json(mut self, body: Json) -> Self {
        self.body = Some(body.to_string());
        self
    }

    /// Sent again after a lost answer unless `look` finds something; Salesforce itself refuses a second.
    #[must_use]
    pub fn unless_found(mut self, look: Probe) -> Self {
        self.repetition = Repetition::Look(RequestKey {
            look,
            enforced: true,
        });
        self
    }

    /// Sending it twice does the same as once.
    #[must_use]
    pub fn safe(mut self) -> Self {
        self.repetition = Repetition::Safe;
        self
    }
}

impl ResourcePath {
    /// The segments below `/services/data/vNN.0/`.
    pub fn of<'a>(segments: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            segments: segments.into_iter().map(Scalar::from).collect(),
            query: vec![],
        }
    }

    /// One more segment.
    #[must_use]
    pub fn then(mut self, segment: impl Into<Scalar>) -> Self {
        self.segments.push(segment.into());
        self
    }

    /// One more parameter after the `?`.
    #[must_use]
    pub fn query(mut self, name: &str, value: impl Into<Scalar>) -> Self {
        self.query.push(Field::new(name, value));
        self
    }
}

impl Field {
    /// A field and the value it gets.
    pub fn new(name: impl Into<String>, value: impl Into<Scalar>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }
}

impl From<CreateRecord> for Operation {
    fn from(record: CreateRecord) -> Self {
        Self::Create(record)
    }
}

impl From<UpdateRecord> for Operation {
    fn from(record: UpdateRecord) -> Self {
        Self::Update(record)
    }
}

impl From<DeleteRecord> for Operation {
    fn from(record: DeleteRecord) -> Self {
        Self::Delete(record)
    }
}

impl From<ConfigureSettings> for Operation {
    fn from(settings: ConfigureSettings) -> Self {
        Self::Configure(settings)
    }
}

impl From<DeployComponents> for Operation {
    fn from(components: DeployComponents) -> Self {
        Self::Deploy(components)
    }
}

impl From<RestRequest> for Operation {
    fn from(request: RestRequest) -> Self {
        Self::Request(request)
    }
}
