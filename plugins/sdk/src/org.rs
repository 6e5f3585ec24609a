//! Reading the org: the port that a planner reads through, the records of its answers, and its lookups. Usher answers
//! in a component, an org state in a test.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::{
    ComponentName, Condition, Content, Diagnostic, Failure, Field, Identity, Level, Lookup,
    ReadError, ResourcePath, Scalar, Value,
};

/// The org as it will be when everything planned so far is done, with the user and the time.
///
/// Every read may fail; `?` turns the reason into the right answer: a value that cannot be known yet defers the step, a
/// refusal of the org is unmet, a read that the manifest does not declare is the plugin's fault.
pub trait Org {
    /// The org, and the user in whose name Usher works.
    fn who(&self) -> Identity;

    /// UTC, `2026-11-22T10:00:00Z`; the same for the whole run.
    fn now(&self) -> String;

    /// Writes one line for the plugin's author.
    fn log(&self, level: Level, message: &str);

    /// The records that a lookup finds, ordered by id, planned ones last.
    fn find(&self, what: &Lookup) -> Result<Vec<Record>, ReadError>;

    /// Finds the records of several lookups that do not need each other's answers, in fewer requests.
    fn find_all(&self, what: &[Lookup]) -> Vec<Result<Vec<Record>, ReadError>>;

    /// Returns the number of records that meet all conditions.
    fn count(&self, object: &str, conditions: &[Condition]) -> Result<u64, ReadError>;

    /// Free SOQL, for queries that `find` cannot express. It does not see planned changes.
    fn query(&self, soql: &str, binds: &[Field]) -> Result<Vec<Json>, ReadError>;

    /// Field name → its description; fields that do not exist are left out. Without fields, the object's own part:
    /// `requiredFields`, `referenceFields`, `recordTypeInfos` and its simple values.
    fn describe_object(
        &self,
        object: &str,
        fields: &[&str],
    ) -> Result<BTreeMap<String, Json>, ReadError>;

    /// The fields of one settings component; [`Record::has`] says whether this org has one.
    fn get_settings(&self, name: &str) -> Result<Record, ReadError>;

    /// The components of one metadata type.
    fn list_components(&self, kind: &str) -> Result<Vec<ListedComponent>, ReadError>;

    /// A component's content, with its parts that belong to `companions`; none when it does not exist.
    fn read_component(
        &self,
        name: &ComponentName,
        companions: &[ComponentName],
    ) -> Result<Option<Content>, ReadError>;

    /// The JSON that a resource answers.
    fn get(&self, path: &ResourcePath) -> Result<Json, ReadError>;
}

impl dyn Org + '_ {
    /// [`Org::find_all`] for a fixed number of lookups: `let [users, roles] = org.find_each([…])?`.
    ///
    /// # Errors
    ///
    /// One of them has no answer; the first such reason.
    pub fn find_each<const N: usize>(
        &self,
        what: [Lookup; N],
    ) -> Result<[Vec<Record>; N], ReadError> {
        let answers: Result<Vec<_>, _> = self.find_all(&what).into_iter().collect();
        answers?.try_into().map_err(|answers: Vec<_>| {
            ReadError::Unavailable(format!("{} answers to {N} lookups", answers.len()))
        })
    }
}

/// One record, or one settings component: the fields that were asked for, under the names they were
/// asked by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Record(pub(crate) Map<String, Json>);

impl Record {
    /// The id of the record; unknown for one that is only planned.
    ///
    /// # Errors
    ///
    /// This is not a record (settings have no id).
    pub fn id(&self) -> Result<Value, Failure> {
        self.value("Id")
    }

