//! The input, which follows the schema in `manifest.json`.

use std::collections::BTreeMap;

use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Deserialize, Deserializer};
use usher_sdk::Value;

use crate::levels::Level;

/// The input of the step. A text that is empty counts as not given, because a recipe cannot leave an input out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    pub(crate) contact: Value,
    pub(crate) profile: String,
    #[serde(default, deserialize_with = "given")]
    pub(crate) license: Option<String>,
    pub(crate) change_profile: bool,
    #[serde(default, deserialize_with = "given")]
    pub(crate) site: Option<String>,
    pub(crate) permission_sets: Vec<String>,
    #[serde(default, deserialize_with = "given")]
    pub(crate) username: Option<String>,
    #[serde(default, deserialize_with = "given")]
    pub(crate) username_suffix: Option<String>,
    #[serde(default, deserialize_with = "given")]
    pub(crate) alias: Option<String>,
    #[serde(default, deserialize_with = "given")]
    pub(crate) nickname: Option<String>,
    #[serde(default, deserialize_with = "given")]
    pub(crate) email: Option<String>,
    #[serde(default, deserialize_with = "given")]
    pub(crate) time_zone: Option<String>,
    #[serde(default, deserialize_with = "given")]
    pub(crate) locale: Option<String>,
    #[serde(default, deserialize_with = "given")]
    pub(crate) language: Option<String>,
    #[serde(default, deserialize_with = "given")]
    pub(crate) encoding: Option<String>,
    pub(crate) unfreeze: bool,
    pub(crate) crm_content: bool,
    #[serde(default, deserialize_with = "given")]
    pub(crate) portal_role: Option<Level>,
    pub(crate) role_levels: Option<u8>,
    pub(crate) values: BTreeMap<String, Value>,
}

/// Reads a text without the blanks at its ends, which Salesforce cuts too; none when nothing is left.
fn given<'de, D: Deserializer<'de>, T: DeserializeOwned>(input: D) -> Result<Option<T>, D::Error> {
    let text = Option::<String>::deserialize(input)?.unwrap_or_default();
    let text = text.trim_matches(|letter: char| letter.is_ascii_whitespace());
    if text.is_empty() {
        return Ok(None);
    }
    T::deserialize(text.to_owned().into_deserializer()).map(Some)
}

impl Input {
    /// The inputs that only a new user is made with, and the fields they go to.
    pub(crate) fn only_new(&self) -> [(&'static str, &'static str, Option<&String>); 8] {
        [
            ("username", "Username", self.username.as_ref()),
            ("alias", "Alias", self.alias.as_ref()),
            ("nickname", "CommunityNickname", self.nickname.as_ref()),
            ("email", "Email", self.email.as_ref()),
            ("time_zone", "TimeZoneSidKey", self.time_zone.as_ref()),
            ("locale", "LocaleSidKey", self.locale.as_ref()),
            ("language", "LanguageLocaleKey", self.language.as_ref()),
            ("encoding", "EmailEncodingKey", self.encoding.as_ref()),
        ]
    }
}
