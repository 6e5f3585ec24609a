//! From a [`RawRecipe`] to a [`Recipe`]: plugins are found, names lead backwards to something, inputs of
//! steps fit what their plugins take.

use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::manifest::Manifest;
use crate::recipe::fits::{self, Sources};
use crate::recipe::keys::Mistakes;
use crate::recipe::raw::{RawRecipe, RawStep};
use crate::recipe::references::Names;
use crate::recipe::{Input, PluginLookup, PluginRef, Recipe, Step};

/// The recipe, when there is no mistake in it.
///
/// # Errors
///
/// Every mistake, those that [`crate::recipe::parse`] met included, in the order of the file.
pub fn check(raw: RawRecipe, plugins: &dyn PluginLookup) -> Result<Recipe, Vec<Diagnostic>> {
    let RawRecipe {
        source,
        name,
        title,
        description,
        inputs,
        steps,
        mut mistakes,
    } = raw;
    let input_names: Vec<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
    let declared: Vec<&Input> = inputs.iter().filter_map(|raw| raw.input.as_ref()).collect();
    let ids: Vec<&str> = steps.iter().map(id).collect();
    let mut earlier: Vec<(&str, Option<&Manifest>)> = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let names = Names {
            inputs: &input_names,
            earlier: &earlier,
            own: ids[index],
            later: &ids[index + 1..],
        };
        for (_, value) in &step.with {
            for expression in value.expressions() {
                names.check(expression, &mut mistakes);
            }
        }
        let manifest = find(step, plugins, &mut mistakes);
        if let Some(manifest) = manifest {
            let sources = Sources {
                inputs: &declared,
                earlier: &earlier,
            };
            fits::check(step, manifest, sources, &mut mistakes);
        }
        earlier.push((ids[index], manifest));
    }
    let recipe = || Recipe {
        name,
        title: title.expect("a missing title is a mistake"),
        description,
        source,
        inputs: inputs.into_iter().filter_map(|raw| raw.input).collect(),
        steps: steps.into_iter().filter_map(finish).collect(),
    };
    mistakes.or(recipe)
}

fn id(step: &RawStep) -> &str {
    step.id.as_ref().map_or("", |id| id.value.as_str())
}

fn find<'a>(
    step: &RawStep,
    plugins: &'a dyn PluginLookup,
    mistakes: &mut Mistakes,
) -> Option<&'a Manifest> {
    let plugin = step.plugin.as_ref()?;
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
    let plugin = step.plugin?;
    Some(Step {
        id: step.id?.value,
        plugin: plugin.value,
        span: step.span,
        plugin_span: plugin.span,
        with: step.with,
        with_span: step.with_span,
    })
}