    /// The one of `records` that has this id.
    pub fn with_id<'r>(records: &'r [Self], id: &Value) -> Option<&'r Self> {
        let mut records = records.iter();
        records.find(|record| record.id().is_ok_and(|other| other.is_same_id(id)))
    }

    /// Says whether the field was asked for, or is one of these settings.
    pub fn has(&self, field: &str) -> bool {
        self.0.contains_key(field)
    }

    /// The field, to pass it on.
    ///
    /// # Errors
    ///
    /// It was not asked for, or is not a single value.
    pub fn value(&self, field: &str) -> Result<Value, Failure> {
        Value::from_json(self.json(field)?)
            .ok_or_else(|| Failure::Broken(format!("the field `{field}` is not a single value")))
    }

    /// The text in a field; empty for null.
    ///
    /// # Errors
    ///
    /// It is not known yet (the step is deferred); it was not asked for; it is not a text.
    pub fn text(&self, field: &str) -> Result<&str, Failure> {
        match self.json(field)? {
            Json::String(text) => Ok(text),
            _ => match self.value(field)?.text() {
                Ok(_) => Ok(""),
                Err(failure) => Err(failure),
            },
        }
    }

    /// Says whether a field is true; null is not.
    ///
    /// # Errors
    ///
    /// As [`Record::text`].
    pub fn truth(&self, field: &str) -> Result<bool, Failure> {
        self.value(field)?.truth()
    }

    /// The whole number in a field; none for null.
    ///
    /// # Errors
    ///
    /// As [`Record::text`].
    pub fn integer(&self, field: &str) -> Result<Option<i64>, Failure> {
        self.value(field)?.integer()
    }

    /// The field as it came, for the few that are not a single value.
    ///
    /// # Errors
    ///
    /// It was not asked for.
    pub fn json(&self, field: &str) -> Result<&Json, Failure> {
        let missing = || Failure::Broken(format!("the field `{field}` was not asked for"));
        self.0.get(field).ok_or_else(missing)
    }
}

/// One entry of [`Org::list_components`]. `id` is that of the record that stands for the component, as for a profile;
/// unknown for a component that is only planned.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedComponent {
    pub full_name: String,
    pub id: Value,
}

impl Lookup {
    /// Records of `object`; say which with [`Lookup::whose`] and what to read with [`Lookup::read`].
    ///
    /// ```
    /// use usher_sdk::Lookup;
    ///
    /// Lookup::of("User").read(["Username", "Profile.Name"]).whose("Email", "ada@example.com");
    /// Lookup::of("PermissionSet").read(["Name"]).whose_any("Label", ["Advisor", "Clerk"]);
    /// ```
    pub fn of(object: impl Into<String>) -> Self {
        Self {
            object: object.into(),
            fields: vec![],
            conditions: vec![],
        }
    }

    /// Reads these fields too; `Id` always comes along.
    #[must_use]
    pub fn read<'a>(mut self, fields: impl IntoIterator<Item = &'a str>) -> Self {
        self.fields.extend(fields.into_iter().map(str::to_owned));
        self
    }

    /// Only records whose `field` (or parent path) equals `value`.
    #[must_use]
    pub fn whose(self, field: &str, value: impl Into<Scalar>) -> Self {
        self.whose_any(field, [value])
    }

    /// Only records whose `field` (or parent path) equals one of `values`; none when there are none.
    #[must_use]
    pub fn whose_any<V: Into<Scalar>>(
        mut self,
        field: &str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.conditions.push(Condition::any(field, values));
        self
    }
}

impl Lookup {
    /// Says that a condition leaves no value to look for. SOQL has no word for that, so the org is not asked.
    pub(crate) fn finds_nothing(&self) -> bool {
        let mut conditions = self.conditions.iter();
        conditions.any(|condition| condition.any_of.is_empty())
    }
}

impl Condition {
    /// `field` equals `value`.
    pub fn is(field: &str, value: impl Into<Scalar>) -> Self {
        Self::any(field, [value])
    }

    /// `field` equals one of `values`.
    pub fn any<V: Into<Scalar>>(field: &str, values: impl IntoIterator<Item = V>) -> Self {
        Self {
            field: field.to_owned(),
            any_of: values.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Denied(what) => Self::Broken(what),
            ReadError::Pending(hindrance) => Self::deferred(&hindrance.token, &hindrance.reason),
            ReadError::Refused(refusal) => Self::unmet(Diagnostic::error(
                "read-refused",
                "",
                format!(
                    "The org refuses to be read: {} {}",
                    refusal.code, refusal.message
                ),
            )),
            ReadError::TooMuch(what) => Self::Broken(what),
            ReadError::Unavailable(why) => Self::Transient(why),
        }
    }
}
