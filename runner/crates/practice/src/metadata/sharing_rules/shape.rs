//! The elements of `SharingRules` and of the rules in it (docs/salesforce/sharing.md#sharing-rules).

use crate::metadata::shape::{Elements, Shape};

pub(crate) const RULES: Elements = &[
    (
        "sharingCriteriaRules",
        Shape::Parts("SharingCriteriaRule", CRITERIA_RULE_NAMED),
    ),
    ("sharingGuestRules", Shape::Anything),
    (
        "sharingOwnerRules",
        Shape::Parts("SharingOwnerRule", OWNER_RULE_NAMED),
    ),
    ("sharingTerritoryRules", Shape::Anything),
];

/// A rule as a component of its own: without its name.
pub(crate) const CRITERIA_RULE: Elements = without_name(CRITERIA_RULE_NAMED);

pub(crate) const OWNER_RULE: Elements = without_name(OWNER_RULE_NAMED);

// The name comes first: `without_name` leaves it out.
const CRITERIA_RULE_NAMED: Elements = &[
    ("fullName", Shape::Text),
    ("accessLevel", Shape::Text),
    (
        "accountSettings",
        Shape::Parts("AccountSharingRuleSettings", ACCOUNT_SETTINGS),
    ),
    ("booleanFilter", Shape::Text),
    ("criteriaItems", Shape::Parts("FilterItem", FILTER_ITEM)),
    ("description", Shape::Text),
    ("includeRecordsOwnedByAll", Shape::Truth),
    ("label", Shape::Text),
    ("sharedTo", Shape::Parts("SharedTo", SHARED_TO)),
];

const OWNER_RULE_NAMED: Elements = &[
    ("fullName", Shape::Text),
    ("accessLevel", Shape::Text),
    (
        "accountSettings",
        Shape::Parts("AccountSharingRuleSettings", ACCOUNT_SETTINGS),
    ),
    ("description", Shape::Text),
    ("label", Shape::Text),
    ("sharedFrom", Shape::Parts("SharedTo", SHARED_TO)),
    ("sharedTo", Shape::Parts("SharedTo", SHARED_TO)),
];

const ACCOUNT_SETTINGS: Elements = &[
    ("caseAccessLevel", Shape::Text),
    ("contactAccessLevel", Shape::Text),
    ("opportunityAccessLevel", Shape::Text),
];

const FILTER_ITEM: Elements = &[
    ("field", Shape::Text),
    ("operation", Shape::Text),
    ("value", Shape::Text),
    ("valueField", Shape::Text),
];

const SHARED_TO: Elements = &[
    ("allCustomerPortalUsers", Shape::Text),
    ("allInternalUsers", Shape::Text),
    ("allPartnerUsers", Shape::Text),
    ("channelProgramGroup", Shape::Texts),
    ("channelProgramGroups", Shape::Texts),
    ("group", Shape::Texts),
    ("groups", Shape::Texts),
    ("guestUser", Shape::Texts),
    ("managerSubordinates", Shape::Texts),
    ("managers", Shape::Texts),
    ("portalRole", Shape::Texts),
    ("portalRoleAndSubordinates", Shape::Texts),
    ("queue", Shape::Texts),
    ("role", Shape::Texts),
    ("roleAndSubordinates", Shape::Texts),
    ("roleAndSubordinatesInternal", Shape::Texts),
    ("roles", Shape::Texts),
    ("rolesAndSubordinates", Shape::Texts),
    ("territories", Shape::Texts),
    ("territoriesAndSubordinates", Shape::Texts),
    ("territory", Shape::Texts),
    ("territoryAndSubordinates", Shape::Texts),
];

const fn without_name(elements: Elements) -> Elements {
    match elements.split_first() {
        Some((_, rest)) => rest,
        None => elements,
    }
}
