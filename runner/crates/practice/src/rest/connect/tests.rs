//! Sites from the first request to the welcome mail, under a clock that stands still unless a test
//! moves it.

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use crate::testing::{TestOrg, org, org_with};

const S: &str = "/services/data/v66.0";

fn site(name: &str, prefix: &str) -> Value {
    json!({ "name": name, "urlPathPrefix": prefix, "templateName": "Customer Service", "templateParams": {}, "description": "For 'customers' & ë" })
}

/// A site in preview, and its id.
fn made(org: &mut TestOrg, name: &str, prefix: &str) -> String {
    let (status, json) = org.send(
        &format!("POST {S}/connect/communities"),
        &site(name, prefix).to_string(),
    );
    assert_eq!(status, 201, "{json}");
    org.now_ms += 60_000;
    org.id(&format!("SELECT Id FROM Network WHERE Name = '{name}'"))
}

fn statuses(org: &TestOrg, line: &str, field: &str) -> String {
    let mut seen = Vec::new();
    for _ in 0..6 {
        let (status, json) = org.send(line, "");
        let record = if json["records"].is_array() {
            &json["records"][0]
        } else {
            &json
        };
        seen.push(match record[field].as_str() {
            Some(text) => text.to_owned(),
            None => format!("({status})"),
        });
    }
    seen.join(" ")
}

#[track_caller]
fn mails(org: &TestOrg, expected: Expect) {
    let (_, json) = org.send("GET /practice/mails", "");
    let lines = json["mails"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|mail| {
            format!(
                "{} to {}: {}\n",
                mail["kind"].as_str().unwrap_or_default(),
                mail["to"].as_str().unwrap_or_default(),
                mail["subject"].as_str().unwrap_or_default()
            )
        });
    expected.assert_eq(&lines.collect::<String>());
}

/// Jane, an external user with the profile *Customer Community Plus User*.
fn jane(org: &TestOrg, name: &str) -> String {
    let owner = org.id("SELECT Id FROM User WHERE Alias = 'ssales'");
    let account = org.create(
        "Account",
        json!({ "Name": format!("{name}'s"), "OwnerId": owner }),
    );
    let contact = org.create("Contact", json!({ "LastName": name, "AccountId": account }));
    let profile = org.id("SELECT Id FROM Profile WHERE Name = 'Customer Community Plus User'");
    org.create("User", json!({
        "Username": format!("{name}@acme.example"), "LastName": name, "Email": format!("{name}@acme.example"), "Alias": "jane", "CommunityNickname": name,
        "TimeZoneSidKey": "Europe/Stockholm", "LocaleSidKey": "sv_SE", "EmailEncodingKey": "UTF-8", "LanguageLocaleKey": "sv", "ProfileId": profile, "ContactId": contact,
    }))
}

