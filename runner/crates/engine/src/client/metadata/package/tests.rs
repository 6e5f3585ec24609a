use expect_test::{Expect, expect};
use serde_json::{Value, json};

use super::{Package, PackagedComponent};

fn component(kind: &str, full_name: &str, content: Value) -> PackagedComponent {
    PackagedComponent {
        kind: kind.into(),
        full_name: full_name.into(),
        content: content.as_object().cloned().expect("an object"),
    }
}

#[track_caller]
fn files(package: &Package, expected: Expect) {
    let text = match package.files() {
        Ok(files) => files
            .into_iter()
            .map(|(path, text)| format!("{path}\n{text}"))
            .collect(),
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&text);
}

#[test]
fn a_package_is_its_listings_and_a_file_for_each_component() {
    let package = Package {
        components: vec![
            component(
                "SharingSet",
                "Partners",
                json!({
                    "profiles": ["B & C", "A"],
                    "name": ["Partners"],
                    "accessMappings": [{"object": ["Case"], "accessLevel": ["Read"]}]
                }),
            ),
            component("Profile", "B & C", json!({"custom": ["true"]})),
            component("SharingSet", "Empty", json!({})),
        ],
        removals: vec![("SharingSet".into(), "Old".into())],
    };
    files(
        &package,
        expect![[r#"
        package.xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Package xmlns="http://soap.sforce.com/2006/04/metadata">
            <types>
                <members>B &amp; C</members>
                <name>Profile</name>
            </types>
            <types>
                <members>Empty</members>
                <members>Partners</members>
                <name>SharingSet</name>
            </types>
            <version>66.0</version>
        </Package>
        destructiveChanges.xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Package xmlns="http://soap.sforce.com/2006/04/metadata">
            <types>
                <members>Old</members>
                <name>SharingSet</name>
            </types>
            <version>66.0</version>
        </Package>
        sharingSets/Partners.sharingSet
        <?xml version="1.0" encoding="UTF-8"?>
        <SharingSet xmlns="http://soap.sforce.com/2006/04/metadata">
            <accessMappings>
                <accessLevel>Read</accessLevel>
                <object>Case</object>
            </accessMappings>
            <name>Partners</name>
            <profiles>B &amp; C</profiles>
            <profiles>A</profiles>
        </SharingSet>
        profiles/B & C.profile
        <?xml version="1.0" encoding="UTF-8"?>
        <Profile xmlns="http://soap.sforce.com/2006/04/metadata">
            <custom>true</custom>
        </Profile>
        sharingSets/Empty.sharingSet
        <?xml version="1.0" encoding="UTF-8"?>
        <SharingSet xmlns="http://soap.sforce.com/2006/04/metadata">
        </SharingSet>
    "#]],
    );
    assert_eq!(package.zip(), package.zip());
}

#[test]
fn rules_of_an_object_share_a_file() {
    let rule = |kind: &str, full_name: &str| {
        let content = json!({"label": ["A rule"], "accessLevel": ["Read"], "sharedTo": [{"allPartnerUsers": [""]}]});
        component(kind, full_name, content)
    };
    let package = Package {
        components: vec![
            rule("SharingOwnerRule", "Lead.Ours"),
            rule("SharingCriteriaRule", "Lead.Web"),
            rule("SharingCriteriaRule", "Case.Open"),
        ],
        removals: vec![("SharingCriteriaRule".into(), "Lead.Old".into())],
    };
    files(
        &package,
        expect![[r#"
        package.xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Package xmlns="http://soap.sforce.com/2006/04/metadata">
            <types>
                <members>Case.Open</members>
                <members>Lead.Web</members>
                <name>SharingCriteriaRule</name>
            </types>
            <types>
                <members>Lead.Ours</members>
                <name>SharingOwnerRule</name>
            </types>
            <version>66.0</version>
        </Package>
        destructiveChanges.xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Package xmlns="http://soap.sforce.com/2006/04/metadata">
            <types>
                <members>Lead.Old</members>
                <name>SharingCriteriaRule</name>
            </types>
            <version>66.0</version>
        </Package>
        sharingRules/Lead.sharingRules
        <?xml version="1.0" encoding="UTF-8"?>
        <SharingRules xmlns="http://soap.sforce.com/2006/04/metadata">
            <sharingCriteriaRules>
                <fullName>Web</fullName>
                <accessLevel>Read</accessLevel>
                <label>A rule</label>
                <sharedTo>
                    <allPartnerUsers></allPartnerUsers>
                </sharedTo>
            </sharingCriteriaRules>
            <sharingOwnerRules>
                <fullName>Ours</fullName>
                <accessLevel>Read</accessLevel>
                <label>A rule</label>
                <sharedTo>
                    <allPartnerUsers></allPartnerUsers>
                </sharedTo>
            </sharingOwnerRules>
        </SharingRules>
        sharingRules/Case.sharingRules
        <?xml version="1.0" encoding="UTF-8"?>
        <SharingRules xmlns="http://soap.sforce.com/2006/04/metadata">
            <sharingCriteriaRules>
                <fullName>Open</fullName>
                <accessLevel>Read</accessLevel>
                <label>A rule</label>
                <sharedTo>
                    <allPartnerUsers></allPartnerUsers>
                </sharedTo>
            </sharingCriteriaRules>
        </SharingRules>
    "#]],
    );
}

#[test]
fn what_cannot_be_sent_is_refused() {
    let check = |component, expected: Expect| {
        files(
            &Package {
                components: vec![component],
                removals: Vec::new(),
            },
            expected,
        );
    };
    check(
        component("Layout", "L", json!({})),
        expect![
            "the org's answer makes no sense: this Usher cannot deploy a `Layout`, only Profile, SharingCriteriaRule, SharingOwnerRule, SharingSet"
        ],
    );
    check(
        component("Profile", "../x", json!({})),
        expect![
            "the org's answer makes no sense: `../x` cannot be the name of a file in a package"
        ],
    );
    check(
        component("Profile", "P", json!({"a><b": ["x"]})),
        expect!["the org's answer makes no sense: `a><b` is not a valid name of an element"],
    );
    check(
        component("Profile", "P", json!({"a": ["\u{1}"]})),
        expect![[
            r#"the org's answer makes no sense: a text with the character `\u{1}` cannot be sent"#
        ]],
    );
    check(
        component("Profile", "P", json!({"a": [1]})),
        expect!["the org's answer makes no sense: `a` is neither a text nor elements"],
    );
}
