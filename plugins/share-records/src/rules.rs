//! Sharing rules: each shares the records of one object that some users own, or that have some values, with a group of
//! users. A rule that is there is not replaced; only its level of access is changed.

mod criteria;
mod groups;
mod name;
mod present;

use serde::Deserialize;
use usher_sdk::{
    Certainty, Change, ComponentName, Consequence, Content, DeployComponents, Diagnostic, Effect,
    Failure, Org, Problems, StepPlan,
};

use crate::access::{self, Access, Place};
use crate::rules::criteria::{Criterion, Having};
use crate::rules::groups::{Group, GroupInput, Groups};
use crate::rules::present::Present;
use crate::{Input, input};

pub(crate) const RULE: &str = "docs/salesforce/sharing.md#sharing-rules";

/// A rule that is wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// Empty: it is made.
    #[serde(default)]
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

/// The records that a rule shares.
enum Records {
    OwnedBy(Group),
    Having(Vec<Having>),
}

/// A rule that is wanted, with what was found in the org.
struct Wanted<'w> {
    rule: &'w Rule,
    name: String,
    records: Records,
    with: Group,
    /// The place of the rule in the input.
    at: String,
    may_lower: bool,
}

pub(crate) fn plan(
    input: &Input,
    org: &dyn Org,
    plan: &mut StepPlan,
    problems: &mut Problems,
) -> Result<(), Failure> {
    let rules = &input.rules;
    if rules.is_empty() {
        return Ok(());
    }
    let ends = rules
        .iter()
        .flat_map(|rule| rule.owned_by.iter().chain([&rule.with]));
    let groups = Groups::read(ends, org)?;
    let mut names: Vec<(&str, String)> = vec![];
    for (index, rule) in rules.iter().enumerate() {
        let at = format!("/rules/{index}");
        name::check(&rule.name, &at, problems);
        let records = rule.records(&groups, &at, org, plan, problems)?;
        let with = groups.find(&rule.with, &format!("{at}/with"), problems)?;
        let mut name = rule.name.clone();
        if let (true, Some(records), Some(with)) = (name.is_empty(), &records, &with) {
            name = name::made(rule, records, with)?;
        }
        let is_called = |(object, other): &(&str, String)| {
            *object == rule.object && other.eq_ignore_ascii_case(&name)
        };
        if !name.is_empty() && names.iter().any(is_called) {
            problems.invalid(name::twice(&rule.object, &name, &at));
        }
        names.push((&rule.object, name.clone()));
        if let (Some(records), Some(with)) = (records, with) {
            let wanted = Wanted {
                rule,
                name,
                records,
                with,
                at,
                may_lower: input.lower_access,
            };
            wanted.plan(org, plan, problems)?;
        }
    }
    Ok(())
}

