//! Sharing rules: each shares the records of one object that some users own, or that have some values, with a group of
//! users. A rule that is there is not replaced; only its level of access is changed.

mod groups;
mod present;

use serde::Deserialize;
use serde_json::Value as Json;
use usher_sdk::{
    Certainty, Change, ComponentName, Consequence, Content, DeployComponents, Diagnostic, Effect,
    Failure, Org, Problems, StepPlan,
};

use crate::rules::groups::{Group, GroupInput, Groups};
use crate::rules::present::Present;
use crate::{Access, input};

pub(crate) const RULE: &str = "docs/salesforce/sharing.md#sharing-rules";

/// A rule that is wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    name: String,
    #[serde(default)]
    label: String,
    object: String,
    #[serde(default)]
    owned_by: Option<GroupInput>,
    #[serde(default, rename = "where")]
    criteria: Vec<Criterion>,
    with: GroupInput,
    #[serde(default)]
    access: Access,
}

/// The records whose `field` has this value.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Criterion {
    field: String,
    is: Json,
}

/// The records that a rule shares.
enum Records {
    OwnedBy(Group),
    Having(Vec<(String, String)>),
}

pub(crate) fn plan(
    rules: &[Rule],
    org: &dyn Org,
    plan: &mut StepPlan,
    problems: &mut Problems,
) -> Result<(), Failure> {
    if rules.is_empty() {
        return Ok(());
    }
    let ends = rules
        .iter()
        .flat_map(|rule| rule.owned_by.iter().chain([&rule.with]));
    let groups = Groups::read(ends, org)?;
    for (index, rule) in rules.iter().enumerate() {
        let at = format!("/rules/{index}");
        let twice = rules[..index].iter().any(|other| rule.is_called_as(other));
        rule.check_name(twice, &at, problems);
        let records = rule.records(&groups, &at, org, problems)?;
        let with = groups.find(&rule.with, &format!("{at}/with"), problems)?;
        if let (Some(records), Some(with)) = (records, with) {
            rule.plan(&records, &with, &at, org, plan, problems)?;
        }
    }
    Ok(())
}

impl Rule {
    fn is_called_as(&self, other: &Self) -> bool {
        self.object == other.object && self.name.eq_ignore_ascii_case(&other.name)
    }

    fn check_name(&self, twice: bool, at: &str, problems: &mut Problems) {
        let name = &self.name;
        let is_plain = name.starts_with(|first: char| first.is_ascii_alphabetic())
            && !name.ends_with('_')
            && !name.contains("__")
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let at = format!("{at}/name");
        if !is_plain {
            let summary = format!("`{name}` cannot be the API name of a sharing rule");
            problems.invalid(
                Diagnostic::error("bad-rule-name", &at, summary)
                    .remedy(format!(
                        "In {}, write a letter, then letters, digits and single `_`",
                        input(&at)
                    ))
                    .rule(RULE),
            );
        }
        if twice {
            let summary = format!("Two rules of `{}` are called `{name}`", self.object);
            problems.invalid(
                Diagnostic::error("rule-named-twice", &at, summary)
                    .remedy(format!("Set {} to another name", input(&at))),
            );
        }
    }

    /// Returns the records that the rule shares; none when a problem was found.
    fn records(
        &self,
        groups: &Groups,
        at: &str,
        org: &dyn Org,
        problems: &mut Problems,
    ) -> Result<Option<Records>, Failure> {
        let owned_by = self.owned_by.as_ref().filter(|group| !group.is_empty());
        match (owned_by, self.criteria.is_empty()) {
            (Some(group), true) => {
                let group = groups.find(group, &format!("{at}/owned_by"), problems)?;
                Ok(group.map(Records::OwnedBy))
            }
            (None, false) => self.criteria(at, org, problems),
            _ => {
                let summary = format!(
                    "The rule `{}` must share either the records that some users own or those that have some values",
                    self.name
                );
                problems.invalid(
                    Diagnostic::error("owner-or-criteria", at, summary)
                        .remedy(format!(
                            "In {}, give either `owned_by` or `where`",
                            input(at)
                        ))
                        .rule(RULE),
                );
                Ok(None)
            }
        }
    }

    fn criteria(
        &self,
        at: &str,
        org: &dyn Org,
        problems: &mut Problems,
    ) -> Result<Option<Records>, Failure> {
        let fields: Vec<&str> = self.criteria.iter().map(|one| one.field.as_str()).collect();
        let described = org.describe_object(&self.object, &fields)?;
        let mut having = vec![];
        for (index, one) in self.criteria.iter().enumerate() {
            let known = described
                .keys()
                .find(|name| name.eq_ignore_ascii_case(&one.field));
            let Some(field) = known else {
                let summary = format!("`{}` has no field `{}`", self.object, one.field);
                let at = format!("{at}/where/{index}/field");
                problems.invalid(
                    Diagnostic::error("unknown-field", &at, summary).remedy(format!(
                        "Set {} to an API name that Setup > Object Manager shows",
                        input(&at)
                    )),
                );
                continue;
            };
            having.push((field.clone(), one.value()));
        }
        let is_whole = having.len() == self.criteria.len();
        Ok(is_whole.then_some(Records::Having(having)))
    }

