//! Finds the permission set or group of a name: by id, by API name, by label, and nothing that is ambiguous.

use usher_sdk::{Diagnostic, Failure, Problems, Record, StepPlan, Value};

use crate::names::loosely_same;
use crate::{Seen, Voice, Wish, same};

/// A permission set or group that is wanted.
pub(crate) struct Target {
    pub(crate) kind: Kind,
    pub(crate) id: Value,
    /// With the prefix of its package: `FinServ__Advisor`.
    pub(crate) api_name: String,
    pub(crate) label: String,
    /// The license that a set is bound to: a user license or a permission set license.
    pub(crate) license: Value,
    /// Its place in the input.
    pub(crate) at: String,
    way: Way,
    /// Another set has the name as its label.
    is_label_of_another: bool,
}

pub(crate) enum Kind {
    Set,
    Group { status: String },
}

/// The name by which a set is found.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Id,
    ApiName,
    Label,
    /// The API name in another spelling.
    LooseApiName,
    /// The name of a package's set, without the package's prefix.
    BareName,
    LooseBareName,
    LooseLabel,
}

impl Way {
    /// The first way in which a name fits. `full` is the API name with the prefix of its package, `bare` without.
    fn of(name: &str, id: &Value, full: &str, bare: &str, label: &str) -> Option<Self> {
        let by_id = Value::Text(name.to_owned()).is_same_id(id);
        let ways = [
            (by_id, Self::Id),
            (same(full, name), Self::ApiName),
            (same(label, name), Self::Label),
            (loosely_same(full, name), Self::LooseApiName),
            (same(bare, name), Self::BareName),
            (loosely_same(bare, name), Self::LooseBareName),
            (loosely_same(label, name), Self::LooseLabel),
        ];
        ways.into_iter().find_map(|(fits, way)| fits.then_some(way))
    }

    /// The best fit counts alone. A label and a spelling of an API name count the same, so that two sets which a
    /// person may mean are reported.
    fn rank(self) -> u8 {
        match self {
            Self::Id => 0,
            Self::ApiName => 1,
            Self::Label | Self::LooseApiName => 2,
            Self::BareName => 3,
            Self::LooseBareName | Self::LooseLabel => 4,
        }
    }
}

/// Returns the targets of the names, each once. Adds notes for people, and problems for mistakes.
pub(crate) fn all(
    wishes: &[Wish],
    seen: &Seen,
    voice: &dyn Voice,
    plan: &mut StepPlan,
    problems: &mut Problems,
) -> Result<Vec<Target>, Failure> {
    let mut targets: Vec<Target> = vec![];
    for wish in wishes {
        let Wish { name, at } = wish;
        let mut fitting = fitting(name, at, seen)?;
        let target = match fitting.len() {
            0 => {
                voice.unknown_set(wish, problems);
                continue;
            }
            1 => fitting.remove(0),
            _ => {
                problems.invalid(ambiguous(wish, &fitting, voice));
                continue;
            }
        };
        if let Some(first) = targets.iter().find(|first| first.id.is_same_id(&target.id)) {
            let summary = format!(
                "`{name}` is the {} again; it is assigned once",
                first.shown()
            );
            plan.note(Diagnostic::info("named-twice", at, summary));
            continue;
        }
        if let Some(note) = how(name, &target) {
            plan.note(note);
        }
        targets.push(target);
    }
    Ok(targets)
}

impl Target {
    /// Returns the kind and the label, for people.
    pub(crate) fn shown(&self) -> String {
        format!("{} `{}`", self.noun(), self.label)
    }

