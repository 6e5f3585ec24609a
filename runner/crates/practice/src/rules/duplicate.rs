//! Duplicate rules (docs/salesforce/accounts.md#duplicate-rules): a rule alerts or blocks. Over an API an alert refuses
//! the save, too, unless the request lets duplicates be saved.
//!
//! The records that match are `invented`: the platform's matching rules weigh names, addresses, phones and web sites.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text};
use crate::rules::Change;
use crate::schema::Object;
use crate::tenant::Tenant;

/// The setting that holds the rules as a list.
pub(crate) const RULES: &str = "practice.duplicateRules";

/// The text of the standard rules (docs/salesforce/accounts.md#duplicate-rules).
const STANDARD_MESSAGE: &str = "Use one of these records?";

/// Up to this version the answer misspells the result's name (docs/salesforce/accounts.md#duplicate-rules).
const MISSPELT_UNTIL: u32 = 54;

/// Words that names of companies differ in: `Fjord Shipping` and `Fjord Shipping AS` match. Invented.
const LEGAL_FORMS: [&str; 22] = [
    "ab",
    "ag",
    "as",
    "asa",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "inc",
    "incorporated",
    "kg",
    "limited",
    "llc",
    "ltd",
    "nv",
    "oy",
    "plc",
    "sa",
    "sas",
    "srl",
];

/// One rule of the org.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DuplicateRule {
    object: String,
    name: String,
    /// The fields that all match.
    #[serde(rename = "match")]
    fields: Vec<String>,
    /// Says whether punctuation and legal forms count.
    #[serde(default = "fuzzy")]
    fuzzy: bool,
    #[serde(default)]
    action: Action,
    #[serde(default = "standard_message")]
    message: String,
}

#[derive(Default, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Action {
    #[default]
    Alert,
    Block,
}

fn fuzzy() -> bool {
    true
}

fn standard_message() -> String {
    STANDARD_MESSAGE.to_owned()
}

/// Says what is wrong with a list of rules.
pub(crate) fn check(rules: &Value) -> Result<(), String> {
    for rule in read(rules)? {
        let object = crate::schema::object(&rule.object)
            .ok_or_else(|| format!("there is no object `{}`", rule.object))?;
        if rule.fields.is_empty() {
            return Err(format!("the rule `{}` matches no field", rule.name));
        }
        if let Some(field) = rule
            .fields
            .iter()
            .find(|field| object.field(field).is_none())
        {
            return Err(format!("{} has no field `{field}`", object.name));
        }
    }
    Ok(())
}

fn read(rules: &Value) -> Result<Vec<DuplicateRule>, String> {
    Vec::<DuplicateRule>::deserialize(rules).map_err(|error| error.to_string())
}

/// Refuses a new record that duplicates another.
pub(crate) fn refuse_new(org: &Tenant<'_>, object: &'static Object, row: &Row) -> Outcome<()> {
    for rule in rules(org, object)? {
        refuse(org, object, &rule, row)?;
    }
    Ok(())
}

/// Refuses a change that makes a record a duplicate.
pub(crate) fn refuse_changed(
    org: &Tenant<'_>,
    object: &'static Object,
    change: &Change<'_>,
    new: &Row,
) -> Outcome<()> {
    for rule in rules(org, object)? {
        // A person's name changes with its parts.
        let parts = ["FirstName", "LastName"];
        let named = rule
            .fields
            .iter()
            .any(|field| field.eq_ignore_ascii_case("Name"));
        let renamed = named && parts.iter().any(|part| change.of(part).is_some());
        if renamed || rule.fields.iter().any(|field| change.of(field).is_some()) {
            refuse(org, object, &rule, new)?;
        }
    }
    Ok(())
}

/// The org's rules for an object, the standard one first.
fn rules(org: &Tenant<'_>, object: &Object) -> Outcome<Vec<DuplicateRule>> {
    let mut rules = Vec::new();
    if object.name == "Account" && org.is_on("practice.duplicateRule.Account")? {
        rules.push(DuplicateRule {
            object: object.name.to_owned(),
            name: "Standard_Account_Duplicate_Rule".to_owned(),
            fields: vec!["Name".to_owned()],
            fuzzy: false,
            action: Action::Alert,
            message: standard_message(),
        });
    }
    if let Some(kept) = org.setting(RULES)? {
        // The list was checked when it was set.
        rules.extend(read(&kept).unwrap_or_default());
    }
    rules.retain(|rule| rule.object.eq_ignore_ascii_case(object.name));
    Ok(rules)
}

