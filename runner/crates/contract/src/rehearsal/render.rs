//! A plan as text, for golden tests: all of it, in its order.

use crate::change::{
    Certainty, Change, Consequence, Effect, Failure, Note, NoteSeverity, OpenedField, Prerequisite,
    Source, StepPlan, Undo, Wait, WayBack,
};
use crate::operation::{Field, Operation, Repetition};
use crate::rehearsal::words::{check, conditions, fields, finding, path, probe, scalar};
use crate::value::Scalar;

/// Returns a plan as text: changes (`+` create, `~` change, `-` delete, `?` wait), effects (`>`), notes (`!`), outputs
/// (`=`). `⟨token⟩` was handed in, `@address.name` is bound by the plan.
pub fn plan(plan: &StepPlan) -> String {
    let mut out = String::new();
    for change in &plan.changes {
        self::change(&mut out, change);
    }
    for effect in &plan.effects {
        self::effect(&mut out, effect);
    }
    notes(&mut out, &plan.notes);
    line(&mut out, &format!("= {}", plan.outputs));
    out
}

/// Returns the reason why there is no plan, as text.
pub fn failure(failure: &Failure) -> String {
    let mut out = String::new();
    match failure {
        Failure::Invalid(what) => {
            line(&mut out, "invalid");
            notes(&mut out, what);
        }
        Failure::Unmet(what) => {
            line(&mut out, "unmet");
            notes(&mut out, what);
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
        Operation::WaitOnly(_) => '?',
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
            Source::Found { look, at } => format!("{at} of {}", probe(look)),
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
            let method = request.method.name();
            let body = request.body.as_deref().unwrap_or("");
            line(
                out,
                format!("    {method} {} {body}", path(&request.path)).trim_end(),
            );
            match &request.repetition {
                Repetition::Safe => line(out, "    safe to repeat"),
                Repetition::Never => line(out, "    never repeated"),
                Repetition::Look { look, enforced } => {
                    let enforced = if *enforced { ", enforced" } else { "" };
                    line(out, &format!("    unless found: {}{enforced}", probe(look)));
                }
            }
        }
        Operation::WaitOnly(_) => {}
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
        Consequence::Appears {
            object,
            fields: set,
            key,
            id,
        } => {
            let id = match id {
                Scalar::Nothing => String::new(),
                id => format!(" {}", scalar(id)),
            };
            let found = conditions(key);
            format!("appears {object}{id} {}, found by {found}", fields(set))
        }
        Consequence::Alters {
            object,
            id,
            fields: set,
        } => format!("alters {object} {} {}", scalar(id), fields(set)),
        Consequence::Disappears { object, id } => format!("disappears {object} {}", scalar(id)),
        Consequence::Configures {
            settings,
            fields: set,
        } => format!("configures {settings} {}", fields(set)),
        Consequence::Opens {
            objects,
            fields: opened,
        } => {
            let initial =
                |f: &OpenedField| format!("{}.{} {}", f.object, f.field, scalar(&f.initial));
            let opened: Vec<String> = opened.iter().map(initial).collect();
            format!("opens {} {{{}}}", objects.join(", "), opened.join(", "))
        }
        Consequence::Takes {
            object,
            id,
            total,
            used,
            amount,
        } => format!(
            "takes {amount} of {object} {} ({used} of {total})",
            scalar(id)
        ),
        Consequence::Mails { recipients, to } => {
            let many = recipients.map_or("?".to_owned(), |many| many.to_string());
            let to: Vec<String> = to.iter().map(scalar).collect();
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

fn notes(out: &mut String, all: &[Note]) {
    for one in all {
        let severity = match one.severity {
            NoteSeverity::Error => "error",
            NoteSeverity::Warning => "warning",
            NoteSeverity::Info => "info",
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
    out.push_str(text);
    out.push('\n');
}
