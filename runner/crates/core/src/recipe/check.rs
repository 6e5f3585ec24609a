//! From a [`RawRecipe`] to a [`Recipe`]: finds plugins, and checks that names refer to earlier steps and that inputs of
//! steps fit their plugins.

use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::recipe::each::Each;
use crate::recipe::expression::Expression;
use crate::recipe::fits::{self, Sources};
use crate::recipe::keys::Mistakes;
use crate::recipe::raw::{RawKept, RawRecipe, RawStep, RawUse};
use crate::recipe::references::{Earlier, Names, Outputs};
use crate::recipe::template::Template;
use crate::recipe::when::When;
use crate::recipe::{Input, Kept, PluginLookup, PluginRef, Recipe, Step, Use, in_org, keep, terms};
use usher_contract::limit;
use usher_contract::manifest::Manifest;

/// Returns the recipe, when it has no mistake.
///
/// # Errors
///
/// Every mistake, also those that [`crate::recipe::parse`] found, in the order of the file.
pub fn check(raw: RawRecipe, plugins: &dyn PluginLookup) -> Result<Recipe, Vec<Diagnostic>> {
    let RawRecipe {
        source,
        name,
        title,
        description,
        inputs,
        in_org,
        steps,
        mut mistakes,
    } = raw;
    in_org::check(&inputs, &in_org, &mut mistakes);
    keep::check(&inputs, &mut mistakes);
    terms::check(
        steps.iter().map(|step| (step.id.as_ref(), step.terms)),
        &mut mistakes,
    );
    let input_names: Vec<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
    let declared: Vec<&Input> = inputs.iter().filter_map(|raw| raw.input.as_ref()).collect();
    let ids: Vec<&str> = steps.iter().map(id).collect();
    let mut earlier: Vec<Earlier<'_>> = Vec::new();
    let mut values_left = Some(limit::STEP_VALUES_MAX);
    for (index, step) in steps.iter().enumerate() {
        let names = Names {
            inputs: &input_names,
            earlier: &earlier,
            own: ids[index],
            when: &step.when,
            each: step.each.as_ref(),
            declared: &declared,
            later: &ids[index + 1..],
        };
        if let Some(each) = &step.each {
            names.check_each(each, &mut mistakes);
        }
        for expression in expressions(step) {
            names.check(expression, &mut mistakes);
        }
        let sources = Sources {
            inputs: &declared,
            earlier: &earlier,
            each: step.each.as_ref(),
        };
        for when in &step.when {
            fits::check_when(when, sources, &mut mistakes);
        }
        let outputs = match &step.kept {
            RawKept::ByPlugin(used) => match find(used, plugins, &mut mistakes) {
                Some(manifest) => {
                    let values = used.with.len() + manifest.input.looked_at();
                    let left = values_left.map(|left| left.checked_sub(values));
                    if let Some(None) = left {
                        too_many_values(used, &mut mistakes);
                    }
                    values_left = left.flatten();
                    if values_left.is_some() {
                        fits::check(used, manifest, sources, &mut mistakes);
                    }
                    Outputs::Of(manifest)
                }
                None => Outputs::NotKnown,
            },
            RawKept::ByHand(manual) => {
                if let Some(each) = &step.each {
                    not_by_hand(step, each, &mut mistakes);
                }
                if let Some(manual) = manual {
                    fits::check_manual(manual, sources, &mut mistakes);
                }
                Outputs::None
            }
        };
        earlier.push(Earlier {
            id: ids[index],
            outputs,
            when: &step.when,
            each: step.each.as_ref(),
        });
    }
    let recipe = || Recipe {
        name,
        title: title.expect("a missing title is a mistake"),
        description,
        source,
        inputs: inputs.into_iter().filter_map(|raw| raw.input).collect(),
        in_org: in_org.into_iter().filter_map(|raw| raw.value).collect(),
        steps: steps.into_iter().filter_map(finish).collect(),
    };
    mistakes.or(recipe)
}

fn id(step: &RawStep) -> &str {
    step.id.as_ref().map_or("", |id| id.value.as_str())
}

/// Every expression of a step, in order.
fn expressions(step: &RawStep) -> Vec<&Expression> {
    let when = step.when.iter().map(When::expression);
    let kept = match &step.kept {
        RawKept::ByPlugin(used) => {
            let values = used.with.iter().map(|(_, value)| value);
            values.flat_map(Template::expressions).collect()
        }
        RawKept::ByHand(Some(manual)) => manual.expressions(),
        RawKept::ByHand(None) => Vec::new(),
    };
    when.chain(kept).collect()
}

fn find<'a>(
    used: &RawUse,
    plugins: &'a dyn PluginLookup,
    mistakes: &mut Mistakes,
) -> Option<&'a Manifest> {
    let plugin = used.plugin.as_ref()?;
    let manifest = plugins.manifest(&plugin.value);
    if manifest.is_none() {
        let help = match &plugin.value {
            PluginRef::Named(name) => did_you_mean(name, plugins.names()),
            PluginRef::File(_) => "check the file; it is looked for beside the recipe".to_owned(),
        };
        let message = format!("there is no plugin `{}`", plugin.value);
        mistakes.add("unknown-plugin", plugin.span.clone(), message, help);
    }
    manifest
}

fn finish(step: RawStep) -> Option<Step> {
    let kept = match step.kept {
        RawKept::ByPlugin(used) => {
            let plugin = used.plugin?;
            Kept::ByPlugin(Use {
                plugin: plugin.value,
                plugin_span: plugin.span,
                with: used.with,
                with_span: used.with_span,
            })
        }
        RawKept::ByHand(manual) => Kept::ByHand(manual?),
    };
    Some(Step {
        id: step.id?.value,
        kept,
        span: step.span,
        each: step.each,
        when: step.when,
        timeout_ms: step.timeout_ms,
        terms: step.terms,
    })
}

/// Adds a mistake: nobody does a thing by hand for each of thousands of items.
fn not_by_hand(step: &RawStep, each: &Each, mistakes: &mut Mistakes) {
    let message = format!(
        "a manual step has no `for_each`, and this one goes through `{}`",
        each.text()
    );
    let help = "move it out of the loop, and let its text speak of all items";
    mistakes.add("unknown-key", step.span.clone(), message, help);
}

/// Adds a mistake when the steps' inputs, each with its plugin's defaults, are more than Usher reads.
fn too_many_values(used: &RawUse, mistakes: &mut Mistakes) {
    let max = limit::STEP_VALUES_MAX;
    let message = format!(
        "the steps up to this one have more than {max} inputs, counted with those that their plugins take besides"
    );
    let help = "make two recipes of it, or take plugins with fewer inputs";
    mistakes.add("too-many-values", used.with_span.clone(), message, help);
}
