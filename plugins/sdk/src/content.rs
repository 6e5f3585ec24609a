//! The content of a metadata component: read with [`crate::Org::read_component`], written with
//! [`crate::DeployComponents`].

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::{Failure, Scalar, Value};

/// Element name → its occurrences in order; each is a text or elements of its own. Whatever is a number or a
/// truth value elsewhere is a text here, as in Salesforce's XML.
///
/// ```
/// use usher_sdk::Content;
///
/// let set = Content::new()
///     .set("name", "Partners")
///     .add("profiles", "Partner Cloned")
///     .put("accessMappings", "object", Content::new()
///         .set("accessLevel", "Read")
///         .set("object", "Account")
///         .set("objectField", "Id")
///         .set("userField", "Account"));
/// assert_eq!(set.text("name")?, "Partners");
/// assert_eq!(set.texts("profiles")?, ["Partner Cloned"]);
/// assert_eq!(set.parts("accessMappings")?[0].text("accessLevel")?, "Read");
/// # Ok::<(), usher_sdk::Failure>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Content(pub(crate) Map<String, Json>);

impl Content {
    /// No element.
    pub fn new() -> Self {
        Self::default()
    }

    /// The element is there once, with this text.
    #[must_use]
    pub fn set(mut self, element: &str, text: impl Into<Scalar>) -> Self {
        self.0.insert(
            element.to_owned(),
            Json::Array(vec![text_json(text.into())]),
        );
        self
    }

    /// One more occurrence, with this text.
    #[must_use]
    pub fn add(mut self, element: &str, text: impl Into<Scalar>) -> Self {
        self.occurrences(element).push(text_json(text.into()));
        self
    }

    /// One occurrence for each key: takes the place of the one whose element `key` has the same text as in
    /// `part`, else comes last.
    ///
    /// ```
    /// use usher_sdk::Content;
    ///
    /// let api = |enabled: bool| Content::new().set("name", "ApiEnabled").set("enabled", enabled);
    /// let profile = Content::new()
    ///     .put("userPermissions", "name", api(false))
    ///     .put("userPermissions", "name", api(true));
    /// assert_eq!(profile, Content::new().put("userPermissions", "name", api(true)));
    /// ```
    #[must_use]
    pub fn put(mut self, element: &str, key: &str, part: Self) -> Self {
        let part = Json::Object(part.0);
        let occurrences = self.occurrences(element);
        match occurrences.iter_mut().find(|other| other[key] == part[key]) {
            Some(other) => *other = part,
            None => occurrences.push(part),
        }
        self
    }

    /// No occurrence of the element.
    #[must_use]
    pub fn without(mut self, element: &str) -> Self {
        self.0.remove(element);
        self
    }

    /// The names of the elements that occur, ordered.
    pub fn elements(&self) -> impl Iterator<Item = &str> {
        let occurs = |(_, all): &(&String, &Json)| all.as_array().is_none_or(|all| !all.is_empty());
        self.0.iter().filter(occurs).map(|(name, _)| name.as_str())
    }

    /// The text of the first occurrence; empty when there is none.
    ///
    /// # Errors
    ///
    /// It is not known yet (the step is deferred), or it has elements of its own.
    pub fn text(&self, element: &str) -> Result<&str, Failure> {
        Ok(self.texts(element)?.first().copied().unwrap_or_default())
    }

    /// The texts of all occurrences.
    ///
    /// # Errors
    ///
    /// As [`Content::text`].
    pub fn texts(&self, element: &str) -> Result<Vec<&str>, Failure> {
        self.all(element)?
            .iter()
            .map(|one| match (one, Value::from_json(one)) {
                (Json::String(text), _) => Ok(text.as_str()),
                (_, Some(Value::Unknown(unknown))) => Err(unknown.deferred()),
                _ => Err(Failure::Broken(format!("`{element}` is not a text"))),
            })
            .collect()
    }

