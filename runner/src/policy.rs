//! The policies that count in a home, and holding plans against them: the file in the home's config folder, and a
//! team's.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde_json::Value;
use usher_core::change::{Note, NoteSeverity};
use usher_core::diagnostic::SourceText;
use usher_core::known::Known;
use usher_core::plan::PlannedStep;
use usher_core::policy::{Broken, Carried, Facts, Judged, Policy, holders, judge};
use usher_core::read::OrgKind;
use usher_core::recipe::parse_policy;
use usher_core::{id, limit, text};
use usher_engine::client::{Client, OrgError};

use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::page::Page;
use crate::text_file::read_text;
use crate::world::World;

/// Names a team's policy.
const VARIABLE: &str = "USHER_POLICY";

/// Ids of one query.
const IDS_MAX: usize = 200;

/// The number of changes that a broken rule names.
const NAMED_MAX: usize = 5;

/// The code under which a policy refuses.
const REFUSED: &str = "policy/refused";

/// Objects whose records carry user permissions, the object that shows these permissions, and its field with their id.
const HOLDERS: [(&str, &str, &str); 3] = [
    ("Profile", "Profile", "Id"),
    ("PermissionSet", "PermissionSet", "Id"),
    // Salesforce keeps a permission set of everything in a group.
    (
        "PermissionSetGroup",
        "PermissionSet",
        "PermissionSetGroupId",
    ),
];

/// All policies that count.
#[derive(Clone, Debug, Default)]
pub(crate) struct Policies(Vec<Policy>);

impl Policies {
    /// The home's, and the one that `named` (`--policy`), else `USHER_POLICY`, names.
    pub(crate) fn of(named: Option<&Path>, home: &Home, world: &World) -> Result<Self, Error> {
        let mut policies = Vec::new();
        let own = home.policy();
        match own.symlink_metadata() {
            Ok(_) => policies.push(read(&own, &own)?),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            // An unreadable policy must not count as a missing one.
            Err(error) => return Err(Error::file("read", &own, &error)),
        }
        let variable = world.variable(VARIABLE).map(PathBuf::from);
        if let Some(team) = named.map(Path::to_owned).or(variable) {
            policies.push(read(&team, &world.folder.join(&team))?);
        }
        Ok(Self(policies))
    }

    /// Judges what the steps do by all policies. `known`: values that are known by now.
    pub(crate) async fn judge(
        &self,
        steps: &[PlannedStep],
        kind: OrgKind,
        org: &Client,
        known: &Known<'_>,
    ) -> Result<Judged, Error> {
        if self.0.is_empty() {
            return Ok(Judged::without_policy());
        }
        let carried = self.carried(steps, kind, org, known).await?;
        Ok(judge(&self.0, kind, &Facts::of(steps, known, &carried)))
    }

    /// Judges each of the steps by itself, and those together that no policy refuses. Returns the problem of each step: when
    /// each of them may and all together may not, none may.
    pub(crate) async fn judge_each(
        &self,
        steps: &[PlannedStep],
        kind: OrgKind,
        org: &Client,
        known: &Known<'_>,
    ) -> Result<(Vec<Option<Note>>, Judged), Error> {
        if self.0.is_empty() {
            return Ok((vec![None; steps.len()], Judged::without_policy()));
        }
        let carried = self.carried(steps, kind, org, known).await?;
        let judged =
            |steps: &[PlannedStep]| judge(&self.0, kind, &Facts::of(steps, known, &carried));
        let of_all = judged(steps);
        let Some(problem_of_all) = problem(&of_all.refused) else {
            return Ok((vec![None; steps.len()], of_all));
        };
        let alone = steps.iter().map(std::slice::from_ref).map(&judged);
        let mut problems: Vec<Option<Note>> = alone.map(|alone| problem(&alone.refused)).collect();
        let open = judged(&without_problem(steps, &problems));
        if !open.refused.is_empty() {
            let open = problems.iter_mut().filter(|problem| problem.is_none());
            open.for_each(|problem| *problem = Some(problem_of_all.clone()));
        }
        Ok((problems, open))
    }

    /// Judges by what the plan shows, without an org: the permissions of its profiles and permission sets are not
    /// known.
    pub(crate) fn judge_shown(&self, kind: OrgKind, facts: &Facts) -> Judged {
        judge(&self.0, kind, facts)
    }