#[test]
fn templates() {
    let org = org();
    org.check(
        &format!("GET {S}/connect/communities/templates"),
        "",
        expect![[r#"
            200
            {
              "templates": [
                {
                  "publisher": "Salesforce",
                  "templateName": "Build Your Own"
                },
                {
                  "publisher": "Salesforce",
                  "templateName": "Build Your Own (LWR)"
                },
                {
                  "publisher": "Salesforce",
                  "templateName": "Customer Account Portal"
                },
                {
                  "publisher": "Salesforce",
                  "templateName": "Customer Service"
                },
                {
                  "publisher": "Salesforce",
                  "templateName": "Help Center"
                },
                {
                  "publisher": "Salesforce",
                  "templateName": "Partner Central"
                },
                {
                  "publisher": "Salesforce",
                  "templateName": "VF Template"
                }
              ],
              "total": 7
            }
        "#]],
    );
    for license in org.records("SELECT Id FROM UserLicense WHERE Name LIKE 'Partner%'") {
        let id = license["Id"].as_str().expect("an id");
        assert_eq!(
            org.send(
                &format!("PATCH /practice/records/UserLicense/{id}"),
                r#"{"Status":"Disabled"}"#
            )
            .0,
            204
        );
    }
    let (_, json) = org.send(&format!("GET {S}/connect/communities/templates"), "");
    assert!(!json.to_string().contains("Partner Central"));
}

#[test]
fn a_site_is_made_in_the_background() {
    let org = org();
    org.check(
        &format!("POST {S}/connect/communities"),
        &site("Help & ë", "help").to_string(),
        expect![[r#"
            201
            {
              "jobId": "08PdnH000000001EBA",
              "message": "Your site is being created.",
              "name": "Help & ë"
            }
        "#]],
    );
    // Looks alone bring it on.
    let job = "08PdnH000000001EBA";
    expect!["Running Running Running Complete Complete Complete"].assert_eq(&statuses(
        &org,
        &format!("GET {S}/sobjects/BackgroundOperation/{job}"),
        "Status",
    ));
    org.check(
        &format!("GET {S}/connect/communities"),
        "",
        expect![[r#"
        200
        {
          "communities": [
            {
              "allowChatterAccessWithoutLogin": false,
              "allowMembersToFlag": false,
              "description": "For 'customers' & ë",
              "guestMemberVisibilityEnabled": false,
              "id": "0DBdnH000000001GBA",
              "invitationsEnabled": false,
              "knowledgeableEnabled": false,
              "loginUrl": "https://usher-practice.my.site.com/help/login",
              "memberVisibilityEnabled": false,
              "name": "Help & ë",
              "nicknameDisplayEnabled": false,
              "privateMessagesEnabled": false,
              "reputationEnabled": false,
              "sendWelcomeEmail": true,
              "siteAsContainerEnabled": false,
              "siteUrl": "https://usher-practice.my.site.com/help",
              "status": "UnderConstruction",
              "templateName": "Customer Service",
              "url": "/services/data/v66.0/connect/communities/0DBdnH000000001GBA",
              "urlPathPrefix": "help"
            }
          ],
          "total": 1
        }
    "#]],
    );
    org.check(
        &format!("GET {S}/connect/communities?status=Live"),
        "",
        expect![[r#"
            200
            {
              "communities": [],
              "total": 0
            }
        "#]],
    );
    org.query("SELECT Name, Status, UrlPathPrefix, Description, EmailSenderAddress, FirstActivationDate, OptionsSendWelcomeEmail FROM Network", expect![[r#"
        {"Description":"For 'customers' & ë","EmailSenderAddress":"admin@practice.usher.example","FirstActivationDate":null,"Name":"Help & ë","OptionsSendWelcomeEmail":true,"Status":"UnderConstruction","UrlPathPrefix":"help"}
    "#]]);
}

#[test]
fn a_site_is_made_as_time_goes_by() {
    let mut org = org();
    let old = S.replace("66", "57");
    org.check(
        &format!("POST {old}/connect/communities"),
        &site("Help", "help").to_string(),
        expect![[r#"
            201
            {
              "message": "Your site is being created.",
              "name": "Help"
            }
        "#]],
    );
    org.now_ms += 4_000;
    org.query(
        "SELECT Type, Status, SubmittedAt, FinishedAt, ExpiresAt FROM BackgroundOperation",
        expect![[r#"
            {"ExpiresAt":"2026-11-23T10:00:04.000+0000","FinishedAt":"2026-11-22T10:00:04.000+0000","Status":"Complete","SubmittedAt":"2026-11-22T10:00:00.000+0000","Type":"SiteTaskCreate"}
        "#]],
    );
    // Finished jobs are forgotten after a day.
    org.now_ms += 90_000_000;
    org.query("SELECT Status FROM BackgroundOperation", expect![]);
}

#[test]
fn a_job_may_fail() {
    let mut org = org();
    assert_eq!(
        org.send(
            "PATCH /practice/settings",
            r#"{"practice.siteJobsFail":true}"#
        )
        .0,
        204
    );
    assert_eq!(
        org.send(
            &format!("POST {S}/connect/communities"),
            &site("Help", "help").to_string()
        )
        .0,
        201
    );
    org.now_ms += 60_000;
    org.query("SELECT Status, Error FROM BackgroundOperation", expect![[r#"
        {"Error":"The site job failed because the practice org was told to let it fail","Status":"Error"}
    "#]]);
    org.query("SELECT Name FROM Network", expect![]);
}

#[test]
fn names_and_urls_are_taken_from_the_first_moment() {
    let mut org = org();
    let line = format!("POST {S}/connect/communities");
    assert_eq!(org.send(&line, &site("Help", "help").to_string()).0, 201);
    org.refused(
        &line,
        site("HELP", "other"),
        expect!["400 INVALID_INPUT: Enter a different name. That one already exists."],
    );
    org.refused(
        &line,
        site("Other", "Help"),
        expect!["400 INVALID_INPUT: That URL is already in use. Please enter a unique one."],
    );
    org.now_ms += 60_000;
    org.query(
        "SELECT Name FROM Network",
        expect![[r#"
        {"Name":"Help"}
    "#]],
    );
    org.refused(
        &line,
        site("help", "other"),
        expect!["400 INVALID_INPUT: Enter a different name. That one already exists."],
    );
    assert_eq!(org.send(&line, &site("Root", "").to_string()).0, 201);
    org.refused(
        &line,
        site("Second root", ""),
        expect!["400 INVALID_INPUT: Enter a URL for your community."],
    );
}

#[test]
fn what_is_no_site() {
    let org = org();
    let line = format!("POST {S}/connect/communities");
    org.refused(
        &line,
        json!({}),
        expect!["400 INVALID_INPUT: Enter a name for your community."],
    );
    org.refused(
        &line,
        json!({ "name": "x" }),
        expect!["400 INVALID_INPUT: Enter a template for your community."],
    );
    org.refused(
        &line,
        json!({ "name": "x", "templateName": "Nope" }),
        expect!["400 INVALID_INPUT: The template Nope does not exist."],
    );
    org.refused(
        &line,
        json!({ "name": "x", "templateName": "Customer Service", "urlPathPrefix": "a/b" }),
        expect!["400 INVALID_INPUT: The URL can only contain alphanumeric characters."],
    );
    org.refused(
        &line,
        json!({ "name": "x", "templateName": "Customer Service", "urlPathPrefix": "a-b" }),
        expect!["400 INVALID_INPUT: The URL can only contain alphanumeric characters."],
    );
    org.refused(
        &line,
        json!({ "name": "x".repeat(81), "templateName": "Customer Service" }),
        expect!["400 INVALID_INPUT: The name can have at most 80 characters."],
    );
    org.refused(
        &format!("GET {S}/connect/communities?status=Nope"),
        json!(""),
        expect!["400 INVALID_INPUT: Invalid value for the parameter status: Nope"],
    );
    org.refused(
        &format!("GET {S}/connect/communities/0DB000000000001"),
        json!(""),
        expect!["404 NOT_FOUND: The requested resource does not exist"],
    );
    org.refused(
        &format!("DELETE {S}/connect/communities"),
        json!(""),
        expect![
            "405 METHOD_NOT_ALLOWED: HTTP Method 'DELETE' not allowed. Allowed are GET,HEAD,POST"
        ],
    );
}

#[test]
fn no_sites_without_digital_experiences() {
    let org = org_with("[settings]\n'CommunitiesSettings.enableNetworksEnabled' = false");
    org.refused(
        &format!("GET {S}/connect/communities"),
        json!(""),
        expect!["403 FUNCTIONALITY_NOT_ENABLED: Digital experiences are not enabled for this organization"],
    );
    org.refused(
        &format!("GET {S}/sobjects/Network/describe"),
        json!(""),
        expect!["404 NOT_FOUND: The requested resource does not exist"],
    );
    org.refused(
        &format!("GET {S}/query?q=SELECT Id FROM NetworkMemberGroup"),
        json!(""),
        expect!["400 INVALID_TYPE: sObject type 'NetworkMemberGroup' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names."],
    );
    let (_, json) = org.send(&format!("GET {S}/sobjects"), "");
    assert!(!json.to_string().contains("Network"));
}

#[test]
fn publishing() {
    let mut org = org();
    let id = made(&mut org, "Help", "help");
    org.check(
        &format!("POST {S}/connect/communities/{id}/publish"),
        "{}",
        expect![[r#"
            200
            {
              "id": "0DBdnH000000001GBA",
              "jobId": "08PdnH000000002EBA",
              "message": "We are publishing your changes now. You will receive an email confirmation when your changes are live.",
              "name": "Help",
              "url": "https://usher-practice.my.site.com/help"
            }
        "#]],
    );
    expect!["Running Running Complete Complete Complete Complete"].assert_eq(&statuses(
        &org,
        &format!(
            "GET {S}/query?q=SELECT Status FROM BackgroundOperation WHERE Type = 'SiteTaskPublish'"
        ),
        "Status",
    ));
    let tabs = json!({ "name": "Tabs", "urlPathPrefix": "tabs", "templateName": "VF Template" });
    assert_eq!(
        org.send(&format!("POST {S}/connect/communities"), &tabs.to_string())
            .0,
        201
    );
    org.now_ms += 60_000;
    let id = org.id("SELECT Id FROM Network WHERE Name = 'Tabs'");
    org.refused(
        &format!("POST {S}/connect/communities/{id}/publish"),
        json!({}),
        expect!["400 INVALID_INPUT: Only Experience Builder sites can be published"],
    );
}

#[test]
fn states_of_a_site() {
    let mut org = org();
    let id = made(&mut org, "Help", "help");
    let other = made(&mut org, "Other", "other");
    let line = format!("PATCH {S}/sobjects/Network/{id}");
    org.check(
        &line,
        r#"{"Status":"Live","OptionsShowAllNetworkSettings":true}"#,
        expect![[r#"
            204
        "#]],
    );
    org.query("SELECT Status, FirstActivationDate, OptionsShowAllNetworkSettings FROM Network WHERE Name = 'Help'", expect![[r#"
        {"FirstActivationDate":"2026-11-22T10:02:00.000+0000","OptionsShowAllNetworkSettings":true,"Status":"Live"}
    "#]]);
    org.refused(&line, json!({ "Status": "UnderConstruction" }), expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: A site that was activated can't go back to the status UnderConstruction ["Status"]"#]]);
    org.refused(&line, json!({ "Status": "Open" }), expect![[r#"400 INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: Status: bad value for restricted picklist field: Open ["Status"]"#]]);
    org.check(
        &line,
        r#"{"Status":"DownForMaintenance"}"#,
        expect![[r#"
        204
    "#]],
    );
    org.check(
        &format!("GET {S}/connect/communities?status=Inactive"),
        "",
        expect![[r#"
            200
            {
              "communities": [
                {
                  "allowChatterAccessWithoutLogin": false,
                  "allowMembersToFlag": false,
                  "description": "For 'customers' & ë",
                  "guestMemberVisibilityEnabled": false,
                  "id": "0DBdnH000000001GBA",
                  "invitationsEnabled": false,
                  "knowledgeableEnabled": false,
                  "loginUrl": "https://usher-practice.my.site.com/help/login",
                  "memberVisibilityEnabled": false,
                  "name": "Help",
                  "nicknameDisplayEnabled": false,
                  "privateMessagesEnabled": false,
                  "reputationEnabled": false,
                  "sendWelcomeEmail": true,
                  "siteAsContainerEnabled": false,
                  "siteUrl": "https://usher-practice.my.site.com/help",
                  "status": "Inactive",
                  "templateName": "Customer Service",
                  "url": "/services/data/v66.0/connect/communities/0DBdnH000000001GBA",
                  "urlPathPrefix": "help"
                }
              ],
              "total": 1
            }
        "#]],
    );
    org.check(
        &line,
        r#"{"Status":"Live"}"#,
        expect![[r#"
        204
    "#]],
    );
    let profile = org.id("SELECT Id FROM Profile WHERE Name = 'Customer Community Plus User'");
    org.refused(&line, json!({ "SelfRegProfileId": profile }), expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: You can only select profiles that are associated with the experience. ["SelfRegProfileId"]"#]]);
    org.refused(
        &format!("PATCH {S}/sobjects/Network/{other}"),
        json!({ "Name": "help" }),
        expect![[
            r#"400 DUPLICATE_VALUE: Enter a different name. That one already exists. ["Name"]"#
        ]],
    );
    org.refused(
        &format!("DELETE {S}/sobjects/Network/{id}"),
        json!(""),
        expect!["400 INVALID_TYPE_FOR_OPERATION: entity type cannot be deleted: Experience []"],
    );
    org.refused(
        &format!("POST {S}/sobjects/Network"),
        json!({ "Name": "x" }),
        expect!["400 INVALID_TYPE_FOR_OPERATION: entity type cannot be inserted: Experience []"],
    );
}

#[test]
fn members_of_a_live_site_are_welcomed_when_they_come() {
    let mut org = org();
    let id = made(&mut org, "Help", "help");
    let profile = org.id("SELECT Id FROM Profile WHERE Name = 'Customer Community Plus User'");
    jane(&org, "jane");
    let group = org.create(
        "NetworkMemberGroup",
        json!({ "NetworkId": id, "ParentId": profile }),
    );
    expect!["AddCalculated Added Added Added Added Added"].assert_eq(&statuses(
        &org,
        &format!("GET {S}/sobjects/NetworkMemberGroup/{group}"),
        "AssignmentStatus",
    ));
    org.query(
        "SELECT Network.Name, Member.Username FROM NetworkMember",
        expect![[r#"
            {"Member":{"Username":"jane@acme.example"},"Network":{"Name":"Help"}}
        "#]],
    );
    mails(&org, expect![]);
    // Going live welcomes all members; later ones are welcomed at once, and none twice.
    let line = format!("PATCH {S}/sobjects/Network/{id}");
    org.check(
        &line,
        r#"{"Status":"Live"}"#,
        expect![[r#"
        204
    "#]],
    );
    mails(
        &org,
        expect![[r#"
        welcome to jane@acme.example: Welcome to Help
    "#]],
    );
    let joe = jane(&org, "joe");
    org.check(
        &line,
        r#"{"Status":"DownForMaintenance"}"#,
        expect![[r#"
        204
    "#]],
    );
    org.check(
        &line,
        r#"{"Status":"Live"}"#,
        expect![[r#"
        204
    "#]],
    );
    mails(
        &org,
        expect![[r#"
        welcome to jane@acme.example: Welcome to Help
        welcome to joe@acme.example: Welcome to Help
    "#]],
    );
    // A deactivated user is not a member any more.
    org.check(
        &format!("PATCH {S}/sobjects/User/{joe}"),
        r#"{"IsActive":false}"#,
        expect![[r#"
            204
        "#]],
    );
    org.query(
        "SELECT Member.Username FROM NetworkMember",
        expect![[r#"
        {"Member":{"Username":"jane@acme.example"}}
    "#]],
    );
    let line = format!("PATCH {S}/sobjects/NetworkMemberGroup/{group}");
    org.refused(&line, json!({ "AssignmentStatus": "Added2" }), expect![[r#"400 INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: Assignment Status: bad value for restricted picklist field: Added2 ["AssignmentStatus"]"#]]);
    org.refused(&line, json!({ "AssignmentStatus": "FailedAdd" }), expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: AssignmentStatus can only be changed from Added or FailedAdd to WaitingForRemove ["AssignmentStatus"]"#]]);
    org.check(
        &line,
        r#"{"AssignmentStatus":"WaitingForRemove"}"#,
        expect![[r#"
            204
        "#]],
    );
    expect!["RemoveCalculated (404) (404) (404) (404) (404)"].assert_eq(&statuses(
        &org,
        &format!("GET {S}/sobjects/NetworkMemberGroup/{group}"),
        "AssignmentStatus",
    ));
    org.query("SELECT Member.Username FROM NetworkMember", expect![]);
}

#[test]
fn a_permission_set_makes_members() {
    let mut org = org();
    let id = made(&mut org, "Help", "help");
    let set = org.create(
        "PermissionSet",
        json!({ "Name": "Members", "Label": "Members" }),
    );
    org.create(
        "NetworkMemberGroup",
        json!({ "NetworkId": id, "ParentId": set }),
    );
    org.now_ms += 10_000;
    org.check(
        &format!("PATCH {S}/sobjects/Network/{id}"),
        r#"{"Status":"Live"}"#,
        expect![[r#"
            204
        "#]],
    );
    let jane = jane(&org, "jane");
    let assignment = org.create(
        "PermissionSetAssignment",
        json!({ "AssigneeId": jane, "PermissionSetId": set }),
    );
    org.query(
        "SELECT Member.Username FROM NetworkMember",
        expect![[r#"
        {"Member":{"Username":"jane@acme.example"}}
    "#]],
    );
    mails(
        &org,
        expect![[r#"
        welcome to jane@acme.example: Welcome to Help
    "#]],
    );
    org.check(
        &format!("DELETE {S}/sobjects/PermissionSetAssignment/{assignment}"),
        "",
        expect![[r#"
            204
        "#]],
    );
    org.query("SELECT Member.Username FROM NetworkMember", expect![]);
}

#[test]
fn member_groups_that_are_refused() {
    let mut org = org();
    let id = made(&mut org, "Help", "help");
    let profile = org.id("SELECT Id FROM Profile WHERE Name = 'Customer Community Plus User'");
    let line = format!("POST {S}/sobjects/NetworkMemberGroup");
    let group = org.create(
        "NetworkMemberGroup",
        json!({ "NetworkId": id, "ParentId": profile }),
    );
    org.now_ms += 10_000;
    org.query(
        "SELECT AssignmentStatus FROM NetworkMemberGroup",
        expect![[r#"
        {"AssignmentStatus":"Added"}
    "#]],
    );
    org.refused(
        &line,
        json!({ "NetworkId": id, "ParentId": profile }),
        expect![[r#"400 DUPLICATE_VALUE: The profile or permission set is already a member of the site ["NetworkId","ParentId"]"#]],
    );
    org.refused(
        &line,
        json!({ "NetworkId": id }),
        expect![[
            r#"400 REQUIRED_FIELD_MISSING: Required fields are missing: [ParentId] ["ParentId"]"#
        ]],
    );
    org.refused(&line, json!({ "NetworkId": id, "ParentId": id }), expect![[r#"400 MALFORMED_ID: Parent ID: id value of incorrect type: 0DBdnH000000001GBA ["ParentId"]"#]]);
    org.refused(
        &format!("DELETE {S}/sobjects/NetworkMemberGroup/{group}"),
        json!(""),
        expect![
            "400 INVALID_TYPE_FOR_OPERATION: entity type cannot be deleted: Experience Group []"
        ],
    );
}

#[test]
fn a_member_group_may_fail_and_can_be_removed() {
    let mut org = org();
    let id = made(&mut org, "Help", "help");
    jane(&org, "jane");
    let (status, _) = org.send(
        "PATCH /practice/settings",
        r#"{"practice.memberGroupsFail":true}"#,
    );
    assert_eq!(status, 204);
    let profile = org.id("SELECT Id FROM Profile WHERE Name = 'Customer Community Plus User'");
    let group = org.create(
        "NetworkMemberGroup",
        json!({ "NetworkId": id, "ParentId": profile }),
    );
    let line = format!("GET {S}/sobjects/NetworkMemberGroup/{group}");
    expect!["AddCalculated FailedAdd FailedAdd FailedAdd FailedAdd FailedAdd"]
        .assert_eq(&statuses(&org, &line, "AssignmentStatus"));
    org.query("SELECT Member.Username FROM NetworkMember", expect![]);
    let (status, _) = org.send(
        &format!("PATCH {S}/sobjects/NetworkMemberGroup/{group}"),
        r#"{"AssignmentStatus":"WaitingForRemove"}"#,
    );
    assert_eq!(status, 204);
    expect!["RemoveCalculated (404) (404) (404) (404) (404)"].assert_eq(&statuses(
        &org,
        &line,
        "AssignmentStatus",
    ));
}

#[test]
fn a_silent_site() {
    let mut org = org();
    let id = made(&mut org, "Help", "help");
    let profile = org.id("SELECT Id FROM Profile WHERE Name = 'Customer Community Plus User'");
    org.create(
        "NetworkMemberGroup",
        json!({ "NetworkId": id, "ParentId": profile }),
    );
    jane(&org, "jane");
    org.now_ms += 10_000;
    org.check(
        &format!("PATCH {S}/sobjects/Network/{id}"),
        r#"{"OptionsSendWelcomeEmail":false,"Status":"Live"}"#,
        expect![[r#"
            204
        "#]],
    );
    mails(&org, expect![]);
}

#[test]
fn passwords() {
    let org = org();
    let jane = jane(&org, "jane");
    let line = format!("{S}/sobjects/User/{jane}/password");
    org.check(
        &format!("GET {line}"),
        "",
        expect![[r#"
        200
        {
          "isExpired": false
        }
    "#]],
    );
    org.check(
        &format!("POST {line}"),
        r#"{"NewPassword":"s3cret-enough"}"#,
        expect![[r#"
            204
        "#]],
    );
    org.refused(
        &format!("POST {line}"),
        json!({ "NewPassword": "short" }),
        expect!["400 INVALID_NEW_PASSWORD: Your password must be at least 8 characters long and have a mix of letters and numbers."],
    );
    org.check(
        &format!("DELETE {line}"),
        "",
        expect![[r#"
            200
            {
              "NewPassword": "a1dnH000000001"
            }
        "#]],
    );
    mails(
        &org,
        expect![[r#"
        password-reset to jane@acme.example: Reset your password
    "#]],
    );
}
