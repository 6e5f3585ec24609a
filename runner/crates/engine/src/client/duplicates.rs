//! Duplicate rules: how a record is saved although one finds it twice, and what a refusal says
//! (docs/salesforce/accounts.md#duplicate-rules).

use std::collections::HashSet;
use std::fmt;

use serde_json::Value;
use usher_core::{id, text};

use crate::client::Header;

/// The code of a refusal by a duplicate rule.
pub(crate) const CODE: &str = "DUPLICATES_DETECTED";

/// The header of REST requests about duplicate rules.
const NAME: &str = "sforce-duplicate-rule-header";

/// Records that a refusal names. More than a person compares.
const SHOWN_MAX: usize = 5;

/// The effect of a duplicate rule that only warns on a record that is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duplicates {
    /// The rule refuses the record, and names what it found.
    AsRuled,
    /// The record is saved. A rule that blocks still refuses it.
    Allowed,
}

impl Duplicates {
    /// The header of a request that creates records of `object`. Rules are for accounts, contacts, leads and custom
    /// objects only.
    pub(super) fn header(self, object: &str) -> Option<Header> {
        let lower = object.to_ascii_lowercase();
        let has_rules =
            matches!(lower.as_str(), "account" | "contact" | "lead") || lower.ends_with("__c");
        match self {
            Self::Allowed => Some((NAME, "allowSave=true")),
            Self::AsRuled if has_rules => Some((NAME, "includeRecordDetails=true")),
            Self::AsRuled => None,
        }
    }
}

/// A refusal by a duplicate rule of the org.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicated {
    /// The org's own words.
    message: String,
    /// API name of the rule.
    rule: Option<String>,
    matches: Vec<Match>,
    /// The records that the rule counts, and not all of which the refusal need show.
    counted: usize,
}

/// A record that a rule takes for the same.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Match {
    id: String,
    name: Option<String>,
}

impl Duplicated {
    /// Reads an error of a row; `None` when it is another one.
    pub(super) fn of(error: &Value) -> Option<Self> {
        let text_at = |json: &Value, name: &str| json.get(name)?.as_str().map(str::to_owned);
        let code = text_at(error, "statusCode").or_else(|| text_at(error, "errorCode"))?;
        if code != CODE {
            return None;
        }
        let result = error.get("duplicateResult").unwrap_or(&Value::Null);
        let results = result["matchResults"].as_array().into_iter().flatten();
        let sizes = results.clone().filter_map(|one| one["size"].as_u64());
        let counted = sizes.max().unwrap_or_default();
        let records = results.flat_map(|one| one["matchRecords"].as_array().into_iter().flatten());
        let mut ids: HashSet<String> = HashSet::new();
        let mut matches: Vec<Match> = Vec::new();
        for record in records.map(|one| &one["record"]) {
            // A text of another form is no record, and could be anything.
            let id = text_at(record, "Id").and_then(|id| id::canonical(&id));
            if let Some(id) = id.filter(|id| ids.insert(id.clone())) {
                let name = text_at(record, "Name");
                matches.push(Match { id, name });
            }
        }
        Some(Self {
            message: text::without_markup(&text_at(error, "message").unwrap_or_default()),
            rule: text_at(result, "duplicateRule"),
            matches,
            counted: usize::try_from(counted).unwrap_or(usize::MAX),
        })
    }

    /// The id of the record, when the rule found exactly one, and an id of the object is not known to look otherwise.
    pub(crate) fn only(&self, object: &str) -> Option<&str> {
        match self.matches.as_slice() {
            [one] if may_be(&one.id, object) && self.counted <= 1 => Some(&one.id),
            _ => None,
        }
    }

    /// API name of the rule, when the org names it.
    pub(crate) fn rule(&self) -> Option<&str> {
        self.rule.as_deref()
    }

    /// Every text of the org, so that secrets in it can be hidden.
    pub(super) fn texts(&mut self) -> impl Iterator<Item = &mut String> {
        let of_matches = self.matches.iter_mut().flat_map(|one| {
            let name = one.name.iter_mut();
            name.chain(std::iter::once(&mut one.id))
        });
        let rule = self.rule.iter_mut();
        rule.chain(std::iter::once(&mut self.message))
            .chain(of_matches)
    }
}

