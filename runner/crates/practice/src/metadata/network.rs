//! `Network` (docs/salesforce/metadata.md#networks): the record of a site, its member groups, and parts that no record
//! holds. Sites are made by Connect; a deployment changes one that is there.

mod shape;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use usher_core::component::{parts, texts};

use crate::components::{self, Content};
use crate::full_name;
use crate::hand::Hand;
use crate::metadata::record::{self, Fields};
use crate::metadata::{Listed, Written, permission_set, profile, site};
use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text};
use crate::save;
use crate::schema::{Object, Shown, object};
use crate::tenant::Tenant;

pub(super) use shape::NETWORK;

const KIND: &str = "Network";

const FIELDS: Fields = &[
    ("allowInternalUserLogin", "OptionsAllowInternalUserLogin"),
    ("allowMembersToFlag", "OptionsAllowMembersToFlag"),
    ("allowedExtensions", "AllowedExtensions"),
    ("description", "Description"),
    ("emailFooterText", "EmailFooterText"),
    ("emailSenderName", "EmailSenderName"),
    ("enableDirectMessages", "OptionsDirectMessagesEnabled"),
    ("enableGuestChatter", "OptionsGuestChatterEnabled"),
    ("enableGuestFileAccess", "OptionsGuestFileAccessEnabled"),
    (
        "enableGuestMemberVisibility",
        "OptionsGuestMemberVisibility",
    ),
    ("enableInvitation", "OptionsInvitationsEnabled"),
    ("enableKnowledgeable", "OptionsKnowledgeableEnabled"),
    ("enableMemberVisibility", "OptionsMemberVisibility"),
    ("enableNicknameDisplay", "OptionsNicknameDisplayEnabled"),
    ("enablePrivateMessages", "OptionsPrivateMessagesEnabled"),
    ("enableReputation", "OptionsReputationEnabled"),
    (
        "enableShowAllNetworkSettings",
        "OptionsShowAllNetworkSettings",
    ),
    ("enableSiteAsContainer", "OptionsSiteAsContainerEnabled"),
    ("maxFileSizeKb", "MaxFileSizeKb"),
    ("newSenderAddress", "NewSenderAddress"),
    ("selfRegistration", "OptionsSelfRegistrationEnabled"),
    ("sendWelcomeEmail", "OptionsSendWelcomeEmail"),
    ("status", "Status"),
    ("urlPathPrefix", "UrlPathPrefix"),
];

/// The templates of a new site (docs/salesforce/metadata.md#networks).
const TEMPLATES: [(&str, &str); 3] = [
    (
        "changePasswordTemplate",
        "unfiled$public/CommunityChangePasswordEmailTemplate",
    ),
    (
        "forgotPasswordTemplate",
        "unfiled$public/CommunityForgotPasswordEmailTemplate",
    ),
    (
        "welcomeTemplate",
        "unfiled$public/CommunityWelcomeEmailTemplate",
    ),
];

pub(super) fn list(org: &Tenant<'_>) -> Outcome<Vec<Listed>> {
    if !org.shows(Shown::Experiences)? {
        return Ok(Vec::new());
    }
    let rows = org.rows(networks(), &[])?;
    let listed = rows
        .iter()
        .map(|row| record::listed(text(row, "Name").to_owned(), row));
    Ok(listed.collect())
}

pub(super) fn read(org: &Tenant<'_>, full_name: &str) -> Outcome<Option<Content>> {
    let Some(row) = row_of(org, full_name)? else {
        return Ok(None);
    };
    let mut content = Content::new();
    for (element, name) in TEMPLATES {
        content.insert(element.to_owned(), json!([name]));
    }
    content.insert(
        "tabs".to_owned(),
        json!([{ "defaultTab": ["home"], "standardTab": ["Chatter"] }]),
    );
    content.extend(components::get(org, KIND, full_name)?.unwrap_or_default());
    content.extend(record::content(&row, FIELDS));
    content.extend(record::content(
        &row,
        &[("emailSenderAddress", "EmailSenderAddress")],
    ));
    let mut one = |element: &str, text: &str| {
        content.insert(element.to_owned(), json!([text]));
    };
    one("site", &site::name_of(full_name));
    let profiles = object("Profile").expect("the schema has it");
    if let Some(profile) = org.row(profiles, text(&row, "SelfRegProfileId"))? {
        one("selfRegProfile", full_name::of(&profile));
    }
    let members = members(org, text(&row, "Id"))?;
    if !members.is_empty() {
        content.insert("networkMemberGroups".to_owned(), json!([members]));
    }
    Ok(Some(content))
}

