//! Shares: users who see a record beside its owner (docs/salesforce/sharing.md#shares). The platform keeps one row for
//! the owner and one for each way of sharing; a client writes manual ones.

use crate::schema::picklist::{CHILD_LEVELS, LEVELS, ROW_CAUSES};
use crate::schema::{ALL, Area, Field, Object, Preset, Shown};

pub(crate) static ACCOUNT_SHARE: Object = Object {
    name: "AccountShare",
    label: "Account Share",
    plural: "Account Share",
    prefix: "00r",
    own: ACCOUNT_FIELDS,
    verbs: ALL,
    area: Area::Data,
    shown: Shown::Always,
};

// The prefixes below are general knowledge [inferred].

pub(crate) static CASE_SHARE: Object = Object {
    name: "CaseShare",
    label: "Case Share",
    plural: "Case Share",
    prefix: "01n",
    own: CASE_FIELDS,
    verbs: ALL,
    area: Area::Data,
    shown: Shown::Always,
};

pub(crate) static CONTACT_SHARE: Object = Object {
    name: "ContactShare",
    label: "Contact Share",
    plural: "Contact Share",
    prefix: "03s",
    own: CONTACT_FIELDS,
    verbs: ALL,
    area: Area::Data,
    shown: Shown::Always,
};

pub(crate) static LEAD_SHARE: Object = Object {
    name: "LeadShare",
    label: "Lead Share",
    plural: "Lead Share",
    prefix: "01o",
    own: LEAD_FIELDS,
    verbs: ALL,
    area: Area::Data,
    shown: Shown::Always,
};

pub(crate) static OPPORTUNITY_SHARE: Object = Object {
    name: "OpportunityShare",
    label: "Opportunity Share",
    plural: "Opportunity Share",
    prefix: "00t",
    own: OPPORTUNITY_FIELDS,
    verbs: ALL,
    area: Area::Data,
    shown: Shown::Always,
};

/// Users only: groups, which stand for roles as well, are not in the practice org.
const GRANTEE: Field = Field::reference(
    "UserOrGroupId",
    "User/Group ID",
    &["User"],
    "UserOrGroup",
    "",
)
.required()
.create_only();

const CAUSE: Field = Field::pick("RowCause", "Row Cause", ROW_CAUSES)
    .create_only()
    .preset(Preset::Text("Manual"));

static ACCOUNT_FIELDS: &[Field] = &[
    Field::reference("AccountId", "Account ID", &["Account"], "Account", "Shares")
        .required()
        .create_only(),
    GRANTEE,
    Field::pick("AccountAccessLevel", "Account Access", LEVELS).required(),
    // Required beside the account's, the other two not [inferred].
    Field::pick("OpportunityAccessLevel", "Opportunity Access", CHILD_LEVELS).required(),
    Field::pick("CaseAccessLevel", "Case Access", CHILD_LEVELS).preset(Preset::Text("None")),
    Field::pick("ContactAccessLevel", "Contact Access", CHILD_LEVELS).preset(Preset::Text("None")),
    CAUSE,
];

static CASE_FIELDS: &[Field] = &[
    Field::reference("CaseId", "Case ID", &["Case"], "Case", "Shares")
        .required()
        .create_only(),
    GRANTEE,
    Field::pick("CaseAccessLevel", "Case Access", LEVELS).required(),
    CAUSE,
];

static CONTACT_FIELDS: &[Field] = &[
    Field::reference("ContactId", "Contact ID", &["Contact"], "Contact", "Shares")
        .required()
        .create_only(),
    GRANTEE,
    Field::pick("ContactAccessLevel", "Contact Access", LEVELS).required(),
    CAUSE,
];

static LEAD_FIELDS: &[Field] = &[
    Field::reference("LeadId", "Lead ID", &["Lead"], "Lead", "Shares")
        .required()
        .create_only(),
    GRANTEE,
    Field::pick("LeadAccessLevel", "Lead Access", LEVELS).required(),
    CAUSE,
];

static OPPORTUNITY_FIELDS: &[Field] = &[
    Field::reference(
        "OpportunityId",
        "Opportunity ID",
        &["Opportunity"],
        "Opportunity",
        "Shares",
    )
    .required()
    .create_only(),
    GRANTEE,
    Field::pick("OpportunityAccessLevel", "Opportunity Access", LEVELS).required(),
    CAUSE,
];
