//! The elements of `CustomField` (docs/salesforce/metadata.md#fields).

use crate::metadata::shape::{Elements, Shape};

pub(crate) const FIELD: Elements = match FIELD_NAMED.split_first() {
    Some((_, rest)) => rest,
    None => FIELD_NAMED,
};

// The name comes first: `FIELD` leaves it out.
pub(crate) const FIELD_NAMED: Elements = &[
    ("fullName", Shape::Text),
    ("businessOwnerGroup", Shape::Text),
    ("businessOwnerUser", Shape::Text),
    ("businessStatus", Shape::Text),
    ("caseSensitive", Shape::Truth),
    ("complianceGroup", Shape::Text),
    ("defaultValue", Shape::Text),
    ("deleteConstraint", Shape::Text),
    ("description", Shape::Text),
    ("displayFormat", Shape::Text),
    ("encryptionScheme", Shape::Text),
    ("escapeMarkup", Shape::Truth),
    ("externalId", Shape::Truth),
    ("formula", Shape::Text),
    ("formulaTreatBlanksAs", Shape::Text),
    ("inlineHelpText", Shape::Text),
    ("isConvertLeadDisabled", Shape::Truth),
    ("isFilteringDisabled", Shape::Truth),
    ("isSortingDisabled", Shape::Truth),
    ("label", Shape::Text),
    ("length", Shape::Text),
    ("lookupFilter", Shape::Anything),
    ("maskChar", Shape::Text),
    ("maskType", Shape::Text),
    ("precision", Shape::Text),
    ("referenceTo", Shape::Text),
    ("relationshipLabel", Shape::Text),
    ("relationshipName", Shape::Text),
    ("relationshipOrder", Shape::Text),
    ("reparentableMasterDetail", Shape::Truth),
    ("required", Shape::Truth),
    ("scale", Shape::Text),
    ("securityClassification", Shape::Text),
    ("startingNumber", Shape::Text),
    ("summarizedField", Shape::Text),
    ("summaryFilterItems", Shape::Anything),
    ("summaryForeignKey", Shape::Text),
    ("summaryOperation", Shape::Text),
    ("trackFeedHistory", Shape::Truth),
    ("trackHistory", Shape::Truth),
    ("trackTrending", Shape::Truth),
    ("type", Shape::Text),
    ("unique", Shape::Truth),
    ("valueSet", Shape::Parts("ValueSet", VALUE_SET)),
    ("visibleLines", Shape::Text),
    ("writeRequiresMasterRead", Shape::Truth),
];

const VALUE_SET: Elements = &[
    ("controllingField", Shape::Text),
    ("restricted", Shape::Truth),
    (
        "valueSetDefinition",
        Shape::Parts("ValueSetValuesDefinition", VALUES),
    ),
    ("valueSetName", Shape::Text),
    ("valueSettings", Shape::Anything),
];

const VALUES: Elements = &[
    ("sorted", Shape::Truth),
    ("value", Shape::Parts("CustomValue", VALUE)),
];

const VALUE: Elements = &[
    ("fullName", Shape::Text),
    ("color", Shape::Text),
    ("default", Shape::Truth),
    ("description", Shape::Text),
    ("isActive", Shape::Truth),
    ("label", Shape::Text),
];
