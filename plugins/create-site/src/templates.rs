//! The templates that this org lists, and the one that a site was made from.

use usher_sdk::{
    Diagnostic, Failure, Org, Problems, ReadError, ResourcePath, StepPlan, Value, ticked,
};

use crate::{Input, RULE};

/// Returns the template that the input names, as the org spells it; a problem when the org does not list it. The list
/// of an org that gets its Digital Experiences only by this plan is not known yet: then a note.
pub(crate) fn listed(
    input: &Input,
    org: &dyn Org,
    plan: &mut StepPlan,
    problems: &mut Problems,
) -> Result<String, Failure> {
    let path = ResourcePath::of(["connect", "communities", "templates"]);
    let answer = match org.get(&path) {
        Ok(answer) => answer,
        Err(ReadError::Pending(_)) => {
            let summary = format!(
                "Digital Experiences must be on before the org shows whether it has the template `{}`",
                input.template
            );
            plan.note(Diagnostic::info("template-not-checked", "/template", summary).rule(RULE));
            return Ok(input.template.clone());
        }
        Err(error) => return Err(error.into()),
    };
    let templates = answer["templates"].as_array().into_iter().flatten();
    let names: Vec<&str> = templates
        .filter_map(|template| template["templateName"].as_str())
        .collect();
    let wanted = input.template.to_lowercase();
    if let Some(name) = names.iter().find(|name| name.to_lowercase() == wanted) {
        return Ok((*name).to_owned());
    }
    let summary = format!("This org has no template `{}`", input.template);
    let problem = Diagnostic::error("unknown-template", "/template", summary)
        .remedy(format!(
            "Set {{with.template}} to one that it lists: {}",
            ticked(&names)
        ))
        .rule(RULE);
    problems.invalid(problem);
    Ok(input.template.clone())
}

/// Warns of a template whose sites cannot be published.
pub(crate) fn warn(input: &Input, template: &str, plan: &mut StepPlan) {
    if !template.eq_ignore_ascii_case("VF Template") {
        return;
    }
    let summary = format!(
        "The site `{}` is made of Salesforce Tabs and Visualforce, which cannot be published: activate it in another run, when it is there",
        input.name
    );
    plan.note(
        Diagnostic::warning("cannot-be-published", "/template", summary)
            .rule("docs/salesforce/sites.md#publishing"),
    );
}

/// The template that a site was made from; none when that is not known.
pub(crate) fn of_site(id: &Value, org: &dyn Org) -> Result<Option<String>, Failure> {
    if id.is_unknown() {
        return Ok(None);
    }
    let path = ResourcePath::of(["connect", "communities"]).then(id);
    match org.get(&path) {
        Ok(site) => Ok(site["templateName"]
            .as_str()
            .filter(|name| !name.is_empty())
            .map(str::to_owned)),
        // Only a warning depends on it.
        Err(ReadError::Pending(_) | ReadError::Refused(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