impl Rule {
    /// Returns the records that the rule shares; none when a problem was found.
    fn records(
        &self,
        groups: &Groups,
        at: &str,
        org: &dyn Org,
        plan: &mut StepPlan,
        problems: &mut Problems,
    ) -> Result<Option<Records>, Failure> {
        let owned_by = self.owned_by.as_ref().filter(|group| !group.is_empty());
        match (owned_by, self.criteria.is_empty()) {
            (Some(group), true) => {
                let group = groups.find(group, &format!("{at}/owned_by"), problems)?;
                Ok(group.map(Records::OwnedBy))
            }
            (None, false) => {
                let having = criteria::read(self, at, org, plan, problems)?;
                Ok(having.map(Records::Having))
            }
            _ => {
                let summary = match self.name.as_str() {
                    "" => "The rule must share either the records that some users own or those that have some values".to_owned(),
                    name => format!("The rule `{name}` must share either the records that some users own or those that have some values"),
                };
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
}

impl Wanted<'_> {
    fn plan(
        &self,
        org: &dyn Org,
        plan: &mut StepPlan,
        problems: &mut Problems,
    ) -> Result<(), Failure> {
        let Self { rule, name, .. } = self;
        let full_name = format!("{}.{name}", rule.object);
        let kind = self.records.kind();
        let ends = self.records.ends(&self.with);
        let mut more = "more";
        let (summary, content) = match Present::read(kind, &full_name, org)? {
            Present::Absent => (
                format!("Make the sharing rule `{name}`: {}", self.words()),
                self.content(&ends),
            ),
            Present::There(there) => {
                // A group whose name is only known later cannot be compared.
                self.with.name.text()?;
                if !there.shares(&ends)? {
                    problems.unmet(self.differs());
                    return Ok(());
                }
                let (access, object) = (rule.access.name(), &rule.object);
                let present = there.content.text("accessLevel")?;
                let place = Place {
                    at: format!("{}/access", self.at),
                    giver: format!("The sharing rule `{name}`"),
                    on: format!("on each {object}"),
                    present,
                    may_lower: self.may_lower,
                };
                let summary = match rule.access.beside(&place, plan) {
                    access::Present::Stays => return Ok(()),
                    access::Present::Raised => {
                        format!("Let the sharing rule `{name}` give {access} on each {object}")
                    }
                    access::Present::Lowered => {
                        more = "less";
                        format!(
                            "Lower the access that the sharing rule `{name}` gives on each {object}: {access}, no longer {present}"
                        )
                    }
                };
                (summary, there.content.set("accessLevel", access))
            }
            Present::OtherKind => {
                problems.unmet(self.differs());
                return Ok(());
            }
        };
        let address = format!("rule/{}/{name}", rule.object);
        let deploy = DeployComponents::of(ComponentName::of(kind, full_name), &content);
        plan.change(Change::new(&address, summary, deploy));
        let summary = format!(
            "Salesforce calculates in the background who sees {more} by the rule `{name}`: {}",
            self.words()
        );
        let shared = format!("{address}/shared");
        let effect = Effect::new(shared, summary, Certainty::Likely, Consequence::Other);
        plan.effect(effect.because_of(address));
        Ok(())
    }

    fn content(&self, ends: &Content) -> Content {
        let rule = self.rule;
        let label = match rule.label.as_str() {
            "" => &self.name,
            label => label,
        };
        let mut content = ends
            .clone()
            .set("label", label)
            .set("accessLevel", rule.access.name());
        if rule.object == "Account" {
            // A rule of accounts says what it gives of what belongs to them: none of it [inferred].
            let none = Content::new()
                .set("caseAccessLevel", "None")
                .set("contactAccessLevel", "None")
                .set("opportunityAccessLevel", "None");
            content = content.put("accountSettings", "caseAccessLevel", none);
        }
        if matches!(self.records, Records::Having(_)) {
            content = content.set("includeRecordsOwnedByAll", false);
        }
        content
    }

    /// "Read on each Lead whose `LeadSource` is `Web`, for all partner users".
    fn words(&self) -> String {
        let object = &self.rule.object;
        let which = match &self.records {
            Records::OwnedBy(group) => format!("that {} own", group.shown),
            Records::Having(fields) => {
                let fields: Vec<String> = fields.iter().map(Having::words).collect();
                format!("whose {}", fields.join(" and "))
            }
        };
        let (access, with) = (self.rule.access.name(), &self.with.shown);
        format!("{access} on each {object} {which}, for {with}")
    }

    fn differs(&self) -> Diagnostic {
        let summary = format!(
            "`{}` has a sharing rule `{}` already, which shares other records or with other users",
            self.rule.object, self.name
        );
        let at = format!("{}/name", self.at);
        Diagnostic::error("rule-differs", &at, summary)
            .remedy(format!(
                "Set {} to another name, or change the present rule in Setup > Sharing Settings",
                input(&at)
            ))
            .rule(RULE)
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
                for one in fields {
                    let item = Content::new()
                        .set("field", &one.field)
                        .set("operation", "equals")
                        .set("value", &one.value);
                    ends = ends.put("criteriaItems", "field", item);
                }
            }
        }
        ends
    }
}