    fn plan(
        &self,
        records: &Records,
        with: &Group,
        at: &str,
        org: &dyn Org,
        plan: &mut StepPlan,
        problems: &mut Problems,
    ) -> Result<(), Failure> {
        let full_name = format!("{}.{}", self.object, self.name);
        let kind = records.kind();
        let ends = records.ends(with);
        let (summary, content) = match Present::read(kind, &full_name, org)? {
            Present::Absent => (
                format!(
                    "Make the sharing rule `{}`: {}",
                    self.name,
                    self.words(records, with)
                ),
                self.content(&ends, records),
            ),
            Present::There(there) => {
                // A group whose name is only known later cannot be compared.
                with.name.text()?;
                if !there.shares(&ends)? {
                    problems.unmet(self.differs(at));
                    return Ok(());
                }
                if there.content.text("accessLevel")? == self.access.name() {
                    return Ok(());
                }
                let summary = format!(
                    "Let the sharing rule `{}` give {} on each {}",
                    self.name,
                    self.access.name(),
                    self.object
                );
                (
                    summary,
                    there.content.set("accessLevel", self.access.name()),
                )
            }
            Present::OtherKind => {
                problems.unmet(self.differs(at));
                return Ok(());
            }
        };
        let address = format!("rule/{}/{}", self.object, self.name);
        let deploy = DeployComponents::of(ComponentName::of(kind, full_name), &content);
        plan.change(Change::new(&address, summary, deploy));
        let summary = format!(
            "Salesforce calculates in the background who sees more by the rule `{}`: {}",
            self.name,
            self.words(records, with)
        );
        let shared = format!("{address}/shared");
        let effect = Effect::new(shared, summary, Certainty::Likely, Consequence::Other);
        plan.effect(effect.because_of(address));
        Ok(())
    }

    fn content(&self, ends: &Content, records: &Records) -> Content {
        let label = match self.label.as_str() {
            "" => &self.name,
            label => label,
        };
        let mut content = ends
            .clone()
            .set("label", label)
            .set("accessLevel", self.access.name());
        if self.object == "Account" {
            // A rule of accounts says what it gives of what belongs to them: none of it [inferred].
            let none = Content::new()
                .set("caseAccessLevel", "None")
                .set("contactAccessLevel", "None")
                .set("opportunityAccessLevel", "None");
            content = content.put("accountSettings", "caseAccessLevel", none);
        }
        if matches!(records, Records::Having(_)) {
            content = content.set("includeRecordsOwnedByAll", false);
        }
        content
    }

    /// "Read on each Lead whose `LeadSource` is `Web`, for all partner users".
    fn words(&self, records: &Records, with: &Group) -> String {
        let object = &self.object;
        let which = match records {
            Records::OwnedBy(group) => format!("that {} own", group.shown),
            Records::Having(fields) => {
                let fields: Vec<String> = fields
                    .iter()
                    .map(|(field, value)| format!("`{field}` is `{value}`"))
                    .collect();
                format!("whose {}", fields.join(" and "))
            }
        };
        let (access, with) = (self.access.name(), &with.shown);
        format!("{access} on each {object} {which}, for {with}")
    }

    fn differs(&self, at: &str) -> Diagnostic {
        let summary = format!(
            "`{}` has a sharing rule `{}` already, which shares other records or with other users",
            self.object, self.name
        );
        let at = format!("{at}/name");
        Diagnostic::error("rule-differs", &at, summary)
            .remedy(format!(
                "Set {} to another name, or change the present rule in Setup > Sharing Settings",
                input(&at)
            ))
            .rule(RULE)
    }
}

impl Criterion {
    /// As a rule holds it.
    fn value(&self) -> String {
        match &self.is {
            Json::String(text) => text.clone(),
            Json::Bool(true) => "True".to_owned(),
            Json::Bool(false) => "False".to_owned(),
            other => other.to_string(),
        }
    }
}

impl Records {
    /// The metadata type of a rule that shares them.
    fn kind(&self) -> &'static str {
        match self {
            Self::OwnedBy(_) => "SharingOwnerRule",
            Self::Having(_) => "SharingCriteriaRule",
        }
    }

    /// The part of a rule that says which records it shares, and with whom.
    fn ends(&self, with: &Group) -> Content {
        let mut ends = with.end(Content::new(), "sharedTo");
        match self {
            Self::OwnedBy(group) => ends = group.end(ends, "sharedFrom"),
            Self::Having(fields) => {
                for (field, value) in fields {
                    let item = Content::new()
                        .set("field", field)
                        .set("operation", "equals")
                        .set("value", value);
                    ends = ends.put("criteriaItems", "field", item);
                }
            }
        }
        ends
    }
}