    /// Returns the field of an assignment that names it.
    pub(crate) fn assignment_field(&self) -> &'static str {
        match self.kind {
            Kind::Set => "PermissionSetId",
            Kind::Group { .. } => "PermissionSetGroupId",
        }
    }

    fn noun(&self) -> &'static str {
        match self.kind {
            Kind::Set => "permission set",
            Kind::Group { .. } => "permission set group",
        }
    }

    fn set(record: &Record, name: &str, at: &str) -> Result<Option<Self>, Failure> {
        // Every profile has a set of its own, and so has every group, under the group's name: neither can be
        // assigned by itself.
        if record.truth("IsOwnedByProfile")?
            || record.value("PermissionSetGroupId")? != Value::Nothing
        {
            return Ok(None);
        }
        let (label, bare) = (record.text("Label")?, record.text("Name")?);
        let api_name = match record.text("NamespacePrefix")? {
            "" => bare.to_owned(),
            prefix => format!("{prefix}__{bare}"),
        };
        let Some(way) = Way::of(name, &record.id()?, &api_name, bare, label) else {
            return Ok(None);
        };
        Ok(Some(Self {
            kind: Kind::Set,
            id: record.id()?,
            api_name,
            label: label.to_owned(),
            license: record.value("LicenseId")?,
            at: at.to_owned(),
            way,
            is_label_of_another: false,
        }))
    }

    fn group(record: &Record, name: &str, at: &str) -> Result<Option<Self>, Failure> {
        let (label, api_name) = (record.text("MasterLabel")?, record.text("DeveloperName")?);
        let Some(way) = Way::of(name, &record.id()?, api_name, api_name, label) else {
            return Ok(None);
        };
        Ok(Some(Self {
            kind: Kind::Group {
                status: record.text("Status")?.to_owned(),
            },
            id: record.id()?,
            api_name: api_name.to_owned(),
            label: label.to_owned(),
            license: Value::Nothing,
            at: at.to_owned(),
            way,
            is_label_of_another: false,
        }))
    }
}

/// Everything that `name` fits best. A bare name counts only where nothing fits in full, so that a set without a
/// package can be named beside one of the same name in a package.
fn fitting(name: &str, at: &str, seen: &Seen) -> Result<Vec<Target>, Failure> {
    let mut found = vec![];
    for record in &seen.sets {
        found.extend(Target::set(record, name, at)?);
    }
    for record in &seen.groups {
        found.extend(Target::group(record, name, at)?);
    }
    let best = found.iter().map(|target: &Target| target.way.rank()).min();
    let is_best = |target: &Target| Some(target.way.rank()) == best;
    let is_label_of_another = found
        .iter()
        .any(|target| !is_best(target) && target.way == Way::Label);
    found.retain(is_best);
    for target in &mut found {
        target.is_label_of_another = is_label_of_another;
    }
    Ok(found)
}

/// Returns a note about the meaning of a name, when a label would have been plainer.
fn how(name: &str, target: &Target) -> Option<Diagnostic> {
    let (noun, label, api_name) = (target.noun(), &target.label, &target.api_name);
    let summary = match (target.way, &target.kind) {
        (Way::Label, Kind::Set) => return None,
        (Way::ApiName, Kind::Set) if same(label, name) && !target.is_label_of_another => {
            return None;
        }
        (Way::ApiName, _) if target.is_label_of_another => format!(
            "`{name}` is the API name of the {noun} `{label}`, which is meant; another one has it as its label"
        ),
        (Way::Label, Kind::Group { .. }) => {
            format!("`{name}` is the label of the {noun} `{api_name}`")
        }
        (Way::ApiName, _) => format!("`{name}` is the API name of the {noun} `{label}`"),
        (Way::BareName, _) => {
            format!("`{name}` is the {noun} `{label}` of a package (API name `{api_name}`)")
        }
        (Way::Id | Way::LooseApiName | Way::LooseBareName | Way::LooseLabel, _) => {
            format!("`{name}` is the {noun} `{label}` (API name `{api_name}`)")
        }
    };
    Some(Diagnostic::info("matched", &target.at, summary))
}

fn ambiguous(wish: &Wish, fitting: &[Target], voice: &dyn Voice) -> Diagnostic {
    let shown = fitting.iter().map(|target| {
        let id = match &target.id {
            Value::Text(id) => id,
            _ => "planned",
        };
        format!(
            "the {} (API name `{}`, id {id})",
            target.shown(),
            target.api_name
        )
    });
    let names: Vec<String> = fitting
        .iter()
        .map(|target| format!("`{}`", target.api_name))
        .collect();
    Diagnostic::error(
        "ambiguous-permission-set",
        &wish.at,
        format!(
            "`{}` may mean {}",
            wish.name,
            shown.collect::<Vec<_>>().join(" or ")
        ),
    )
    .remedy(voice.choose(wish, &names.join(" or ")))
}