    /// Reads the user permissions of the profiles and permission sets that the steps would give: those that rules name.
    async fn carried(
        &self,
        steps: &[PlannedStep],
        kind: OrgKind,
        org: &Client,
        known: &Known<'_>,
    ) -> Result<Carried, Error> {
        let names = self.0.iter().flat_map(|policy| policy.privileges(kind));
        let names: BTreeSet<&str> = names.collect();
        let ids = holders(steps, known);
        let mut carried = Carried::new();
        if names.is_empty() {
            return Ok(carried);
        }
        for (object, shown_by, field) in HOLDERS {
            let of = ids.iter().filter(|id| id::object_of(id) == Some(object));
            let of: Vec<&str> = of.map(String::as_str).collect();
            for ids in of.chunks(IDS_MAX) {
                let columns = names.iter().map(|name| format!("Permissions{name}"));
                let columns = columns.collect::<Vec<_>>().join(", ");
                let ids = ids.join("', '");
                let soql =
                    format!("SELECT {field}, {columns} FROM {shown_by} WHERE {field} IN ('{ids}')");
                for record in org.query(&soql).await.map_err(unreadable)? {
                    if let Some(id) = record[field].as_str().and_then(id::canonical) {
                        carried.insert(id, permissions(&record, &names));
                    }
                }
            }
            if let Some(id) = of.iter().find(|id| !carried.contains_key(**id)) {
                return Err(not_shown(format!(
                    "the org does not show what {id} carries"
                )));
            }
        }
        Ok(carried)
    }
}

/// The steps that have no problem.
pub(crate) fn without_problem(
    steps: &[PlannedStep],
    problems: &[Option<Note>],
) -> Vec<PlannedStep> {
    let steps = steps.iter().zip(problems);
    let open = steps.filter(|(_, problem)| problem.is_none());
    open.map(|(step, _)| step.clone()).collect()
}

/// The user permissions among `names` that a record carries.
fn permissions(record: &Value, names: &BTreeSet<&str>) -> Vec<String> {
    let held = names.iter().filter(|name| {
        let column = format!("Permissions{name}");
        let mut fields = record.as_object().into_iter().flatten();
        fields.any(|(field, value)| {
            field.eq_ignore_ascii_case(&column) && *value == Value::Bool(true)
        })
    });
    held.map(|name| (*name).to_owned()).collect()
}

fn read(name: &Path, path: &Path) -> Result<Policy, Error> {
    let source = SourceText {
        name: name.display().to_string(),
        text: read_text(path, limit::PACK_FILE_BYTES_MAX)?,
    };
    parse_policy(&source).map_err(|mistakes| Error::mistakes(Some(&source), mistakes))
}

fn unreadable(error: OrgError) -> Error {
    match error {
        OrgError::Refused(refusal) => not_shown(format!("{} {}", refusal.code, refusal.message)),
        error => error.into(),
    }
}

fn not_shown(why: String) -> Error {
    let message = format!(
        "a policy names user permissions, and what the profiles and permission sets carry cannot be read: {why}"
    );
    Error::new(Exit::Refused, "policy/unreadable", message)
        .help("check the names below `privileges`, and that you may see them in Setup")
}

/// The error of a plan that policies refuse.
pub(crate) fn refused(rules: &[Broken]) -> Error {
    let message = format!("a policy refuses this: {}", in_words(rules));
    Error::new(Exit::Refused, REFUSED, message).help(HELP)
}

/// Returns the same as the problem of a step that was planned during the run; none when no policy refuses it.
pub(crate) fn problem(rules: &[Broken]) -> Option<Note> {
    (!rules.is_empty()).then(|| Note {
        severity: NoteSeverity::Error,
        code: REFUSED.to_owned(),
        summary: format!("a policy refuses this: {}", in_words(rules)),
        remedy: Some(HELP.to_owned()),
        rule: None,
        at: String::new(),
    })
}

const HELP: &str = "change what the recipe does, or talk to whoever keeps the policy";

/// The reasons why a person is asked.
pub(crate) fn asking(rules: &[Broken]) -> Page {
    let mut page = Page::default();
    page.line(0, "A policy asks, because this plan");
    for rule in rules {
        page.line(2, text::sentence(&one(rule)));
    }
    page
}

/// "policy.toml:3: mails (`site`: …)", one rule after the other.
pub(crate) fn in_words(rules: &[Broken]) -> String {
    rules.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn one(rule: &Broken) -> String {
    let Broken {
        file,
        line,
        fact,
        changes,
    } = rule;
    let named: Vec<&str> = changes.iter().take(NAMED_MAX).map(String::as_str).collect();
    let more = match changes.len() - named.len() {
        0 => String::new(),
        more => format!("; {more} more"),
    };
    format!("{fact} ({file}:{line}): {}{more}", named.join("; "))
}