    /// The occurrences that have elements of their own.
    ///
    /// # Errors
    ///
    /// One of them is a text.
    pub fn parts(&self, element: &str) -> Result<Vec<Self>, Failure> {
        self.all(element)?
            .iter()
            .map(|one| match one {
                Json::Object(part) => Ok(Self(part.clone())),
                _ => Err(Failure::Broken(format!("`{element}` is a text"))),
            })
            .collect()
    }

    /// Says whether everything in `wanted` is there: then Usher takes it for *as wanted*. A platform adds to its
    /// contents, so parts that `wanted` does not name do not count. It lists only enabled parts, so a part that shall
    /// not be enabled may be missing.
    ///
    /// ```
    /// use usher_sdk::Content;
    ///
    /// let there = Content::new().set("label", "Partners").add("profiles", "A").add("profiles", "B");
    /// assert!(there.contains(&Content::new().add("profiles", "B")));
    /// assert!(!there.contains(&Content::new().add("profiles", "C")));
    ///
    /// let allow = |name: &str, enabled: bool| {
    ///     let permission = Content::new().set("name", name).set("enabled", enabled);
    ///     Content::new().put("userPermissions", "name", permission)
    /// };
    /// assert!(allow("ApiEnabled", true).contains(&allow("ApiUserOnly", false)));
    /// assert!(!allow("ApiUserOnly", true).contains(&allow("ApiUserOnly", false)));
    /// ```
    pub fn contains(&self, wanted: &Self) -> bool {
        contains(&self.0, &wanted.0)
    }

    fn all(&self, element: &str) -> Result<&[Json], Failure> {
        match self.0.get(element) {
            None => Ok(&[]),
            Some(Json::Array(all)) => Ok(all),
            Some(_) => Err(Failure::Broken(format!("`{element}` is not a list"))),
        }
    }

    fn occurrences(&mut self, element: &str) -> &mut Vec<Json> {
        let all = self.0.entry(element).or_insert_with(|| Json::Array(vec![]));
        if !all.is_array() {
            *all = Json::Array(vec![]);
        }
        all.as_array_mut().expect("made a list just now")
    }
}

/// Says whether each wanted occurrence is one of the existing ones.
fn contains(there: &Map<String, Json>, wanted: &Map<String, Json>) -> bool {
    wanted.iter().all(|(element, wanted)| {
        let Json::Array(wanted) = wanted else {
            // Not an element: `$ref` and its like.
            return there.get(element) == Some(wanted);
        };
        let there = there.get(element).and_then(Json::as_array);
        let there = || there.into_iter().flatten();
        wanted.iter().all(|wanted| match wanted {
            Json::Object(wanted) => {
                let has = |wanted: &Map<String, Json>| {
                    there().any(|one| one.as_object().is_some_and(|one| contains(one, wanted)))
                };
                has(wanted) || allowing(wanted).is_some_and(|opposite| !has(&opposite))
            }
            wanted => there().any(|one| one == wanted),
        })
    })
}

/// Returns the opposite of a part that says that something is not enabled.
fn allowing(part: &Map<String, Json>) -> Option<Map<String, Json>> {
    let enabled = |text: &str| Json::Array(vec![Json::from(text)]);
    (part.get("enabled") == Some(&enabled("false"))).then(|| {
        let mut opposite = part.clone();
        opposite.insert("enabled".to_owned(), enabled("true"));
        opposite
    })
}

/// Returns a text as a content holds it.
fn text_json(text: Scalar) -> Json {
    match text {
        Scalar::Nothing => Json::String(String::new()),
        Scalar::Truth(truth) => Json::String(truth.to_string()),
        Scalar::Number(text) | Scalar::Text(text) | Scalar::Date(text) | Scalar::DateTime(text) => {
            Json::String(text)
        }
        reference => serde_json::to_value(&reference).unwrap_or_default(),
    }
}
