//! Sharing rules.

use expect_test::expect;
use serde_json::{Value as Json, json};

use super::{ORG, check, check_in};

const ACME: &str = "001D00000000001IAA";

fn rules(rules: Json) -> Json {
    json!({ "rules": rules })
}

/// Leads of a source, for all partners.
fn leads(name: &str, source: &str, access: &str) -> Json {
    json!({
        "name": name,
        "object": "Lead",
        "where": [{ "field": "LeadSource", "is": source }],
        "with": { "all_partners": true },
        "access": access,
    })
}

#[test]
fn leads_are_shared_with_partners_by_their_values() {
    let made = expect![[r#"
        ~ rule/Lead/Fair_Leads: Make the sharing rule `Fair_Leads`: Edit on each Lead whose `LeadSource` is `Fair`, for all partner users
            deploy SharingCriteriaRule "Lead.Fair_Leads" {"accessLevel":["Edit"],"criteriaItems":[{"field":["LeadSource"],"operation":["equals"],"value":["Fair"]}],"includeRecordsOwnedByAll":["false"],"label":["Fair_Leads"],"sharedTo":[{"allPartnerUsers":[""]}]}
            undo: restore
        > rule/Lead/Fair_Leads/shared: Salesforce calculates in the background who sees more by the rule `Fair_Leads`: Edit on each Lead whose `LeadSource` is `Fair`, for all partner users
            other
            likely, because of @rule/Lead/Fair_Leads
        = {}
    "#]];
    check(rules(json!([leads("Fair_Leads", "Fair", "Edit")])), made);
}

#[test]
fn records_of_owners_are_shared_with_the_roles_of_an_account() {
    let made = expect![[r#"
        ~ rule/Lead/Leads_for_Acme: Make the sharing rule `Leads_for_Acme`: Read on each Lead that users of the role `Geschäftsführung` and of the internal ones below it own, for users of the role `Acme Partner Executive` and of those below it
            deploy SharingOwnerRule "Lead.Leads_for_Acme" {"accessLevel":["Read"],"label":["Leads for Acme"],"sharedFrom":[{"roleAndSubordinatesInternal":["CEO"]}],"sharedTo":[{"portalRoleAndSubordinates":["AcmePartnerExecutive"]}]}
            undo: restore
        > rule/Lead/Leads_for_Acme/shared: Salesforce calculates in the background who sees more by the rule `Leads_for_Acme`: Read on each Lead that users of the role `Geschäftsführung` and of the internal ones below it own, for users of the role `Acme Partner Executive` and of those below it
            other
            likely, because of @rule/Lead/Leads_for_Acme
        = {}
    "#]];
    let of_acme = json!({
        "name": "Leads_for_Acme",
        "label": "Leads for Acme",
        "object": "Lead",
        "owned_by": { "role_and_internal_subordinates": "CEO", "group": "", "all_internal": false },
        "where": [],
        "with": { "partner_roles_of": ACME, "customer_roles_of": "" },
    });
    check(rules(json!([of_acme])), made);
    // The roles come with a user whom an earlier step makes.
    let made = expect![[r#"
        ~ rule/Account/Accounts_for_Beta: Make the sharing rule `Accounts_for_Beta`: Read on each Account that members of the group `Partnerbetreuung` own, for users of the partner roles of the account
            deploy SharingOwnerRule "Account.Accounts_for_Beta" {"accessLevel":["Read"],"accountSettings":[{"caseAccessLevel":["None"],"contactAccessLevel":["None"],"opportunityAccessLevel":["None"]}],"label":["Accounts_for_Beta"],"sharedFrom":[{"group":["Partner_Care"]}],"sharedTo":[{"portalRoleAndSubordinates":[{"$ref":"user:role.DeveloperName"}]}]}
            undo: restore
        > rule/Account/Accounts_for_Beta/shared: Salesforce calculates in the background who sees more by the rule `Accounts_for_Beta`: Read on each Account that members of the group `Partnerbetreuung` own, for users of the partner roles of the account
            other
            likely, because of @rule/Account/Accounts_for_Beta
        = {}
    "#]];
    let of_beta = json!({
        "name": "Accounts_for_Beta",
        "object": "Account",
        "owned_by": { "group": "partnerbetreuung" },
        "with": { "partner_roles_of": { "$ref": "account:record.id", "$object": "Account" } },
    });
    check(rules(json!([of_beta])), made);
}

#[test]
fn a_rule_that_is_there_stays_or_gives_another_access() {
    let stays = expect![[r#"
        = {}
    "#]];
    check(rules(json!([leads("web_leads", "Web", "Read")])), stays);
    let more = expect![[r#"
        ~ rule/Lead/Web_Leads: Let the sharing rule `Web_Leads` give Edit on each Lead
            deploy SharingCriteriaRule "Lead.Web_Leads" {"accessLevel":["Edit"],"criteriaItems":[{"field":["LeadSource"],"operation":["equals"],"value":["Web"]}],"includeRecordsOwnedByAll":["true"],"label":["Web"],"sharedTo":[{"allPartnerUsers":[""]}]}
            undo: restore
        > rule/Lead/Web_Leads/shared: Salesforce calculates in the background who sees more by the rule `Web_Leads`: Edit on each Lead whose `LeadSource` is `Web`, for all partner users
            other
            likely, because of @rule/Lead/Web_Leads
        = {}
    "#]];
    check(rules(json!([leads("Web_Leads", "Web", "Edit")])), more);
}

#[test]
fn a_rule_of_somebody_else_is_not_replaced() {
    let other_records = expect![[r#"
        unmet
        ! error rule-differs at /rules/0/name: `Lead` has a sharing rule `Web_Leads` already, which shares other records or with other users
            remedy: Set {with.rules.0.name} to another name, or change the present rule in Setup > Sharing Settings
            rule: docs/salesforce/sharing.md#sharing-rules
    "#]];
    check(
        rules(json!([leads("Web_Leads", "Fair", "Read")])),
        other_records,
    );
    let other_kind = expect![[r#"
        unmet
        ! error rule-differs at /rules/0/name: `Lead` has a sharing rule `Ours` already, which shares other records or with other users
            remedy: Set {with.rules.0.name} to another name, or change the present rule in Setup > Sharing Settings
            rule: docs/salesforce/sharing.md#sharing-rules
    "#]];
    check(rules(json!([leads("Ours", "Web", "Read")])), other_kind);
    let other_users = json!({
        "name": "Ours",
        "object": "Lead",
        "owned_by": { "role_and_subordinates": "CEO" },
        "with": { "all_partners": true },
    });
    let refused = expect![[r#"
        unmet
        ! error rule-differs at /rules/0/name: `Lead` has a sharing rule `Ours` already, which shares other records or with other users
            remedy: Set {with.rules.0.name} to another name, or change the present rule in Setup > Sharing Settings
            rule: docs/salesforce/sharing.md#sharing-rules
    "#]];
    check(rules(json!([other_users])), refused);
}

#[test]
fn all_that_is_wrong_with_rules() {
    let refused = expect![[r#"
        invalid
        ! error bad-rule-name at /rules/0/name: `1st` cannot be the API name of a sharing rule
            remedy: In {with.rules.0.name}, write a letter, then letters, digits and single `_`
            rule: docs/salesforce/sharing.md#sharing-rules
        ! error owner-or-criteria at /rules/0: The rule `1st` must share either the records that some users own or those that have some values
            remedy: In {with.rules.0}, give either `owned_by` or `where`
            rule: docs/salesforce/sharing.md#sharing-rules
        ! error owner-or-criteria at /rules/1: The rule `Both` must share either the records that some users own or those that have some values
            remedy: In {with.rules.1}, give either `owned_by` or `where`
            rule: docs/salesforce/sharing.md#sharing-rules
        ! error unknown-role at /rules/2/owned_by/role: There is no internal role `Nobody`
            remedy: In {with.rules}, write the API name or the name that Setup > Roles shows
        ! error ambiguous-role at /rules/2/with/role: `Vertrieb` may mean the internal roles `Sales_North` and `Sales_South`
            remedy: Set {with.rules.2.with.role} to the API name of the one that is meant
        ! error rule-named-twice at /rules/2/name: Two rules of `Lead` are called `both`
            remedy: Set {with.rules.2.name} to another name
        ! error unknown-field at /rules/3/where/0/field: `Lead` has no field `Color`
            remedy: Set {with.rules.3.where.0.field} to an API name that Setup > Object Manager shows
        ! error one-group at /rules/3/with: A sharing rule needs a group of users here
            remedy: In {with.rules.3.with}, give exactly one of `role`, `role_and_subordinates`, `role_and_internal_subordinates`, `group`, `partner_roles_of`, `customer_roles_of`, `all_partners`, `all_customers` and `all_internal`; make another rule for another group
            rule: docs/salesforce/sharing.md#sharing-rules
        ! error unknown-group at /rules/4/owned_by/group: There is no public group `Nobody`
            remedy: In {with.rules}, write the API name or the name that Setup > Public Groups shows
        ! error one-group at /rules/4/with: A sharing rule has one group of users here
            remedy: In {with.rules.4.with}, give exactly one of `role`, `role_and_subordinates`, `role_and_internal_subordinates`, `group`, `partner_roles_of`, `customer_roles_of`, `all_partners`, `all_customers` and `all_internal`; make another rule for another group
            rule: docs/salesforce/sharing.md#sharing-rules
        ! error no-portal-roles at /rules/5/with/customer_roles_of: The account has no customer roles, so a rule cannot share with them
            remedy: Enable the account's first user, with whom Salesforce makes the roles; or give another group in place of {with.rules.5.with.customer_roles_of}
            rule: docs/salesforce/roles.md#account-roles
    "#]];
    check(
        rules(json!([
            { "name": "1st", "object": "Lead", "with": { "all_partners": true } },
            { "name": "Both", "object": "Lead", "with": { "all_partners": true },
              "owned_by": { "role": "CEO" }, "where": [{ "field": "LeadSource", "is": "Web" }] },
            { "name": "both", "object": "Lead", "with": { "role": "Vertrieb" }, "owned_by": { "role": "Nobody" } },
            { "name": "Nothing", "object": "Lead", "with": { "role": "" }, "where": [{ "field": "Color", "is": true }] },
            { "name": "Two", "object": "Lead", "with": { "group": "Nobody", "all_partners": true },
              "owned_by": { "group": "Nobody" } },
            { "name": "Customers", "object": "Lead", "with": { "customer_roles_of": ACME },
              "owned_by": { "role": "00ED00000000001MAA" } },
        ])),
        refused,
    );
}

#[test]
fn subordinates_with_external_users_need_sites() {
    let rule = json!({
        "name": "All_Leads",
        "object": "Lead",
        "owned_by": { "all_internal": true },
        "with": { "role_and_subordinates": "CEO" },
    });
    let off = format!("{ORG}\n[settings.Communities]\nenableNetworksEnabled = false\n");
    let refused = expect![[r#"
        unmet
        ! error subordinates-without-sites at /rules/0/with/role_and_subordinates: Digital Experiences is off, and until it is on there is no group of a role and those below it that has external users
            remedy: Turn Digital Experiences on first, or give `role_and_internal_subordinates` in place of {with.rules.0.with.role_and_subordinates}
            rule: docs/salesforce/sharing.md#rules-that-are-refused
    "#]];
    check_in(&off, rules(json!([rule])), refused);
}

#[test]
fn a_value_is_there_and_the_field_can_hold_it() {
    let by = |field: &str, is: Json| {
        json!({
            "object": "Lead",
            "where": [{ "field": field, "is": is }],
            "with": { "all_partners": true },
        })
    };
    let refused = expect![[r#"
        invalid
        ! error no-value at /rules/0/where/0/is: The sharing rule has no value for `LeadSource`
            remedy: Set {with.rules.0.where.0.is} to the value that the shared records have
        ! error no-value at /rules/1/where/0/is: The sharing rule has no value for `LeadSource`
            remedy: Set {with.rules.1.where.0.is} to the value that the shared records have
        ! error not-in-picklist at /rules/2/where/0/is: `Grade__c` takes `A` and `B` only, and `C` is not among them
            remedy: Set {with.rules.2.where.0.is} to a value that the field can hold
            rule: REST API, sObject Describe
        ! error wrong-type at /rules/3/where/0/is: `IsConverted` takes true or false
            remedy: Set {with.rules.3.where.0.is} to a value that the field can hold
            rule: REST API, sObject Describe
    "#]];
    check(
        rules(json!([
            by("LeadSource", json!("")),
            by("LeadSource", json!(" , ")),
            by("Grade__c", json!("A, C")),
            by("IsConverted", json!("ja")),
        ])),
        refused,
    );
    let made = expect![[r#"
        ~ rule/Lead/Lead_for_allPartnerUsers_LeadSource_Web_fair: Make the sharing rule `Lead_for_allPartnerUsers_LeadSource_Web_fair`: Read on each Lead whose `LeadSource` is `Web` or `fair`, for all partner users
            deploy SharingCriteriaRule "Lead.Lead_for_allPartnerUsers_LeadSource_Web_fair" {"accessLevel":["Read"],"criteriaItems":[{"field":["LeadSource"],"operation":["equals"],"value":["Web, fair"]}],"includeRecordsOwnedByAll":["false"],"label":["Lead_for_allPartnerUsers_LeadSource_Web_fair"],"sharedTo":[{"allPartnerUsers":[""]}]}
            undo: restore
        ~ rule/Lead/Lead_for_allPartnerUsers_LeadSource_Messe: Make the sharing rule `Lead_for_allPartnerUsers_LeadSource_Messe`: Read on each Lead whose `LeadSource` is `Messe`, for all partner users
            deploy SharingCriteriaRule "Lead.Lead_for_allPartnerUsers_LeadSource_Messe" {"accessLevel":["Read"],"criteriaItems":[{"field":["LeadSource"],"operation":["equals"],"value":["Messe"]}],"includeRecordsOwnedByAll":["false"],"label":["Lead_for_allPartnerUsers_LeadSource_Messe"],"sharedTo":[{"allPartnerUsers":[""]}]}
            undo: restore
        ~ rule/Lead/Lead_for_allPartnerUsers_LeadSource_Phone: Make the sharing rule `Lead_for_allPartnerUsers_LeadSource_Phone`: Read on each Lead whose `LeadSource` is `Phone`, for all partner users
            deploy SharingCriteriaRule "Lead.Lead_for_allPartnerUsers_LeadSource_Phone" {"accessLevel":["Read"],"criteriaItems":[{"field":["LeadSource"],"operation":["equals"],"value":["Phone"]}],"includeRecordsOwnedByAll":["false"],"label":["Lead_for_allPartnerUsers_LeadSource_Phone"],"sharedTo":[{"allPartnerUsers":[""]}]}
            undo: restore
        ~ rule/Lead/Lead_for_allPartnerUsers_IsConverted_True: Make the sharing rule `Lead_for_allPartnerUsers_IsConverted_True`: Read on each Lead whose `IsConverted` is `True`, for all partner users
            deploy SharingCriteriaRule "Lead.Lead_for_allPartnerUsers_IsConverted_True" {"accessLevel":["Read"],"criteriaItems":[{"field":["IsConverted"],"operation":["equals"],"value":["True"]}],"includeRecordsOwnedByAll":["false"],"label":["Lead_for_allPartnerUsers_IsConverted_True"],"sharedTo":[{"allPartnerUsers":[""]}]}
            undo: restore
        ~ rule/Lead/Lead_for_allPartnerUsers_Score_c_5: Make the sharing rule `Lead_for_allPartnerUsers_Score_c_5`: Read on each Lead whose `Score__c` is `5`, for all partner users
            deploy SharingCriteriaRule "Lead.Lead_for_allPartnerUsers_Score_c_5" {"accessLevel":["Read"],"criteriaItems":[{"field":["Score__c"],"operation":["equals"],"value":["5"]}],"includeRecordsOwnedByAll":["false"],"label":["Lead_for_allPartnerUsers_Score_c_5"],"sharedTo":[{"allPartnerUsers":[""]}]}
            undo: restore
        > rule/Lead/Lead_for_allPartnerUsers_LeadSource_Web_fair/shared: Salesforce calculates in the background who sees more by the rule `Lead_for_allPartnerUsers_LeadSource_Web_fair`: Read on each Lead whose `LeadSource` is `Web` or `fair`, for all partner users
            other
            likely, because of @rule/Lead/Lead_for_allPartnerUsers_LeadSource_Web_fair
        > rule/Lead/Lead_for_allPartnerUsers_LeadSource_Messe/shared: Salesforce calculates in the background who sees more by the rule `Lead_for_allPartnerUsers_LeadSource_Messe`: Read on each Lead whose `LeadSource` is `Messe`, for all partner users
            other
            likely, because of @rule/Lead/Lead_for_allPartnerUsers_LeadSource_Messe
        > rule/Lead/Lead_for_allPartnerUsers_LeadSource_Phone/shared: Salesforce calculates in the background who sees more by the rule `Lead_for_allPartnerUsers_LeadSource_Phone`: Read on each Lead whose `LeadSource` is `Phone`, for all partner users
            other
            likely, because of @rule/Lead/Lead_for_allPartnerUsers_LeadSource_Phone
        > rule/Lead/Lead_for_allPartnerUsers_IsConverted_True/shared: Salesforce calculates in the background who sees more by the rule `Lead_for_allPartnerUsers_IsConverted_True`: Read on each Lead whose `IsConverted` is `True`, for all partner users
            other
            likely, because of @rule/Lead/Lead_for_allPartnerUsers_IsConverted_True
        > rule/Lead/Lead_for_allPartnerUsers_Score_c_5/shared: Salesforce calculates in the background who sees more by the rule `Lead_for_allPartnerUsers_Score_c_5`: Read on each Lead whose `Score__c` is `5`, for all partner users
            other
            likely, because of @rule/Lead/Lead_for_allPartnerUsers_Score_c_5
        ! warning alternatives at /rules/0/where/0/is: Salesforce takes commas in the value of `LeadSource` for alternatives, likely: records with any one of them are shared
            rule: docs/salesforce/sharing.md#criteria
        ! warning value-not-listed at /rules/1/where/0/is: `LeadSource` takes the API name of a value: `Fair` for `Messe`
            remedy: Compare {with.rules.1.where.0.is} with Setup > Object Manager
        ! warning value-not-listed at /rules/2/where/0/is: `LeadSource` offers `Web` and `Fair`, and `Phone` is not among them
            remedy: Compare {with.rules.2.where.0.is} with Setup > Object Manager
        = {}
    "#]];
    check(
        rules(json!([
            by("LeadSource", json!("Web, fair")),
            by("LeadSource", json!("Messe")),
            by("LeadSource", json!("Phone")),
            by("IsConverted", json!("TRUE")),
            by("Score__c", json!("5")),
        ])),
        made,
    );
}

#[test]
fn more_access_stays_unless_the_input_lowers_it() {
    let edit = ORG.replace(
        r#"label = ["Web"], accessLevel = ["Read"]"#,
        r#"label = ["Web"], accessLevel = ["Edit"]"#,
    );
    let mut input = rules(json!([leads("Web_Leads", "Web", "Read")]));
    let kept = expect![[r#"
        ! info more-access at /rules/0/access: The sharing rule `Web_Leads` gives Edit on each Lead, which is more than Read, and keeps it
            remedy: Set {with.lower_access} to true to lower it to Read
        = {}
    "#]];
    check_in(&edit, input.clone(), kept);
    input["lower_access"] = json!(true);
    let lowered = expect![[r#"
        ~ rule/Lead/Web_Leads: Lower the access that the sharing rule `Web_Leads` gives on each Lead: Read, no longer Edit
            deploy SharingCriteriaRule "Lead.Web_Leads" {"accessLevel":["Read"],"criteriaItems":[{"field":["LeadSource"],"operation":["equals"],"value":["Web"]}],"includeRecordsOwnedByAll":["true"],"label":["Web"],"sharedTo":[{"allPartnerUsers":[""]}]}
            undo: restore
        > rule/Lead/Web_Leads/shared: Salesforce calculates in the background who sees less by the rule `Web_Leads`: Read on each Lead whose `LeadSource` is `Web`, for all partner users
            other
            likely, because of @rule/Lead/Web_Leads
        ! warning access-lowered at /rules/0/access: The sharing rule `Web_Leads` gives Edit on each Lead and is lowered to Read
        = {}
    "#]];
    check_in(&edit, input, lowered);
}

#[test]
fn names_are_made_of_records_and_users() {
    let rule = |owned_by: Json, with: Json| json!({ "name": "", "object": "Lead", "owned_by": owned_by, "with": with });
    let acme = json!({ "partner_roles_of": ACME });
    let beta = json!({ "$ref": "account:record.id", "$object": "Account" });
    let made = expect![[r#"
        ~ rule/Lead/Lead_for_partner_roles_of_001D00000000001IAA_of_CEO: Make the sharing rule `Lead_for_partner_roles_of_001D00000000001IAA_of_CEO`: Read on each Lead that users of the role `Geschäftsführung` own, for users of the role `Acme Partner Executive` and of those below it
            deploy SharingOwnerRule "Lead.Lead_for_partner_roles_of_001D00000000001IAA_of_CEO" {"accessLevel":["Read"],"label":["Lead_for_partner_roles_of_001D00000000001IAA_of_CEO"],"sharedFrom":[{"role":["CEO"]}],"sharedTo":[{"portalRoleAndSubordinates":["AcmePartnerExecutive"]}]}
            undo: restore
        ~ rule/Lead/Lead_for_partner_roles_of_001D00000000001IAA_of_CEO_and_below: Make the sharing rule `Lead_for_partner_roles_of_001D00000000001IAA_of_CEO_and_below`: Read on each Lead that users of the role `Geschäftsführung` and of those below it own, for users of the role `Acme Partner Executive` and of those below it
            deploy SharingOwnerRule "Lead.Lead_for_partner_roles_of_001D00000000001IAA_of_CEO_and_below" {"accessLevel":["Read"],"label":["Lead_for_partner_roles_of_001D00000000001IAA_of_CEO_and_below"],"sharedFrom":[{"roleAndSubordinates":["CEO"]}],"sharedTo":[{"portalRoleAndSubordinates":["AcmePartnerExecutive"]}]}
            undo: restore
        ~ rule/Lead/Lead_for_allPartnerUsers_of_Partner_Care: Make the sharing rule `Lead_for_allPartnerUsers_of_Partner_Care`: Read on each Lead that members of the group `Partnerbetreuung` own, for all partner users
            deploy SharingOwnerRule "Lead.Lead_for_allPartnerUsers_of_Partner_Care" {"accessLevel":["Read"],"label":["Lead_for_allPartnerUsers_of_Partner_Care"],"sharedFrom":[{"group":["Partner_Care"]}],"sharedTo":[{"allPartnerUsers":[""]}]}
            undo: restore
        > rule/Lead/Lead_for_partner_roles_of_001D00000000001IAA_of_CEO/shared: Salesforce calculates in the background who sees more by the rule `Lead_for_partner_roles_of_001D00000000001IAA_of_CEO`: Read on each Lead that users of the role `Geschäftsführung` own, for users of the role `Acme Partner Executive` and of those below it
            other
            likely, because of @rule/Lead/Lead_for_partner_roles_of_001D00000000001IAA_of_CEO
        > rule/Lead/Lead_for_partner_roles_of_001D00000000001IAA_of_CEO_and_below/shared: Salesforce calculates in the background who sees more by the rule `Lead_for_partner_roles_of_001D00000000001IAA_of_CEO_and_below`: Read on each Lead that users of the role `Geschäftsführung` and of those below it own, for users of the role `Acme Partner Executive` and of those below it
            other
            likely, because of @rule/Lead/Lead_for_partner_roles_of_001D00000000001IAA_of_CEO_and_below
        > rule/Lead/Lead_for_allPartnerUsers_of_Partner_Care/shared: Salesforce calculates in the background who sees more by the rule `Lead_for_allPartnerUsers_of_Partner_Care`: Read on each Lead that members of the group `Partnerbetreuung` own, for all partner users
            other
            likely, because of @rule/Lead/Lead_for_allPartnerUsers_of_Partner_Care
        = {}
    "#]];
    check(
        rules(json!([
            rule(json!({ "role": "CEO" }), acme.clone()),
            rule(json!({ "role_and_subordinates": "CEO" }), acme.clone()),
            rule(
                json!({ "group": "Partner_Care" }),
                json!({ "all_partners": true })
            ),
        ])),
        made,
    );
    let twice = expect![[r#"
        invalid
        ! error rule-named-twice at /rules/1/name: Two rules of `Lead` are called `Lead_for_partner_roles_of_001D00000000001IAA_of_CEO`
            remedy: Set {with.rules.1.name} to another name
    "#]];
    check(
        rules(json!([
            rule(json!({ "role": "CEO" }), acme.clone()),
            rule(json!({ "role": "Geschäftsführung" }), acme),
        ])),
        twice,
    );
    // The name is made when the account is there.
    let later = expect![[r#"
        deferred: it depends on a value that is not known yet
            until ⟨account:record.id⟩ is known
    "#]];
    check(
        rules(json!([rule(
            json!({ "role": "CEO" }),
            json!({ "partner_roles_of": beta })
        )])),
        later,
    );
}