/// An element that is not sent leaves what is there, and member groups that are not sent stay \[inferred, both\]: no
/// document says whether a deployment replaces them.
pub(super) fn write(
    org: &Tenant<'_>,
    full_name: &str,
    content: &Content,
    _: u32,
) -> Outcome<Written> {
    if !org.shows(Shown::Experiences)? {
        // docs/salesforce/metadata.md#names-that-lead-nowhere. [inferred] The code.
        let message = "Not available for deploy for this organization";
        return Err(Refusal::save("FUNCTIONALITY_NOT_ENABLED", message, &[]));
    }
    let Some(row) = row_of(org, full_name)? else {
        // Not the platform's words: it makes the site of a network and a custom site.
        let message = format!(
            "the practice org makes sites by Connect and not by metadata: there is no site `{full_name}`"
        );
        return Err(Refusal::save("INVALID_CROSS_REFERENCE_KEY", message, &[]));
    };
    for element in [
        "changePasswordTemplate",
        "emailSenderAddress",
        "emailSenderName",
        "forgotPasswordTemplate",
        "site",
        "status",
        "welcomeTemplate",
    ] {
        record::complete(content, element)?;
    }
    let site = texts(content, "site").next().unwrap_or_default();
    if site != site::name_of(full_name) {
        return Err(record::no_such("site", "CustomSite", site));
    }
    let before = read(org, full_name)?;
    let id = text(&row, "Id");
    for sent in parts(content, "networkMemberGroups") {
        add_members(org, id, sent)?;
    }
    let mut fields = record::wanted(content, FIELDS);
    if let Some(name) = texts(content, "selfRegProfile").next() {
        let profile = profile::row_of(org, name)?;
        let profile = profile.ok_or_else(|| record::no_such("selfRegProfile", "Profile", name))?;
        fields.insert(
            "SelfRegProfileId".to_owned(),
            Value::from(text(&profile, "Id")),
        );
    }
    let id = record::save(org, networks(), Some(&row), &fields)?;
    let of_records = |element: &str| {
        FIELDS.iter().any(|(known, _)| *known == element)
            || matches!(
                element,
                "emailSenderAddress" | "networkMemberGroups" | "selfRegProfile" | "site"
            )
    };
    let beside: Vec<&str> = content
        .keys()
        .map(String::as_str)
        .filter(|element| !of_records(element))
        .collect();
    record::keep(org, KIND, full_name, content, &beside)?;
    Ok(Written {
        id,
        created: false,
        changed: before != read(org, full_name)?,
    })
}

/// Sites are never deleted (docs/salesforce/sites.md#network-records). \[inferred\] The text.
pub(super) fn remove(org: &Tenant<'_>, full_name: &str) -> Outcome<bool> {
    match row_of(org, full_name)? {
        None => Ok(false),
        Some(_) => {
            let message = "A site can't be deleted";
            Err(Refusal::save("DELETE_FAILED", message, &[]))
        }
    }
}

pub(super) fn row_of(org: &Tenant<'_>, full_name: &str) -> Outcome<Option<Row>> {
    if !org.shows(Shown::Experiences)? {
        return Ok(None);
    }
    Ok(org
        .rows(networks(), &[("Name", Value::from(full_name))])?
        .pop())
}

/// The full names of the profiles and permission sets whose users are members.
fn members(org: &Tenant<'_>, network_id: &str) -> Outcome<Map<String, Value>> {
    let profiles = object("Profile").expect("the schema has it");
    let sets = object("PermissionSet").expect("the schema has it");
    let (mut named_profiles, mut named_sets) = (BTreeSet::new(), BTreeSet::new());
    let of_site = [("NetworkId", Value::from(network_id))];
    for row in org.rows(member_groups(), &of_site)? {
        let parent = text(&row, "ParentId");
        if let Some(profile) = org.row(profiles, parent)? {
            named_profiles.insert(full_name::of(&profile).to_owned());
        } else if let Some(set) = org.row(sets, parent)? {
            named_sets.insert(permission_set::full_name(&set));
        }
    }
    let mut members = Map::new();
    for (element, names) in [("permissionSet", named_sets), ("profile", named_profiles)] {
        if !names.is_empty() {
            members.insert(element.to_owned(), json!(names));
        }
    }
    Ok(members)
}

fn add_members(org: &Tenant<'_>, network_id: &str, sent: &Content) -> Outcome<()> {
    let mut wanted = Vec::new();
    for name in texts(sent, "profile") {
        let row = profile::row_of(org, name)?;
        wanted.push(row.ok_or_else(|| record::no_such("networkMemberGroups", "Profile", name))?);
    }
    for name in texts(sent, "permissionSet") {
        let row = permission_set::row_of(org, name)?;
        let missing = || record::no_such("networkMemberGroups", "PermissionSet", name);
        wanted.push(row.ok_or_else(missing)?);
    }
    for row in wanted {
        let fields = [
            ("NetworkId", Value::from(network_id)),
            ("ParentId", Value::from(text(&row, "Id"))),
        ];
        if org.count(member_groups(), &fields)? == 0 {
            let fields = fields
                .into_iter()
                .map(|(field, value)| (field.to_owned(), value));
            save::create(org, member_groups(), &fields.collect(), Hand::Client)?;
        }
    }
    Ok(())
}

fn networks() -> &'static Object {
    object(KIND).expect("the schema has it")
}

fn member_groups() -> &'static Object {
    object("NetworkMemberGroup").expect("the schema has it")
}
