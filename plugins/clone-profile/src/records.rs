//! A clone that is made as records: the profile, with what its license requires, and the object permissions of the source.
//! It needs neither the content of the source nor the right to deploy.

use usher_sdk::{
    Alteration, Certainty, Change, CreateRecord, Diagnostic, Effect, Failure, Finding, Lookup, Org,
    Probe, Record, Scalar, Source, StepPlan, Wait,
};

use crate::Input;
use crate::content::Unread;
use crate::seen::Profile;

/// What is copied. *View All* and *Modify All* open the records of everybody and are left to a person.
const RIGHTS: [&str; 4] = [
    "PermissionsRead",
    "PermissionsCreate",
    "PermissionsEdit",
    "PermissionsDelete",
];

/// The hidden permission set comes with its profile [inferred].
const SET_MS_MAX: u32 = 60_000;

/// Adds the changes; returns the id of the clone. `unread`: why this way was chosen.
pub(crate) fn plan(
    input: &Input,
    source: &Profile,
    unread: Option<&Unread>,
    org: &dyn Org,
    plan: &mut StepPlan,
) -> Result<Scalar, Failure> {
    let permissions = org.find(
        &Lookup::of("ObjectPermissions")
            .read(["SobjectType"])
            .read(RIGHTS)
            .whose("Parent.ProfileId", &source.id)
            .whose("Parent.IsOwnedByProfile", true),
    )?;
    let profile = profile(input, source);
    let id = profile.id();
    let set = Scalar::bound(&profile.address, "set");
    plan.change(profile);
    for row in &permissions {
        plan.change(object(row, &set, input)?);
    }
    // The type follows the license.
    let alters = Alteration::of("Profile", id.clone())
        .set("UserType", &source.user_type)
        .set("PermissionsApiUserOnly", false);
    let summary = format!("The profile `{}` can be given to users", input.name);
    let effect = Effect::new("there", summary, Certainty::Certain, alters);
    plan.effect(effect.because_of("profile"));
    plan.note(partial(input, source, unread));
    Ok(id)
}

fn profile(input: &Input, source: &Profile) -> Change {
    let record = CreateRecord::of("Profile")
        .set("Name", &input.name)
        .set("UserLicenseId", &source.license_id)
        .set("PermissionsApiEnabled", source.gets_api(input))
        .unique(["Name"]);
    let summary = format!(
        "Make the profile `{}` of the license `{}`, as a record{}",
        input.name,
        source.license,
        source.api_in_words(input)
    );
    let change = Change::new("profile", summary, record);
    // Object permissions are below the permission set that comes with each profile
    // (docs/salesforce/profiles.md#hidden-permission-set).
    let set = Probe::Records(
        Lookup::of("PermissionSet")
            .whose("ProfileId", change.id())
            .whose("IsOwnedByProfile", true),
    );
    let wait = Wait::until(
        "The profile has its permission set",
        set.clone(),
        Finding::Present,
    );
    change
        .wait(wait.every_ms(1_000, SET_MS_MAX))
        .bind("set", Source::found(set, "Id"))
}

fn object(row: &Record, set: &Scalar, input: &Input) -> Result<Change, Failure> {
    let object = row.text("SobjectType")?;
    let mut record = CreateRecord::of("ObjectPermissions")
        .set("ParentId", set.clone())
        .set("SobjectType", object);
    let mut rights = vec![];
    for right in RIGHTS {
        let allowed = row.truth(right)?;
        record = record.set(right, allowed);
        if allowed {
            rights.push(match right {
                "PermissionsRead" => "read",
                "PermissionsCreate" => "create",
                "PermissionsEdit" => "edit",
                _ => "delete",
            });
        }
    }
    let summary = format!(
        "Let users of the profile `{}` {} `{object}`",
        input.name,
        rights.join(", ")
    );
    let record = record.unique(["ParentId", "SobjectType"]);
    Ok(Change::new(format!("object/{object}"), summary, record))
}

/// Says what such a clone lacks.
fn partial(input: &Input, source: &Profile, unread: Option<&Unread>) -> Diagnostic {
    let because = match unread {
        Some(Unread { why }) => format!(
            "The profile `{}` cannot be read as a whole ({why}), so the clone is made as a record",
            source.name
        ),
        None => "The clone is made as a record".to_owned(),
    };
    let summary = format!(
        "{because}: it gets the object permissions of the source without *View All* and *Modify All*, but none of its field permissions, tabs, apps, layouts, record types and other user permissions"
    );
    Diagnostic::warning("cloned-in-part", "/way", summary)
        .remedy(format!("Give `{}` what its users need besides in Setup > Profiles, or by permission sets; or set {{with.source}} to a smaller profile", input.name))
        .rule("docs/salesforce/profiles.md#profile-records")
}
