//! A plan as text, for golden tests: all of it, in its order.

mod value;

use std::fmt::Write;

use crate::testing::render::value::{check, conditions, fields, finding, path, probe, scalar};
use crate::{
    Certainty, Change, Consequence, Diagnostic, Effect, Failure, Field, OpenedField, Operation,
    Prerequisite, Repetition, Scalar, Severity, Source, StepPlan, Undo, Wait, WayBack,
};

/// A plan as text: changes (`+` create, `~` change, `-` delete, `?` wait), effects (`>`), notes (`!`), outputs
/// (`=`). `⟨token⟩` was handed in, `@address.name` is bound by the plan.
pub fn render(plan: &StepPlan) -> String {
    let mut out = String::new();
    for change in &plan.changes {
        self::change(&mut out, change);
    }
    for effect in &plan.effects {
        self::effect(&mut out, effect);
    }
    diagnostics(&mut out, &plan.notes);
    line(&mut out, &format!("= {}", plan.outputs));
    out
}

/// Returns the reason why there is no plan, as text.
pub fn render_failure(failure: &Failure) -> String {
    let mut out = String::new();
    match failure {
        Failure::Invalid(what) => {
            line(&mut out, "invalid");
            diagnostics(&mut out, what);
        }
        Failure::Unmet(what) => {
            line(&mut out, "unmet");
            diagnostics(&mut out, what);
        }
        Failure::Deferred(deferral) => {
            line(&mut out, &format!("deferred: {}", deferral.reason));
            for token in &deferral.waiting_for {
                line(&mut out, &format!("    until ⟨{token}⟩ is known"));
            }
            for likely in &deferral.likely {
                line(&mut out, &format!("    likely: {likely}"));
            }
        }
        Failure::Transient(why) => line(&mut out, &format!("transient: {why}")),
        Failure::Broken(why) => line(&mut out, &format!("broken: {why}")),
    }
    out
}

fn change(out: &mut String, change: &Change) {
    let sign = match &change.operation {
        Operation::Create(_) => '+',
        Operation::Delete(_) => '-',
        Operation::WaitOnly => '?',
        _ => '~',
    };
    line(
        out,
        &format!("{sign} {}: {}", change.address, change.summary),
    );
    operation(out, &change.operation);
    for prerequisite in &change.after {
        match prerequisite {
            Prerequisite::Change(address) => line(out, &format!("    after @{address}")),
            Prerequisite::Given(token) => line(out, &format!("    after ⟨{token}⟩")),
        }
    }
    waits(out, "wait", &change.waits);
    for binding in &change.results {
        let secret = if binding.secret { " (secret)" } else { "" };
        let source = match &binding.source {
            Source::Reply(at) => format!("the answer's {at}"),
            Source::Found(found) => format!("{} of {}", found.at, probe(&found.look)),
        };
        line(
            out,
            &format!("    bind {}{secret} = {source}", binding.name),
        );
    }
    match &change.undo {
        Undo::Nothing => {}
        Undo::Impossible(why) => line(out, &format!("    undo: impossible, {why}")),
        Undo::Possible(back) => {
            match &back.way {
                WayBack::Restore => line(out, "    undo: restore"),
                WayBack::Instead(inverse) => {
                    line(out, "    undo:");
                    operation(out, inverse);
                }
            }
            waits(out, "undo waits", &back.waits);
            for only in &back.only_if {
                let found = finding(&only.finding);
                line(
                    out,
                    &format!("    undo only if {}: {found}", probe(&only.look)),
                );
            }
            optional(out, "    stays", &back.stays);
            optional(out, "    destroys", &back.destroys);
        }
    }
}

fn operation(out: &mut String, operation: &Operation) {
    match operation {
        Operation::Create(create) => {
            line(
                out,
                &format!("    create {} {}", create.object, fields(&create.fields)),
            );
            let enforced = if create.key.enforced {
                ", enforced"
            } else {
                ""
            };
            line(
                out,
                &format!("    key: {}{enforced}", conditions(&create.key.conditions)),
            );
            options(out, &create.options);
        }
        Operation::Update(update) => {
            let (id, set) = (scalar(&update.id), fields(&update.fields));
            line(out, &format!("    update {} {id} {set}", update.object));
            options(out, &update.options);
        }
        Operation::Delete(delete) => {
            line(
                out,
                &format!("    delete {} {}", delete.object, scalar(&delete.id)),
            );
        }
        Operation::Configure(configure) => {
            line(
                out,
                &format!(
                    "    configure {} {}",
                    configure.settings,
                    fields(&configure.fields)
                ),
            );
        }
        Operation::Deploy(deploy) => {
            for component in &deploy.components {
                let name = scalar(&component.name.full_name);
                line(
                    out,
                    &format!(
                        "    deploy {} {name} {}",
                        component.name.kind, component.content
                    ),
                );
            }
            for removal in &deploy.removals {
                line(
                    out,
                    &format!("    remove {} {}", removal.kind, scalar(&removal.full_name)),
                );
            }
            options(out, &deploy.options);
        }
        Operation::Request(request) => {
            let method = format!("{:?}", request.method).to_uppercase();
            let method = method.rsplit("::").next().unwrap_or_default();
            let body = request.body.as_deref().unwrap_or("");
            line(
                out,
                format!("    {method} {} {body}", path(&request.path)).trim_end(),
            );
            match &request.repetition {
                Repetition::Safe => line(out, "    safe to repeat"),
                Repetition::Never => line(out, "    never repeated"),
                Repetition::Look(key) => {
                    let enforced = if key.enforced { ", enforced" } else { "" };
                    line(
                        out,
                        &format!("    unless found: {}{enforced}", probe(&key.look)),
                    );
                }
            }
        }
        Operation::WaitOnly => {}
    }
}

