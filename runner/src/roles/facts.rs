//! The facts of a plan about roles, and about the roles of users, one after the other.

use usher_core::change::{Change, Consequence, Effect};
use usher_core::operation::{Field, Operation};
use usher_core::plan::{Plan, PlannedStep};
use usher_core::value::{Reference, Scalar, Unit};

/// One role or user, and its new place.
pub(crate) struct Fact {
    pub(crate) is_role: bool,
    pub(crate) id: Scalar,
    pub(crate) name: Option<Scalar>,
    /// The former place.
    pub(crate) before: Option<Scalar>,
    /// The new place: the parent of a role, the role of a user. None: the fact does not say it.
    pub(crate) below: Option<Scalar>,
    pub(crate) is_made: bool,
    pub(crate) is_gone: bool,
}

/// Returns everything that a plan says of roles, and of the roles of users, in its order.
pub(crate) fn facts(plan: &Plan) -> Vec<Fact> {
    let mut facts = Vec::new();
    for step in &plan.steps {
        let unit = step.unit();
        let changes = step.plan.changes.iter();
        facts.extend(changes.filter_map(|change| of_change(step, &unit, change)));
        let effects = step.plan.effects.iter();
        facts.extend(effects.filter_map(|effect| of_effect(&unit, effect)));
    }
    // Users alone move nothing.
    let moves = |fact: &Fact| fact.is_role || fact.below.is_some();
    match facts.iter().any(moves) {
        true => facts,
        false => Vec::new(),
    }
}

fn of_change(step: &PlannedStep, unit: &Unit, change: &Change) -> Option<Fact> {
    let made = || Scalar::Reference(Reference::Given(unit.binds(&change.address, "id")));
    match &change.operation {
        Operation::Create(create) => fact(&create.object, made(), &create.fields, true),
        Operation::Update(update) => {
            let fact = fact(&update.object, update.id.clone(), &update.fields, false)?;
            let name = if fact.is_role {
                "ParentRoleId"
            } else {
                "UserRoleId"
            };
            let before = step.before.get(&change.address);
            let before = before.and_then(|before| before.get(name));
            let before = before.and_then(Scalar::from_json);
            Some(Fact { before, ..fact })
        }
        Operation::Delete(delete) => {
            let fact = fact(&delete.object, delete.id.clone(), &[], false)?;
            let is_gone = true;
            Some(Fact { is_gone, ..fact })
        }
        Operation::Configure(_)
        | Operation::Deploy(_)
        | Operation::Request(_)
        | Operation::WaitOnly(_) => None,
    }
}

fn of_effect(unit: &Unit, effect: &Effect) -> Option<Fact> {
    match &effect.consequence {
        Consequence::Appears {
            object, fields, id, ..
        } => {
            let id = match id {
                Scalar::Nothing => {
                    Scalar::Reference(Reference::Given(unit.binds(&effect.address, "id")))
                }
                id => id.clone(),
            };
            fact(object, id, fields, true)
        }
        Consequence::Alters { object, id, fields } => fact(object, id.clone(), fields, false),
        Consequence::Disappears { object, id } => {
            let fact = fact(object, id.clone(), &[], false)?;
            let is_gone = true;
            Some(Fact { is_gone, ..fact })
        }
        Consequence::Configures { .. }
        | Consequence::Opens { .. }
        | Consequence::Takes { .. }
        | Consequence::Mails { .. }
        | Consequence::Other => None,
    }
}

/// Returns the fact that the fields state about a role or a user; none: it is neither.
fn fact(object: &str, id: Scalar, fields: &[Field], is_made: bool) -> Option<Fact> {
    let is_role = object.eq_ignore_ascii_case("UserRole");
    if !is_role && !object.eq_ignore_ascii_case("User") {
        return None;
    }
    let (name, below) = match is_role {
        true => ("Name", "ParentRoleId"),
        false => ("Username", "UserRoleId"),
    };
    let field = |name: &str| {
        let mut fields = fields.iter();
        let field = fields.find(|field| field.name.eq_ignore_ascii_case(name));
        field.map(|field| &field.value)
    };
    Some(Fact {
        is_role,
        id,
        name: field(name).cloned(),
        before: None,
        below: field(below).cloned(),
        is_made,
        is_gone: false,
    })
}
