//! `Organization`: one row, told by the base fixture.

use crate::schema::picklist::{LANGUAGES, LOCALES, TIME_ZONES};
use crate::schema::{Area, Field, FieldKind, ORGANIZATION_PREFIX, Object, Preset, Shown, Verb};

pub(crate) static ORGANIZATION: Object = Object {
    name: "Organization",
    label: "Organization",
    plural: "Organizations",
    prefix: ORGANIZATION_PREFIX,
    own: FIELDS,
    verbs: &[Verb::Update],
    area: Area::Setup,
    shown: Shown::Always,
};

static FIELDS: &[Field] = &[
    Field::text("Name", "Name", 80).required().update_only(),
    Field::new("Street", "Street", FieldKind::LongText(255)).update_only(),
    Field::text("City", "City", 40).update_only(),
    Field::text("State", "State/Province", 80).update_only(),
    Field::text("PostalCode", "Zip/Postal Code", 20).update_only(),
    Field::text("Country", "Country", 80).update_only(),
    Field::new("Phone", "Phone", FieldKind::Phone(40)).update_only(),
    Field::pick("DefaultLocaleSidKey", "Locale", LOCALES)
        .required()
        .update_only(),
    Field::pick("TimeZoneSidKey", "Time Zone", TIME_ZONES).update_only(),
    Field::pick("LanguageLocaleKey", "Language", LANGUAGES)
        .required()
        .update_only(),
    // The fiscal year (docs/salesforce/queries.md#fiscal-years).
    Field::new(
        "FiscalYearStartMonth",
        "Fiscal Year Starts In",
        FieldKind::Integer,
    )
    .preset(Preset::Number(1))
    .update_only(),
    Field::truth("UsesStartDateAsFiscalYearName", "Fiscal Year Name by Start").update_only(),
    Field::text("OrganizationType", "Edition", 40).read_only(),
    Field::text("InstanceName", "Instance Name", 16).read_only(),
    Field::truth("IsSandbox", "Is Sandbox").read_only(),
    Field::new(
        "TrialExpirationDate",
        "Trial Expiration Date",
        FieldKind::DateTime,
    )
    .read_only(),
    Field::text("NamespacePrefix", "Namespace Prefix", 15).read_only(),
];
