//! Deployments over REST, from the request to the org: what is asked for, what the end tells, what is there
//! afterwards.

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use crate::testing::{TestOrg, org, org_with, zip};

const PATH: &str = "/services/data/v66.0/metadata/deployRequest";

/// All or nothing, as Usher and CumulusCI send it.
fn strict() -> Value {
    json!({ "rollbackOnError": true, "singlePackage": true, "ignoreWarnings": true })
}

fn request(org: &TestOrg, options: &Value, files: &[(&str, &str)]) -> (u16, Value) {
    let json = json!({ "deployOptions": options }).to_string();
    let mut body = Vec::new();
    for (name, bytes) in [("json", json.into_bytes()), ("file", zip(files))] {
        let head = format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(&bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--b--\r\n");
    org.send_bytes(&format!("POST {PATH}"), &body)
}

/// Deploys and looks until it is done: the last answer.
fn deploy(org: &TestOrg, options: &Value, files: &[(&str, &str)]) -> Value {
    let (status, answer) = request(org, options, files);
    assert_eq!(status, 201, "{answer}");
    let id = answer["id"].as_str().expect("an id");
    for _ in 0..10 {
        let (status, answer) = org.send(&format!("GET {PATH}/{id}?includeDetails=true"), "");
        assert_eq!(status, 200, "{answer}");
        if answer["deployResult"]["done"] == true {
            return answer["deployResult"].clone();
        }
    }
    panic!("the deployment has no end");
}

/// Status and messages, one a line.
#[track_caller]
fn check(org: &TestOrg, options: &Value, files: &[(&str, &str)], expected: Expect) {
    let result = deploy(org, options, files);
    let mut text = format!("{}\n", result["status"].as_str().expect("a status"));
    for list in ["componentSuccesses", "componentFailures"] {
        for message in result["details"][list].as_array().expect("a list") {
            let mut words = vec![message["fileName"].as_str().expect("a file").to_owned()];
            words.extend(
                ["created", "changed", "deleted"]
                    .map(str::to_owned)
                    .into_iter()
                    .filter(|name| message[name.as_str()] == true),
            );
            if let Some(line) = message["lineNumber"].as_u64() {
                words.push(format!("line {line}"));
            }
            if let Some(problem) = message["problem"].as_str() {
                words.push(format!(
                    "{}: {problem}",
                    message["problemType"].as_str().expect("a type")
                ));
            }
            text.push_str(&format!("  {}\n", words.join(" ")));
        }
    }
    expected.assert_eq(&text);
}

fn package(types: &[(&str, &str)]) -> String {
    let types = types
        .iter()
        .map(|(kind, name)| format!("<types><members>{name}</members><name>{kind}</name></types>"));
    let types: String = types.collect();
    format!(
        "<Package xmlns=\"http://soap.sforce.com/2006/04/metadata\">{types}<version>66.0</version></Package>"
    )
}

fn partner(extra: &str) -> String {
    format!(
        "<Profile xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<custom>true</custom>\n\
         <userLicense>Partner Community</userLicense>\n{extra}</Profile>"
    )
}

const API: &str =
    "<userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions>\n";

const PROFILES: &str = "SELECT Name, UserType, UserLicense.Name, PermissionsApiEnabled, PermissionsApiUserOnly, Description FROM Profile WHERE Name LIKE 'Acme%' ORDER BY Name";

#[test]
fn a_profile_becomes_a_record_with_its_hidden_set() {
    let org = org();
    let first = package(&[("Profile", "Acme Partner")]);
    let parts = "<objectPermissions><allowRead>true</allowRead><object>Contract</object></objectPermissions>\n<description>Ours</description>\n";
    let profile = partner(&format!("{API}{parts}"));
    let files = [
        ("package.xml", first.as_str()),
        ("profiles/Acme Partner.profile", profile.as_str()),
    ];
    check(
        &org,
        &strict(),
        &files,
        expect![[r#"
        Succeeded
          profiles/Acme Partner.profile created changed
    "#]],
    );
    org.query(PROFILES, expect![[r#"
        {"Description":"Ours","Name":"Acme Partner","PermissionsApiEnabled":true,"PermissionsApiUserOnly":false,"UserLicense":{"Name":"Partner Community"},"UserType":"PowerPartner"}
    "#]]);
    org.query(
        "SELECT IsOwnedByProfile, PermissionsApiEnabled FROM PermissionSet WHERE Profile.Name = 'Acme Partner'",
        expect![[r#"
            {"IsOwnedByProfile":true,"PermissionsApiEnabled":true}
        "#]],
    );
    org.query(
        "SELECT SobjectType, PermissionsRead, PermissionsEdit FROM ObjectPermissions WHERE Parent.Profile.Name = 'Acme Partner'",
        expect![[r#"
            {"PermissionsEdit":false,"PermissionsRead":true,"SobjectType":"Contract"}
        "#]],
    );
    // The same again changes nothing.
    check(
        &org,
        &strict(),
        &files,
        expect![[r#"
        Succeeded
          profiles/Acme Partner.profile
    "#]],
    );
    // A permission that is not named stays; one that is false is taken away.
    let off = "<Profile><userPermissions><enabled>false</enabled><name>ApiEnabled</name></userPermissions></Profile>";
    let files = [
        ("package.xml", first.as_str()),
        ("profiles/Acme Partner.profile", off),
    ];
    check(
        &org,
        &strict(),
        &files,
        expect![[r#"
        Succeeded
          profiles/Acme Partner.profile changed
    "#]],
    );
    org.query(PROFILES, expect![[r#"
        {"Description":"Ours","Name":"Acme Partner","PermissionsApiEnabled":false,"PermissionsApiUserOnly":false,"UserLicense":{"Name":"Partner Community"},"UserType":"PowerPartner"}
    "#]]);
    // Taken away by a list of destructive changes.
    let empty = package(&[]);
    let files = [
        ("package.xml", empty.as_str()),
        ("destructiveChanges.xml", first.as_str()),
    ];
    check(
        &org,
        &strict(),
        &files,
        expect![[r#"
        Succeeded
          destructiveChanges.xml changed deleted
    "#]],
    );
    org.query(PROFILES, expect![[""]]);
    // Once more: a warning, which is a failure only when the client wants it to be.
    check(
        &org,
        &strict(),
        &files,
        expect![[r#"
        Succeeded
          destructiveChanges.xml Warning: No Profile named: Acme Partner found
    "#]],
    );
    check(
        &org,
        &json!({ "rollbackOnError": true }),
        &files,
        expect![[r#"
            Failed
              destructiveChanges.xml Warning: No Profile named: Acme Partner found
        "#]],
    );
}

#[test]
fn one_refused_component_leaves_nothing_or_only_its_own_part() {
    let org = org();
    let both = package(&[("Profile", "Acme Good"), ("Profile", "Acme Bad")]);
    let (good, bad) = (
        partner(API),
        partner("").replace("Partner Community", "Nothing"),
    );
    let files = [
        ("package.xml", both.as_str()),
        ("profiles/Acme Good.profile", good.as_str()),
        ("profiles/Acme Bad.profile", bad.as_str()),
    ];
    check(
        &org,
        &strict(),
        &files,
        expect![[r#"
        Failed
          profiles/Acme Good.profile created changed
          profiles/Acme Bad.profile Error: In field: userLicense - no UserLicense named Nothing found
    "#]],
    );
    org.query(PROFILES, expect![[""]]);
    check(
        &org,
        &json!({}),
        &files,
        expect![[r#"
        SucceededPartial
          profiles/Acme Good.profile created changed
          profiles/Acme Bad.profile Error: In field: userLicense - no UserLicense named Nothing found
    "#]],
    );
    org.query(PROFILES, expect![[r#"
        {"Description":null,"Name":"Acme Good","PermissionsApiEnabled":true,"PermissionsApiUserOnly":false,"UserLicense":{"Name":"Partner Community"},"UserType":"PowerPartner"}
    "#]]);
    let check_only = json!({ "checkOnly": "true", "rollbackOnError": "true" });
    let one = package(&[("Profile", "Acme Other")]);
    let files = [
        ("package.xml", one.as_str()),
        ("profiles/Acme Other.profile", good.as_str()),
    ];
    check(
        &org,
        &check_only,
        &files,
        expect![[r#"
        Succeeded
          profiles/Acme Other.profile created changed
    "#]],
    );
    org.query(PROFILES, expect![[r#"
        {"Description":null,"Name":"Acme Good","PermissionsApiEnabled":true,"PermissionsApiUserOnly":false,"UserLicense":{"Name":"Partner Community"},"UserType":"PowerPartner"}
    "#]]);
}

#[test]
fn what_is_wrong_with_files_is_told_with_its_line() {
    let org = org();
    let named = package(&[
        ("Profile", "Acme A"),
        ("Profile", "Acme B"),
        ("Layout", "X"),
        ("Profile", "Acme C"),
    ]);
    let misplaced = partner("<userPermission>\n</userPermission>\n");
    let no_truth = partner(
        "<userPermissions>\n<enabled>yes</enabled><name>ApiEnabled</name></userPermissions>",
    );
    let files = [
        ("top/package.xml", named.as_str()),
        ("top/profiles/Acme A.profile", misplaced.as_str()),
        ("top/profiles/Acme B.profile", no_truth.as_str()),
        ("top/profiles/Acme D.profile", "<Profile/>"),
    ];
    check(
        &org,
        &strict(),
        &files,
        expect![[r#"
            Failed
              top/profiles/Acme A.profile line 4 Error: Element userPermission invalid at this location in type Profile
              top/profiles/Acme B.profile line 5 Error: 'yes' is not a valid value for the type xsd:boolean
              top/package.xml Error: the practice org does not know metadata of type `Layout`
              top/package.xml Error: An object 'Acme C' of type Profile was named in package.xml, but was not found in zipped directory
              top/profiles/Acme D.profile Error: Not in package.xml
        "#]],
    );
    check(
        &org,
        &strict(),
        &[("profiles/A.profile", "<Profile/>")],
        expect![[r#"
            Failed
              package.xml Error: No package.xml found
        "#]],
    );
}

#[test]
fn profiles_have_their_rules() {
    let org = org();
    let refused = |name: &str, content: &str, expected: Expect| {
        let named = package(&[("Profile", name)]);
        let path = format!("profiles/{name}.profile");
        check(
            &org,
            &strict(),
            &[("package.xml", named.as_str()), (path.as_str(), content)],
            expected,
        );
    };
    refused(
        "Admin",
        &format!("<Profile>{}</Profile>", API.replace(">true<", ">false<")),
        expect![[r#"
            Failed
              profiles/Admin.profile Error: You can't edit the permissions of the standard profile System Administrator
        "#]],
    );
    // A retrieved profile is sent with the permissions that it has.
    refused(
        "Admin",
        &format!("<Profile>{API}</Profile>"),
        expect![[r#"
            Succeeded
              profiles/Admin.profile
        "#]],
    );
    refused(
        "Partner Community User",
        &format!("<Profile>{API}</Profile>"),
        expect![[r#"
            Failed
              profiles/Partner Community User.profile Error: You can't edit the permissions of the standard profile Partner Community User
        "#]],
    );
    refused(
        "Acme",
        &partner("<userPermissions><enabled>true</enabled><name>Fly</name></userPermissions>"),
        expect![[r#"
            Failed
              profiles/Acme.profile Error: the practice org does not know the user permission `Fly`
        "#]],
    );
    refused(
        "Acme",
        &partner(""),
        expect![[r#"
        Succeeded
          profiles/Acme.profile created changed
    "#]],
    );
    let other = partner("").replace("Partner Community", "Salesforce");
    refused(
        "acme",
        &other,
        expect![[r#"
        Failed
          profiles/acme.profile Error: You can't change the user license of the profile Acme
    "#]],
    );
    let (empty, named) = (package(&[]), package(&[("Profile", "Admin")]));
    let files = [
        ("package.xml", empty.as_str()),
        ("destructiveChanges.xml", named.as_str()),
    ];
    check(
        &org,
        &strict(),
        &files,
        expect![[r#"
        Failed
          destructiveChanges.xml Error: Standard profiles can't be deleted
    "#]],
    );
}

#[test]
fn sharing_sets_have_their_rules() {
    let org = org();
    let named = package(&[("SharingSet", "Partners")]);
    let put = |content: &str, expected: Expect| {
        let content = format!("<SharingSet>{content}</SharingSet>");
        let files = [
            ("package.xml", named.as_str()),
            ("sharingSets/Partners.sharingSet", content.as_str()),
        ];
        check(&org, &strict(), &files, expected);
    };
    let mapping = |object: &str, level: &str, user: &str| {
        format!(
            "<name>Partners</name><profiles>Partner Community User</profiles><accessMappings><accessLevel>{level}</accessLevel><object>{object}</object><objectField>Id</objectField><userField>{user}</userField></accessMappings>"
        )
    };
    put(
        &mapping("Account", "Read", "Account"),
        expect![[r#"
        Succeeded
          sharingSets/Partners.sharingSet created changed
    "#]],
    );
    put(
        &mapping("Account", "Edit", "Contact.RelatedAccount"),
        expect![[r#"
            Succeeded
              sharingSets/Partners.sharingSet changed
        "#]],
    );
    put(
        "<name>Partners</name><profiles>Nobody</profiles>",
        expect![[r#"
            Failed
              sharingSets/Partners.sharingSet Error: In field: profiles - no Profile named Nobody found
        "#]],
    );
    put(
        "<name>Partners</name><profiles>Standard User</profiles>",
        expect![[r#"
            Failed
              sharingSets/Partners.sharingSet Error: In field: profiles - the license of Standard User does not allow sharing sets
        "#]],
    );
    put(
        "<profiles>Partner Community User</profiles>",
        expect![[r#"
        Failed
          sharingSets/Partners.sharingSet Error: Required field is missing: name
    "#]],
    );
    put(
        &mapping("Lead", "Read", "Account"),
        expect![[r#"
        Failed
          sharingSets/Partners.sharingSet Error: In field: object - Lead is not allowed in a sharing set
    "#]],
    );
    put(
        &mapping("Case", "All", "Account"),
        expect![[r#"
        Failed
          sharingSets/Partners.sharingSet Error: In field: accessLevel - All is not allowed in a sharing set
    "#]],
    );
    put(
        &mapping("Case", "Read", "Owner"),
        expect![[r#"
        Failed
          sharingSets/Partners.sharingSet Error: In field: userField - Owner is not allowed in a sharing set
    "#]],
    );
}

#[test]
fn settings_are_deployed_and_sharing_sets_need_digital_experiences() {
    let org = org_with(
        "[settings]\n'CommunitiesSettings.enableNetworksEnabled' = false\n'CommunitiesSettings.enableOotbProfExtUserOpsEnable' = false",
    );
    let set = package(&[("SharingSet", "S")]);
    let content = "<SharingSet><name>S</name></SharingSet>";
    let files = [
        ("package.xml", set.as_str()),
        ("sharingSets/S.sharingSet", content),
    ];
    check(
        &org,
        &strict(),
        &files,
        expect![[r#"
        Failed
          sharingSets/S.sharingSet Error: Not available for deploy for this organization
    "#]],
    );
    let named = package(&[("Settings", "Communities")]);
    let on = "<CommunitiesSettings><enableNetworksEnabled>true</enableNetworksEnabled></CommunitiesSettings>";
    let settings = [
        ("package.xml", named.as_str()),
        ("settings/Communities.settings", on),
    ];
    check(
        &org,
        &strict(),
        &settings,
        expect![[r#"
        Succeeded
          settings/Communities.settings changed
    "#]],
    );
    check(
        &org,
        &strict(),
        &files,
        expect![[r#"
        Succeeded
          sharingSets/S.sharingSet created changed
    "#]],
    );
    let off = on.replace("true", "false");
    let settings = [
        ("package.xml", named.as_str()),
        ("settings/Communities.settings", off.as_str()),
    ];
    check(
        &org,
        &strict(),
        &settings,
        expect![[r#"
        Failed
          settings/Communities.settings Error: Digital experiences can't be disabled once they are enabled
    "#]],
    );
}

#[test]
fn a_deployment_goes_on_in_the_background() {
    let mut org = org();
    let named = package(&[("Profile", "Acme")]);
    let profile = partner(API);
    let files = [
        ("package.xml", named.as_str()),
        ("profiles/Acme.profile", profile.as_str()),
    ];
    let (status, answer) = request(&org, &strict(), &files);
    assert_eq!(status, 201);
    expect![[r#"
        {
          "deployOptions": {
            "ignoreWarnings": true,
            "rollbackOnError": true,
            "singlePackage": true
          },
          "deployResult": {
            "checkOnly": false,
            "createdBy": "005dnH000000001ABA",
            "createdByName": "Ada Admin",
            "createdDate": "2026-11-22T10:00:00.000Z",
            "done": false,
            "id": "0AfdnH000000001CBA",
            "ignoreWarnings": true,
            "lastModifiedDate": "2026-11-22T10:00:00.000Z",
            "numberComponentErrors": 0,
            "numberComponentsDeployed": 0,
            "numberComponentsTotal": 1,
            "numberFiles": 2,
            "numberTestErrors": 0,
            "numberTestsCompleted": 0,
            "numberTestsTotal": 0,
            "rollbackOnError": true,
            "runTestsEnabled": false,
            "status": "Pending",
            "success": false,
            "zipSize": 542
          },
          "id": "0AfdnH000000001CBA"
        }
    "#]]
    .assert_eq(&format!("{answer:#}\n"));
    let id = answer["id"].as_str().expect("an id");
    org.query(PROFILES, expect![[""]]);
    org.check(
        &format!("GET {PATH}/{id}"),
        "",
        expect![[r#"
        200
        {
          "deployOptions": {
            "ignoreWarnings": true,
            "rollbackOnError": true,
            "singlePackage": true
          },
          "deployResult": {
            "checkOnly": false,
            "createdBy": "005dnH000000001ABA",
            "createdByName": "Ada Admin",
            "createdDate": "2026-11-22T10:00:00.000Z",
            "done": false,
            "id": "0AfdnH000000001CBA",
            "ignoreWarnings": true,
            "lastModifiedDate": "2026-11-22T10:00:01.000Z",
            "numberComponentErrors": 0,
            "numberComponentsDeployed": 0,
            "numberComponentsTotal": 1,
            "numberFiles": 2,
            "numberTestErrors": 0,
            "numberTestsCompleted": 0,
            "numberTestsTotal": 0,
            "rollbackOnError": true,
            "runTestsEnabled": false,
            "startDate": "2026-11-22T10:00:01.000Z",
            "status": "InProgress",
            "success": false,
            "zipSize": 542
          },
          "id": "0AfdnH000000001CBA",
          "url": "/services/data/v66.0/metadata/deployRequest/0AfdnH000000001CBA"
        }
    "#]],
    );
    org.now_ms += 60_000;
    org.check(
        &format!("GET {PATH}/{id}?includeDetails=true"),
        "",
        expect![[r#"
            200
            {
              "deployOptions": {
                "ignoreWarnings": true,
                "rollbackOnError": true,
                "singlePackage": true
              },
              "deployResult": {
                "checkOnly": false,
                "completedDate": "2026-11-22T10:01:01.000Z",
                "createdBy": "005dnH000000001ABA",
                "createdByName": "Ada Admin",
                "createdDate": "2026-11-22T10:00:00.000Z",
                "details": {
                  "componentFailures": [],
                  "componentSuccesses": [
                    {
                      "changed": true,
                      "componentType": "Profile",
                      "created": true,
                      "createdDate": "2026-11-22T10:01:01.000Z",
                      "deleted": false,
                      "fileName": "profiles/Acme.profile",
                      "fullName": "Acme",
                      "id": "00ednH00000000FABQ",
                      "success": true
                    }
                  ]
                },
                "done": true,
                "id": "0AfdnH000000001CBA",
                "ignoreWarnings": true,
                "lastModifiedDate": "2026-11-22T10:01:01.000Z",
                "numberComponentErrors": 0,
                "numberComponentsDeployed": 1,
                "numberComponentsTotal": 1,
                "numberFiles": 2,
                "numberTestErrors": 0,
                "numberTestsCompleted": 0,
                "numberTestsTotal": 0,
                "rollbackOnError": true,
                "runTestsEnabled": false,
                "startDate": "2026-11-22T10:00:01.000Z",
                "status": "Succeeded",
                "success": true,
                "zipSize": 542
              },
              "id": "0AfdnH000000001CBA",
              "url": "/services/data/v66.0/metadata/deployRequest/0AfdnH000000001CBA"
            }
        "#]],
    );
    org.check(
        &format!("GET {PATH}/0Af000000000000AAA"),
        "",
        expect![[r#"
        404
        [
          {
            "errorCode": "NOT_FOUND",
            "message": "The requested resource does not exist"
          }
        ]
    "#]],
    );
    org.check(
        &format!("DELETE {PATH}/{id}"),
        "",
        expect![[r#"
        405
        [
          {
            "errorCode": "METHOD_NOT_ALLOWED",
            "message": "HTTP Method 'DELETE' not allowed."
          }
        ]
    "#]],
    );
}

#[test]
fn a_zip_of_more_than_39_mb_is_not_opened() {
    let refusal =
        super::package::read(&vec![0; 39 * 1024 * 1024 + 1]).expect_err("it is too large");
    assert_eq!(refusal.code, "LIMIT_EXCEEDED");
}

#[test]
fn a_wildcard_takes_the_files_of_its_kind() {
    let org = org();
    check(
        &org,
        &strict(),
        &[
            (
                "package.xml",
                &package(&[("Role", "*"), ("Flow", "*"), ("Flows", "One")]),
            ),
            (
                "roles/Helper.role",
                "<Role><name>Helper</name><parentRole>CEO</parentRole></Role>",
            ),
            (
                "groups/Helpers.group",
                "<Group><name>Helpers</name></Group>",
            ),
        ],
        expect![[r#"
            Failed
              roles/Helper.role created changed
              package.xml Error: Unknown type name 'Flows' specified in package.xml
              groups/Helpers.group Error: Not in package.xml
        "#]],
    );
}
