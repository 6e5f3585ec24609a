use serde_json::json;

use super::{Grant, LISTS, LISTS_BY_NAME, in_words, is_never_granted, lines};
use crate::manifest::Manifest;

fn manifest() -> Manifest {
    let json = json!({
        "format": 1, "name": "p", "version": "1.0.0", "summary": "", "kind": "changing",
        "input": {"type": "object", "properties": {"password": {"type": "string", "x-usher-secret": true}}},
        "output": {"type": "object"},
        "reads": {
            "records": {"User": ["Username", "Profile.UserLicenseId"], "Profile": []},
            "queries": {"Contact": ["Name", "Account.Owner.Name"]},
            "describes": ["user", "Network"],
            "settings": ["Communities"], "components": ["Profile"],
            "resources": ["query", "connect/communities/*"]
        },
        "writes": {
            "create": {"PermissionSetAssignment": []}, "update": {"User": ["Title"]}, "delete": ["Case"],
            "configure": {"Communities": ["enableNetworksEnabled"]}, "deploy": ["Profile"],
            "requests": ["POST connect/communities"]
        },
        "predicts": {"records": {"UserRole": ["Name"]}, "settings": {"Sharing": ["x"]}, "objects": {"Network": []}},
        "secrets": {"password": ["update User.Title", "POST connect/communities"]}
    });
    Manifest::parse(json.to_string().as_bytes()).expect("a manifest")
}

#[test]
fn a_grant_is_shaped_like_the_manifest() {
    let mut asked = Grant::asked_by(&manifest());
    assert_eq!(asked.take_never_granted(), ["query"]);
    expect_test::expect![[r#"
        read.Network = []
        read.Profile = []
        read.User = ["Profile.UserLicenseId", "Username"]
        query.Contact = ["Account.Owner.Name", "Name"]
        create.PermissionSetAssignment = []
        update.User = ["Title"]
        configure.Communities = ["enableNetworksEnabled"]
        predict.UserRole = ["Name"]
        predict_settings.Sharing = ["x"]
        predict_objects.Network = []
        secret.password = ["POST connect/communities", "update User.Title"]
        read_settings = ["Communities"]
        read_components = ["Profile"]
        get = ["connect/communities/*"]
        delete = ["Case"]
        deploy = ["Profile"]
        request = ["POST connect/communities"]"#]]
    .assert_eq(&lines(&asked));
    expect_test::expect![[r#"
        send the secret `password` to `POST connect/communities` and `update User.Title`
        delete `Case`
        send the request `POST connect/communities`
        deploy `Profile`
        update `Title` of `User`
        create `PermissionSetAssignment`
        set `enableNetworksEnabled` of the settings `Communities`
        predict `Name` of `UserRole`
        predict `x` of the settings `Sharing`
        predict that the object `Network` comes to be
        read the resource `connect/communities/*`
        read `Name` of `Contact` in free SOQL
        read `Name` of the `User` that `Account.Owner` of `Contact` leads to, in free SOQL
        read the object `Network`
        read the object `Profile`
        read `Username` of `User`
        read `UserLicenseId` of the `Profile` that `Profile` of `User` leads to
        read the settings `Communities`
        read components of type `Profile`"#]]
    .assert_eq(&in_words(&asked).join("\n"));
}

#[test]
fn no_key_is_without_words_or_without_a_line() {
    let mut grant = Grant::default();
    LISTS_BY_NAME
        .iter()
        .for_each(|key| grant.add_by_name(key, "X", []));
    LISTS.iter().for_each(|key| grant.add(key, "x"));
    let keys = LISTS_BY_NAME.len() + LISTS.len();
    assert_eq!(in_words(&grant).len(), keys);
    assert_eq!(lines(&grant).lines().count(), keys);
}

#[test]
fn what_is_not_granted_is_left_by_field() {
    let mut granted = Grant::asked_by(&manifest());
    assert!(granted.missing(&manifest()).is_empty());
    let mut narrower = Grant::default();
    narrower.add_by_name("read", "USER", ["username".to_owned()]);
    narrower.add_by_name("read", "profile", []);
    let missing = lines(&narrower.missing(&manifest()));
    assert!(
        missing.contains("read.User = [\"Profile.UserLicenseId\"]\n"),
        "{missing}"
    );
    assert!(missing.contains("read.Network = []\n"), "{missing}");
    assert!(!missing.contains("read.Profile"), "{missing}");
    granted.extend(&narrower);
    assert!(granted.missing(&manifest()).is_empty());
}

#[test]
fn privileges_have_the_same_words_in_any_case() {
    let words = |name: &str| {
        let mut grant = Grant::default();
        grant.add("raises", name);
        in_words(&grant).join("")
    };
    for name in [
        "PermissionSetId",
        "PermissionSetGroupId",
        "ProfileId",
        "UserRoleId",
        "a role at the top",
        "_HttpMethod",
    ] {
        assert!(!words(name).contains("user permission"), "{name}");
        assert_eq!(words(&name.to_uppercase()), words(name));
    }
    assert_eq!(
        words("VIEWALLRECORDS OF Account"),
        "raise privileges: open all records: `VIEWALLRECORDS OF Account`"
    );
}

#[test]
fn long_lines_are_broken() {
    let mut grant = Grant::default();
    let fields = (0..20).map(|it| format!("Field{it}__c"));
    grant.add_by_name("read", "User", fields);
    let text = lines(&grant);
    assert!(
        text.starts_with("read.User = [\n  \"Field0__c\",\n"),
        "{text}"
    );
    assert!(text.ends_with(",\n]"), "{text}");
}

#[test]
fn resources_that_carry_other_calls_are_never_granted() {
    for resource in [
        "query",
        "queryAll",
        "composite/sobjects",
        "POST tooling/executeAnonymous",
        "jobs/ingest",
        "*",
        "*/x",
        "..",
        "connect/../query",
        "https://evil.example",
        "Search",
        "query.json",
        "POST Composite.XML",
        "connect/batch",
        "POST connect/batch.json",
        "wave/query",
        "",
    ] {
        assert!(is_never_granted(resource), "{resource}");
    }
    for resource in [
        "connect/communities",
        "POST connect/communities/*/publish",
        "limits",
    ] {
        assert!(!is_never_granted(resource), "{resource}");
    }
}

#[test]
fn one_entry_stands_for_every_custom_field_of_the_object() {
    let json = json!({
        "format": 1, "name": "p", "version": "1.0.0", "summary": "", "kind": "changing",
        "input": {"type": "object"}, "output": {"type": "object"},
        "reads": {"records": {"User": ["*__c"]}},
        "writes": {"create": {"User": ["LastName", "*__c"]}}
    });
    let manifest = Manifest::parse(json.to_string().as_bytes()).expect("a manifest");
    let asked = Grant::asked_by(&manifest);
    let mut narrow = Grant::default();
    narrow.add_by_name(
        "create",
        "User",
        ["LastName".to_owned(), "Region__c".to_owned()],
    );
    expect_test::expect![[r#"
        create `User` with every custom field
        read every custom field of `User`"#]]
    .assert_eq(&in_words(&asked.without(&narrow)).join("\n"));
    assert!(narrow.without(&asked).is_empty());

    let reads = |field: &str| {
        manifest.declares_lookup(&crate::operation::Lookup {
            object: "User".to_owned(),
            fields: vec![field.to_owned()],
            conditions: Vec::new(),
        })
    };
    assert!(reads("Region__c").is_ok());
    assert!(reads("Name").is_err());
    // A field of a parent is a field of another object.
    assert!(reads("Manager.Region__c").is_err());
}
