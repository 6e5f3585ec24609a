//! Settings that have values.

use usher_program::{Change, Fields};
use usher_sdk::{
    Change as Planned, ConfigureSettings, Diagnostic, Failure, Org, Problems, Scalar, ticked,
};

use crate::case::{Case, differing, of};
use crate::undo::{self, Made};

pub(crate) fn plan(
    change: &Change,
    name: &str,
    set: &Fields,
    cases: &[Case],
    org: &dyn Org,
) -> Result<Vec<Planned>, Failure> {
    let [case] = cases else {
        return Ok(vec![]);
    };
    let settings = org.get_settings(name)?;
    let missing: Vec<&str> = set
        .iter()
        .map(|(field, _)| field.as_str())
        .filter(|field| !settings.has(field))
        .collect();
    let mut problems = Problems::default();
    if !missing.is_empty() {
        let summary = format!(
            "The settings `{name}` of this org do not show {}",
            ticked(&missing)
        );
        let remedy = "Sign in with a user who may customise the application, or look for the setting in Setup";
        problems.unmet(Diagnostic::error("setting-not-visible", "", summary).remedy(remedy));
    }
    problems.none()?;
    let fields = differing(change, &settings, set, &case.known)?;
    if fields.is_empty() {
        return Ok(vec![]);
    }
    let mut operation = ConfigureSettings::of(name);
    operation.fields = fields;
    let made = Made {
        object: name,
        id: Scalar::Nothing,
        is_new: false,
    };
    let summary = case.known.shown(&change.says, &of(change))?;
    let undo = undo::of(change, &made, &case.known)?;
    Ok(vec![
        Planned::new(&case.address, summary, operation).undo(undo),
    ])
}