fn waits(out: &mut String, what: &str, waits: &[Wait]) {
    for wait in waits {
        let (look, until) = (probe(&wait.look), finding(&wait.until));
        line(
            out,
            &format!("    {what}: {} — {look}: {until}", wait.summary),
        );
        for failed in &wait.failed {
            line(out, &format!("        failed when {}", check(failed)));
        }
        optional(out, "        reason at", &wait.reason_at);
        line(
            out,
            &format!(
                "        every {} ms, at most {} ms",
                wait.every_ms, wait.at_most_ms
            ),
        );
    }
}

fn effect(out: &mut String, effect: &Effect) {
    let certainty = match effect.certainty {
        Certainty::Certain => "certain",
        Certainty::Likely => "likely",
        Certainty::Possible => "possible",
    };
    let causes: Vec<String> = effect
        .causes
        .iter()
        .map(|cause| format!("@{cause}"))
        .collect();
    line(out, &format!("> {}: {}", effect.address, effect.summary));
    let what = match &effect.consequence {
        Consequence::Appears(it) => {
            let id = match &it.id {
                Scalar::Nothing => String::new(),
                id => format!(" {}", scalar(id)),
            };
            let found = conditions(&it.key);
            format!(
                "appears {}{id} {}, found by {found}",
                it.object,
                fields(&it.fields)
            )
        }
        Consequence::Alters(it) => {
            format!(
                "alters {} {} {}",
                it.object,
                scalar(&it.id),
                fields(&it.fields)
            )
        }
        Consequence::Disappears(it) => format!("disappears {} {}", it.object, scalar(&it.id)),
        Consequence::Configures(it) => format!("configures {} {}", it.settings, fields(&it.fields)),
        Consequence::Opens(it) => {
            let initial =
                |f: &OpenedField| format!("{}.{} {}", f.object, f.field, scalar(&f.initial));
            let opened: Vec<String> = it.fields.iter().map(initial).collect();
            format!("opens {} {{{}}}", it.objects.join(", "), opened.join(", "))
        }
        Consequence::Takes(it) => {
            let id = scalar(&it.id);
            format!(
                "takes {} of {} {id} ({} of {})",
                it.amount, it.object, it.used, it.total
            )
        }
        Consequence::Mails(it) => {
            let many = it
                .recipients
                .map_or("?".to_owned(), |many| many.to_string());
            let to: Vec<String> = it.to.iter().map(scalar).collect();
            format!("mails {many} to [{}]", to.join(", "))
        }
        Consequence::Other => "other".to_owned(),
    };
    line(out, &format!("    {what}"));
    line(
        out,
        &format!("    {certainty}, because of {}", causes.join(", ")),
    );
    if effect.within_ms > 0 {
        line(out, &format!("    within {} ms", effect.within_ms));
    }
    optional(out, "    remains", &effect.remains);
}

fn diagnostics(out: &mut String, all: &[Diagnostic]) {
    for one in all {
        let severity = match one.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        let at = if one.at.is_empty() { "" } else { " at " };
        line(
            out,
            &format!("! {severity} {}{at}{}: {}", one.code, one.at, one.summary),
        );
        optional(out, "    remedy", &one.remedy);
        optional(out, "    rule", &one.rule);
    }
}

fn options(out: &mut String, options: &[Field]) {
    if !options.is_empty() {
        line(out, &format!("    options: {}", fields(options)));
    }
}

fn optional(out: &mut String, what: &str, text: &Option<String>) {
    if let Some(text) = text {
        line(out, &format!("{what}: {text}"));
    }
}

fn line(out: &mut String, text: &str) {
    writeln!(out, "{text}").expect("writing to a text cannot fail");
}
