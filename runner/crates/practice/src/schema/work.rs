//! `Case`, `Lead` and `Opportunity`: records that partners and customers are to see, with the fields that matter for
//! it. Lengths and required fields are general knowledge of the platform \[inferred\]
//! (docs/salesforce/accounts.md#work-records).

use crate::schema::picklist::{
    CASE_STATES, INDUSTRIES, LEAD_SOURCES, LEAD_STATES, PRIORITIES, RATINGS, STAGES,
};
use crate::schema::{ALL, Area, Field, FieldKind, Object, Preset, Shown};

pub(crate) static CASE: Object = Object {
    name: "Case",
    label: "Case",
    plural: "Cases",
    prefix: "500",
    own: CASE_FIELDS,
    verbs: ALL,
    area: Area::Data,
    shown: Shown::Always,
};

pub(crate) static LEAD: Object = Object {
    name: "Lead",
    label: "Lead",
    plural: "Leads",
    prefix: "00Q",
    own: LEAD_FIELDS,
    verbs: ALL,
    area: Area::Data,
    shown: Shown::Always,
};

pub(crate) static OPPORTUNITY: Object = Object {
    name: "Opportunity",
    label: "Opportunity",
    plural: "Opportunities",
    prefix: "006",
    own: OPPORTUNITY_FIELDS,
    verbs: ALL,
    area: Area::Data,
    shown: Shown::Always,
};

const PERSON: &str = "TRIM(IFNULL({t}.\"FirstName\" || ' ', '') || IFNULL({t}.\"LastName\", ''))";

/// Derived from a partner user who owns the record (docs/salesforce/accounts.md#partner-account-fields).
const PARTNER: &str = "(SELECT u.\"AccountId\" FROM \"User\" u JOIN \"Profile\" p ON p.\"Id\" = u.\"ProfileId\" JOIN \"UserLicense\" l ON l.\"Id\" = p.\"UserLicenseId\" WHERE u.\"Id\" = {t}.\"OwnerId\" AND l.\"PracticeUserType\" = 'PowerPartner')";

const OWNER: Field = Field::reference("OwnerId", "Owner ID", &["User"], "Owner", "")
    .required()
    .preset(Preset::Rule);

/// Cases and leads can be owned by queues, too (docs/salesforce/sharing.md#groups).
const OWNER_OR_QUEUE: Field =
    Field::reference("OwnerId", "Owner ID", &["Group", "User"], "Owner", "")
        .required()
        .preset(Preset::Rule);

const DELETED: Field = Field::truth("IsDeleted", "Deleted").read_only();

const PARTNER_ACCOUNT: Field = Field::reference(
    "PartnerAccountId",
    "Partner Account ID",
    &["Account"],
    "PartnerAccount",
    "",
)
.computed(PARTNER)
.shown(Shown::Partners);

static CASE_FIELDS: &[Field] = &[
    Field::text("CaseNumber", "Case Number", 30)
        .read_only()
        .preset(Preset::Rule),
    Field::reference("ContactId", "Contact ID", &["Contact"], "Contact", "Cases"),
    Field::reference("AccountId", "Account ID", &["Account"], "Account", "Cases"),
    Field::text("Subject", "Subject", 255),
    Field::new("Description", "Description", FieldKind::LongText(32_000)),
    Field::suggestion("Status", "Status", CASE_STATES).preset(Preset::Text("New")),
    Field::suggestion("Priority", "Priority", PRIORITIES).preset(Preset::Text("Medium")),
    OWNER_OR_QUEUE,
    DELETED,
];

static LEAD_FIELDS: &[Field] = &[
    Field::text("LastName", "Last Name", 80).required(),
    Field::text("FirstName", "First Name", 40),
    Field::text("Name", "Full Name", 121)
        .required()
        .computed(PERSON),
    Field::text("Company", "Company", 255).required(),
    Field::new("Email", "Email", FieldKind::Email(80)).id_lookup(),
    Field::suggestion("Status", "Status", LEAD_STATES)
        .required()
        .preset(Preset::Text("Open - Not Contacted")),
    // Fields by which rules share leads.
    Field::suggestion("LeadSource", "Lead Source", LEAD_SOURCES),
    Field::suggestion("Industry", "Industry", INDUSTRIES),
    Field::suggestion("Rating", "Rating", RATINGS),
    Field::text("Title", "Title", 128),
    Field::new("Phone", "Phone", FieldKind::Phone(40)),
    Field::text("Country", "Country", 80),
    OWNER_OR_QUEUE,
    PARTNER_ACCOUNT,
    DELETED,
];

static OPPORTUNITY_FIELDS: &[Field] = &[
    Field::text("Name", "Name", 120).required(),
    Field::reference(
        "AccountId",
        "Account ID",
        &["Account"],
        "Account",
        "Opportunities",
    ),
    Field::suggestion("StageName", "Stage", STAGES).required(),
    Field::new("CloseDate", "Close Date", FieldKind::Date).required(),
    Field::new("Amount", "Amount", FieldKind::Double),
    OWNER,
    PARTNER_ACCOUNT,
    DELETED,
];
