//! A new record: its values, and everything else that Salesforce asks of one.

use serde_json::json;
use usher_external_users::Save;
use usher_sdk::{
    Alteration, Certainty, Change, Condition, CreateRecord, Diagnostic, Duplicates, Effect,
    Failure, Key, Problems, Record, StepPlan, Value,
};

use crate::described::Described;
use crate::{Case, Object, PERSON, fields, found, owner, record_type, shown};

/// Makes the record.
pub(crate) fn plan(
    case: &Case<'_>,
    account: Option<&Record>,
    mut plan: StepPlan,
) -> Result<StepPlan, Failure> {
    let (input, name) = (case.input, case.input.object.name());
    let mut problems = Problems::default();
    fields::may_be_created(case, &mut problems);
    let described = Described::read(case);
    described.needs(case, &mut problems);
    other_account(case, account, &mut problems);
    let [id, username, email] = owner::lookups(input);
    let lookups = [id, username, email, record_type::lookup(case)];
    let [by_id, by_username, by_email, kinds] = case.org.find_each(lookups)?;
    let owner = owner::meant(input, &[by_id, by_username, by_email], &mut problems)?;
    let kind = record_type::meant(case, &kinds, &described, &mut problems)?;
    problems.none()?;

    let mut record = CreateRecord::of(name).duplicates(input.duplicates);
    for (field, value) in input.key.iter().chain(input.held()) {
        if *value != Value::Nothing {
            record = record.set(field, case.fields.scalar(field, value));
        }
    }
    if let (Some(account), None) = (&input.account, input.value("AccountId")) {
        record = record.set("AccountId", account);
    }
    let mut summary = format!("Make {}", shown(input));
    if let Some(owner) = &owner {
        record = record.set("OwnerId", &owner.id);
        summary = format!("{summary}, owned by {}", owner.username);
    }
    if let Some(kind) = &kind {
        record = record.set("RecordTypeId", &kind.id);
        summary = format!("{summary}, with the record type `{}`", kind.name);
    }
    record.key = key(case);
    let change = Change::new("record", summary, record);
    let id = change.id();
    plan.change(change.undo(input.object.deleted_alone(&id)));
    if input.duplicates == Duplicates::Use {
        let summary = format!(
            "When a duplicate rule of this org finds one {} that is the same, that one is used as it is",
            input.object.noun()
        );
        let note = Diagnostic::info("duplicate-is-used", "/duplicates", summary);
        plan.note(note.remedy("Set {with.record} to it afterwards: its key finds no record"));
    } else if owner.is_none() {
        let me = case.org.who();
        // A rule of the org may hand it on at once; then another user is the owner.
        let owner = Alteration::of(name, id.clone()).set("OwnerId", me.user_id);
        let summary = format!("{} owns it", me.username);
        let owner = Effect::new("owner", summary, Certainty::Likely, owner);
        plan.effect(owner.because_of("record"));
    }
    case.automation(Save::Create, &mut plan);
    plan.answer(json!({ "record_id": id }))
}

/// The key by which the plugin looked. A person account is another thing.
fn key(case: &Case<'_>) -> Key {
    let mut conditions = found::conditions(case);
    if case.has_persons() {
        conditions.push(Condition::is(PERSON, false));
    }
    Key {
        conditions,
        enforced: false,
    }
}

/// Reports a new contact whose key or values name another account than `account` does.
fn other_account(case: &Case<'_>, account: Option<&Record>, problems: &mut Problems) {
    let input = case.input;
    let (Some(wanted), Some(named)) = (&input.account, input.value("AccountId")) else {
        return;
    };
    if input.object == Object::Account || named.is_same_id(wanted) {
        return;
    }
    let name = account.and_then(|account| account.text("Name").ok());
    let summary = format!(
        "`AccountId` of the new contact is another account than {}",
        name.map_or("that of the input".to_owned(), |name| format!("`{name}`"))
    );
    problems.invalid(
        Diagnostic::error("contact-of-another-account", "/account", summary)
            .remedy("Leave out `AccountId`, because {with.account} sets it"),
    );
}
