//! The things that appear with Digital Experiences and with partner users: objects without records, and fields that are
//! empty in every existing record.

use usher_sdk::{
    Certainty, Consequence, Effect, Failure, Lookup, OpenedField, Opening, Org, Scalar, StepPlan,
};

use crate::OPENING_MS_MAX;

/// Licenses that make an org a partner's org (Object Reference, UserLicense).
const PARTNER_LICENSES: [&str; 4] = [
    "PID_Partner_Community",
    "PID_Partner_Community_Login",
    "PID_STRATEGIC_PRM",
    "POWER_PRM",
];

const IS_PARTNER: (&str, &str) = ("Account", "IsPartner");

/// Fields that an org without sites does not have [inferred, but for those of `Account`, which the Object
/// Reference names].
const FIELDS: [(&str, &str); 5] = [
    ("Account", "IsCustomerPortal"),
    ("User", "AccountId"),
    ("User", "ContactId"),
    ("User", "IsPortalEnabled"),
    ("User", "PortalRole"),
];

/// Adds the effects of `networks` and `partner-users`.
pub(crate) fn announce(on: bool, org: &dyn Org, plan: &mut StepPlan) -> Result<(), Failure> {
    if !plan.has("networks") && !plan.has("partner-users") {
        return Ok(());
    }
    let account = org.describe_object("Account", &["IsCustomerPortal", "IsPartner"])?;
    let partners_come = !account.contains_key("IsPartner");
    if !on {
        let names = ["AccountId", "ContactId", "IsPortalEnabled", "PortalRole"];
        let user = org.describe_object("User", &names)?;
        let missing = |object: &str, field: &str| match object {
            "Account" => !account.contains_key(field),
            _ => !user.contains_key(field),
        };
        let mut fields: Vec<(&str, &str)> = FIELDS
            .into_iter()
            .filter(|(object, field)| missing(object, field))
            .collect();
        if partners_come && has_partner_license(org)? {
            fields.push(IS_PARTNER);
        }
        let objects = ["Network", "NetworkMember", "NetworkMemberGroup"];
        let summary = "Sites come to be, and the fields of external users and their accounts";
        plan.effect(opens("objects", summary, "networks", &objects, &fields));
    }
    if plan.has("partner-users") && partners_come && !announced(plan) {
        let summary = "Accounts can be partner accounts";
        plan.effect(opens(
            "partner-accounts",
            summary,
            "partner-users",
            &[],
            &[IS_PARTNER],
        ));
    }
    Ok(())
}

fn opens(
    address: &str,
    summary: &str,
    cause: &str,
    objects: &[&str],
    fields: &[(&str, &str)],
) -> Effect {
    let initial = |field: &str| match field.starts_with("Is") {
        true => Scalar::Truth(false),
        false => Scalar::Nothing,
    };
    let fields = fields.iter().map(|(object, field)| OpenedField {
        object: (*object).to_owned(),
        field: (*field).to_owned(),
        initial: initial(field),
    });
    let opening = Opening {
        objects: objects.iter().map(|&object| object.to_owned()).collect(),
        fields: fields.collect(),
    };
    Effect::new(address, summary, Certainty::Certain, opening)
        .because_of(cause)
        .within_ms(OPENING_MS_MAX)
}

fn announced(plan: &StepPlan) -> bool {
    plan.effects.iter().any(|effect| match &effect.consequence {
        Consequence::Opens(opening) => opening
            .fields
            .iter()
            .any(|field| field.field == IS_PARTNER.1),
        _ => false,
    })
}

/// "If digital experiences is on and the org has partner licenses" (Object Reference, Account, IsPartner).
fn has_partner_license(org: &dyn Org) -> Result<bool, Failure> {
    let licenses = Lookup::of("UserLicense")
        .read(["Status", "TotalLicenses"])
        .whose_any("LicenseDefinitionKey", PARTNER_LICENSES);
    for license in org.find(&licenses)? {
        // A negative total means that there is no limit.
        if license.text("Status")? == "Active" && license.integer("TotalLicenses")? != Some(0) {
            return Ok(true);
        }
    }
    Ok(false)
}
