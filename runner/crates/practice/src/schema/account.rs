//! `Account` and `Contact` (docs/salesforce/accounts.md).

use crate::schema::picklist::{ACCOUNT_TYPES, INDUSTRIES, RATINGS, SALUTATIONS};
use crate::schema::{ALL, Area, Field, FieldKind, Object, Preset, Shown};

pub(crate) static ACCOUNT: Object = Object {
    name: "Account",
    label: "Account",
    plural: "Accounts",
    prefix: "001",
    own: ACCOUNT_FIELDS,
    verbs: ALL,
    area: Area::Data,
    shown: Shown::Always,
};

pub(crate) static CONTACT: Object = Object {
    name: "Contact",
    label: "Contact",
    plural: "Contacts",
    prefix: "003",
    own: CONTACT_FIELDS,
    verbs: ALL,
    area: Area::Data,
    shown: Shown::Always,
};

const PERSON: &str = "TRIM(IFNULL({t}.\"FirstName\" || ' ', '') || IFNULL({t}.\"LastName\", ''))";

static ACCOUNT_FIELDS: &[Field] = &[
    // A person account has no name of its own: the rule writes the person's.
    Field::text("Name", "Account Name", 255)
        .required()
        .preset(Preset::Rule),
    Field::reference(
        "RecordTypeId",
        "Record Type ID",
        &["RecordType"],
        "RecordType",
        "",
    )
    .shown(Shown::RecordTypes("Account")),
    Field::suggestion("Type", "Account Type", ACCOUNT_TYPES),
    Field::reference(
        "ParentId",
        "Parent Account ID",
        &["Account"],
        "Parent",
        "ChildAccounts",
    ),
    Field::new("BillingStreet", "Billing Street", FieldKind::LongText(255)),
    Field::text("BillingCity", "Billing City", 40),
    Field::text("BillingState", "Billing State/Province", 80),
    Field::text("BillingPostalCode", "Billing Zip/Postal Code", 20),
    Field::text("BillingCountry", "Billing Country", 80),
    Field::new("Phone", "Account Phone", FieldKind::Phone(40)),
    Field::new("Fax", "Account Fax", FieldKind::Phone(40)),
    Field::text("AccountNumber", "Account Number", 40),
    Field::text("Site", "Account Site", 80),
    Field::new("Website", "Website", FieldKind::Url(255)),
    Field::suggestion("Industry", "Industry", INDUSTRIES),
    Field::suggestion("Rating", "Account Rating", RATINGS),
    Field::new("AnnualRevenue", "Annual Revenue", FieldKind::Double),
    Field::new("NumberOfEmployees", "Employees", FieldKind::Integer),
    Field::new(
        "Description",
        "Account Description",
        FieldKind::LongText(32_000),
    ),
    Field::reference("OwnerId", "Owner ID", &["User"], "Owner", "")
        .required()
        .preset(Preset::Rule),
    // Defaulted on create and not createable: set by an update (docs/salesforce/accounts.md#partner-accounts).
    Field::truth("IsPartner", "Partner Account")
        .update_only()
        .shown(Shown::Partners),
    Field::truth("IsCustomerPortal", "Customer Portal Account")
        .update_only()
        .shown(Shown::Experiences),
    Field::truth("IsPersonAccount", "Is Person Account")
        .read_only()
        .shown(Shown::Persons),
    Field::text("FirstName", "First Name", 40).shown(Shown::Persons),
    Field::text("LastName", "Last Name", 80).shown(Shown::Persons),
    Field::reference(
        "PersonContactId",
        "Contact ID",
        &["Contact"],
        "PersonContact",
        "",
    )
    .read_only()
    .shown(Shown::Persons),
    Field::new("PersonEmail", "Email", FieldKind::Email(80)).shown(Shown::Persons),
    Field::truth("IsDeleted", "Deleted").read_only(),
];

static CONTACT_FIELDS: &[Field] = &[
    Field::reference(
        "AccountId",
        "Account ID",
        &["Account"],
        "Account",
        "Contacts",
    ),
    Field::text("LastName", "Last Name", 80).required(),
    Field::reference(
        "RecordTypeId",
        "Record Type ID",
        &["RecordType"],
        "RecordType",
        "",
    )
    .shown(Shown::RecordTypes("Contact")),
    Field::text("FirstName", "First Name", 40),
    Field::suggestion("Salutation", "Salutation", SALUTATIONS),
    Field::text("Name", "Full Name", 121)
        .required()
        .computed(PERSON),
    Field::new("MailingStreet", "Mailing Street", FieldKind::LongText(255)),
    Field::text("MailingCity", "Mailing City", 40),
    Field::text("MailingState", "Mailing State/Province", 80),
    Field::text("MailingPostalCode", "Mailing Zip/Postal Code", 20),
    Field::text("MailingCountry", "Mailing Country", 80),
    Field::new("Phone", "Business Phone", FieldKind::Phone(40)),
    Field::new("MobilePhone", "Mobile Phone", FieldKind::Phone(40)),
    Field::new("Email", "Email", FieldKind::Email(80)).id_lookup(),
    Field::text("Title", "Title", 128),
    Field::text("Department", "Department", 80),
    Field::new("Birthdate", "Birthdate", FieldKind::Date),
    Field::new(
        "Description",
        "Contact Description",
        FieldKind::LongText(32_000),
    ),
    Field::reference(
        "ReportsToId",
        "Reports To ID",
        &["Contact"],
        "ReportsTo",
        "",
    ),
    Field::reference("OwnerId", "Owner ID", &["User"], "Owner", "")
        .required()
        .preset(Preset::Rule),
    Field::truth("IsPersonAccount", "Is Person Account")
        .read_only()
        .shown(Shown::Persons),
    Field::truth("IsDeleted", "Deleted").read_only(),
];