fn refuse(
    org: &Tenant<'_>,
    object: &'static Object,
    rule: &DuplicateRule,
    row: &Row,
) -> Outcome<()> {
    if rule.action == Action::Alert && org.duplicates.allow_save {
        return Ok(());
    }
    let matches = matches(org, object, rule, row)?;
    if matches.is_empty() {
        return Ok(());
    }
    let name = match org.version <= MISSPELT_UNTIL {
        true => "duplicateResut",
        false => "duplicateResult",
    };
    let result = result(org, object, rule, &matches)?;
    Err(Refusal::new(400, "DUPLICATES_DETECTED", rule.message.clone()).with_result(name, result))
}

/// The records that match, each with its confidence.
fn matches(
    org: &Tenant<'_>,
    object: &'static Object,
    rule: &DuplicateRule,
    row: &Row,
) -> Outcome<Vec<(Row, f64)>> {
    let key = |row: &Row| -> Option<Vec<String>> {
        let fields = rule.fields.iter().filter_map(|field| object.field(field));
        let words = fields.map(|field| comparable(text(row, field.name), rule.fuzzy));
        let words: Vec<String> = words.collect();
        words.iter().all(|word| !word.is_empty()).then_some(words)
    };
    let Some(wanted) = key(row) else {
        return Ok(Vec::new());
    };
    let same = |other: &Row| {
        let fields = rule.fields.iter().filter_map(|field| object.field(field));
        let mut texts = fields.map(|field| (text(row, field.name), text(other, field.name)));
        texts.all(|(one, other)| one.to_lowercase() == other.to_lowercase())
    };
    let mut found = Vec::new();
    for other in org.rows(object, &[])? {
        if text(&other, "Id") != text(row, "Id") && key(&other).as_ref() == Some(&wanted) {
            let confidence = if same(&other) { 100.0 } else { 90.0 };
            found.push((other, confidence));
        }
    }
    Ok(found)
}

/// A value as rules compare it.
fn comparable(value: &str, fuzzy: bool) -> String {
    let lower = value.to_lowercase();
    if !fuzzy {
        return lower;
    }
    let letters: String = lower
        .chars()
        .filter(|c| c.is_alphanumeric() || c.is_whitespace() || *c == '@')
        .collect();
    let words = letters.split_whitespace();
    let words: Vec<&str> = words.filter(|word| !LEGAL_FORMS.contains(word)).collect();
    words.join(" ")
}

/// `DuplicateResult`, as public code shows it (docs/salesforce/accounts.md#duplicate-rules).
fn result(
    org: &Tenant<'_>,
    object: &'static Object,
    rule: &DuplicateRule,
    matches: &[(Row, f64)],
) -> Outcome<Value> {
    let mut records = Vec::new();
    for (found, confidence) in matches {
        records.push(json!({
            "additionalInformation": [],
            "fieldDiffs": [],
            "matchConfidence": confidence,
            "record": record(org, object, rule, found)?,
        }));
    }
    // Invented: the fixture names the duplicate rule only.
    let matching = match rule.name.strip_suffix("_Duplicate_Rule") {
        Some(start) => format!("{start}_Match_Rule_v1_0"),
        None => format!("{}_Match", rule.name),
    };
    let engine = if rule.fuzzy {
        "FuzzyMatchEngine"
    } else {
        "ExactMatchEngine"
    };
    Ok(json!({
        "allowSave": rule.action == Action::Alert,
        "duplicateRule": rule.name,
        "duplicateRuleEntityType": object.name,
        "errorMessage": rule.message,
        "matchResults": [{
            "entityType": object.name,
            "errors": [],
            "matchEngine": engine,
            "size": records.len(),
            "matchRecords": records,
            "rule": matching,
            "success": true,
        }],
    }))
}

/// A record that was found: its id, and with details its name and what the rule compares \[inferred: these fields\].
fn record(
    org: &Tenant<'_>,
    object: &'static Object,
    rule: &DuplicateRule,
    found: &Row,
) -> Outcome<Value> {
    let id = text(found, "Id");
    let url = format!(
        "/services/data/v{}.0/sobjects/{}/{id}",
        org.version, object.name
    );
    let mut record = json!({
        "attributes": { "type": object.name, "url": url },
        "Id": id,
    });
    if org.duplicates.include_record_details {
        for name in ["Name"]
            .into_iter()
            .chain(rule.fields.iter().map(String::as_str))
        {
            if let Some(field) = org.field(object, name)? {
                record[field.name] = found.get(field.name).cloned().unwrap_or_default();
            }
        }
    }
    Ok(record)
}