/// Says whether the id may be one of the object's. Not every object's prefix is known.
fn may_be(id: &str, object: &str) -> bool {
    match id::object_of(id) {
        Some(of) => of.eq_ignore_ascii_case(object),
        None => !id::is_known(object),
    }
}

impl fmt::Display for Duplicated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.rule {
            Some(rule) => write!(f, "the duplicate rule `{}` of this org", text::shown(rule))?,
            None => write!(f, "a duplicate rule of this org")?,
        }
        if self.matches.is_empty() {
            return write!(f, " refuses it: {}", text::shown(&self.message));
        }
        write!(f, " takes it for the same as ")?;
        for (index, one) in self.matches.iter().take(SHOWN_MAX).enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            match &one.name {
                Some(name) => write!(
                    f,
                    "{comma}`{}` ({})",
                    text::shown(name),
                    text::shown(&one.id)
                )?,
                None => write!(f, "{comma}{}", text::shown(&one.id))?,
            }
        }
        match self.matches.len().checked_sub(SHOWN_MAX) {
            Some(more @ 1..) => write!(f, " and {more} more"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Duplicated, Duplicates};

    #[test]
    fn a_refusal_names_the_rule_and_each_record_once() {
        let record = json!({"record": {"Id": "001D00000000001IAA", "Name": "Fjord Shipping AS"}});
        let error = json!({
            "statusCode": "DUPLICATES_DETECTED", "message": "Use one of these records?",
            "duplicateResult": {"duplicateRule": "Standard_Account", "matchResults": [
                {"matchRecords": [record, record, {"record": {"Id": "001D00000000001"}}]},
                {"matchRecords": [{"record": {"Id": "001D00000000002IAA"}}, {"record": {"Id": "not an id"}}]}
            ]}
        });
        let found = Duplicated::of(&error).expect("a duplicate");
        assert_eq!(
            found.to_string(),
            "the duplicate rule `Standard_Account` of this org takes it for the same as `Fjord Shipping AS` (001D00000000001IAA), 001D00000000002IAA"
        );
        assert_eq!(found.only("Account"), None);
    }

    #[test]
    fn one_record_is_used_when_it_may_be_of_the_object() {
        let one = |id: &str, object: &str| {
            let record = json!({"record": {"Id": id}});
            let error = json!({"statusCode": "DUPLICATES_DETECTED", "duplicateResult": {
                "duplicateRule": "Here", "matchResults": [{"matchRecords": [record]}]
            }});
            let found = Duplicated::of(&error).expect("a duplicate");
            assert_eq!(found.rule(), Some("Here"));
            found.only(object).map(str::to_owned)
        };
        let account = "001D00000000001IAA";
        assert_eq!(one("001D00000000001", "account").as_deref(), Some(account));
        assert_eq!(one(account, "Contact"), None, "an account");
        assert_eq!(one("00QD00000000001MAA", "Contact"), None, "a lead");
        assert_eq!(
            one("00QD00000000001MAA", "Lead").map(|id| id.len()),
            Some(18)
        );
        assert_eq!(one(account, "Thing__c"), None, "an account");
        for other in [
            "",
            "001D0000000000",
            "001D00000000001IAB",
            "001D0000000000' OR 1",
        ] {
            assert_eq!(one(other, "Account"), None, "{other}");
        }
    }

    #[test]
    fn a_refusal_without_details_says_what_the_org_says() {
        let error =
            json!({"errorCode": "DUPLICATES_DETECTED", "message": "Use one of these records?"});
        let found = Duplicated::of(&error).expect("a duplicate");
        assert_eq!(
            found.to_string(),
            "a duplicate rule of this org refuses it: Use one of these records?"
        );
        assert_eq!(Duplicated::of(&json!({"errorCode": "OTHER"})), None);
    }

    #[test]
    fn details_are_asked_for_where_there_are_rules() {
        let asked = |object| Duplicates::AsRuled.header(object).is_some();
        assert!(asked("Account") && asked("contact") && asked("Thing__c"));
        assert!(!asked("User") && !asked("PermissionSetAssignment"));
    }
}
