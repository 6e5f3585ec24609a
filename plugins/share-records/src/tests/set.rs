//! Sharing sets.

use expect_test::expect;
use serde_json::{Value as Json, json};

use super::check;

/// A set for `profiles` with these mappings.
fn set(name: &str, profiles: &[&str], mappings: Json) -> Json {
    json!({ "sharing_set": { "name": name, "profiles": profiles, "mappings": mappings } })
}

/// Cases of the user's account.
fn cases(access: &str) -> Json {
    json!([{ "object": "Case", "object_field": "Account", "user_field": "Account", "access": access }])
}

#[test]
fn a_new_set_is_made() {
    let mut input = set(
        "Partners",
        &["Customer Plus", "Customer Community User", "Cloned"],
        json!([
            { "object": "Account", "object_field": "Id", "user_field": "Account" },
            { "object": "Fund__c", "object_field": "Owner__c", "user_field": "Contact.RelatedAccount", "access": "Edit" },
        ]),
    );
    check(
        input.clone(),
        expect![[r#"
            ~ set: Make the sharing set `Partners`: the profile `Customer Plus`, the profile `Customer Community User`, the profile `Cloned`, Read on each Account whose Id is Account of the user, Edit on each Fund__c whose Owner__c is Contact.RelatedAccount of the user
                deploy SharingSet "Partners" {"accessMappings":[{"accessLevel":["Read"],"object":["Account"],"objectField":["Id"],"userField":["Account"]},{"accessLevel":["Edit"],"object":["Fund__c"],"objectField":["Owner__c"],"userField":["Contact.RelatedAccount"]}],"name":["Partners"],"profiles":["Customer Plus","CustomerCommunity","Cloned"]}
                undo: restore
            > shared: Users with `Customer Plus`, `Customer Community User` and `Cloned` get, as soon as Salesforce has calculated it: Read on each Account whose Id is Account of the user, Edit on each Fund__c whose Owner__c is Contact.RelatedAccount of the user
                other
                likely, because of @set
            = {}
        "#]],
    );
    input["sharing_set"]["label"] = json!("What partners see");
    input["sharing_set"]["profiles"] = json!(["Cloned"]);
    check(
        input,
        expect![[r#"
        ~ set: Make the sharing set `Partners`: the profile `Cloned`, Read on each Account whose Id is Account of the user, Edit on each Fund__c whose Owner__c is Contact.RelatedAccount of the user
            deploy SharingSet "Partners" {"accessMappings":[{"accessLevel":["Read"],"object":["Account"],"objectField":["Id"],"userField":["Account"]},{"accessLevel":["Edit"],"object":["Fund__c"],"objectField":["Owner__c"],"userField":["Contact.RelatedAccount"]}],"name":["What partners see"],"profiles":["Cloned"]}
            undo: restore
        > shared: Users with `Cloned` get, as soon as Salesforce has calculated it: Read on each Account whose Id is Account of the user, Edit on each Fund__c whose Owner__c is Contact.RelatedAccount of the user
            other
            likely, because of @set
        = {}
    "#]],
    );
}

#[test]
fn what_a_set_holds_besides_stays() {
    check(
        set("Cases", &["Customer Plus"], cases("Read")),
        expect![[r#"
            = {}
        "#]],
    );
    check(
        set("Cases", &["customer plus", "Cloned"], cases("Edit")),
        expect![[r#"
            ~ set: Add to the sharing set `Cases`: the profile `Cloned`, Edit on each Case whose Account is Account of the user
                deploy SharingSet "Cases" {"accessMappings":[{"accessLevel":["Edit"],"object":["Case"],"objectField":["Account"],"userField":["Account"]}],"description":["By hand"],"name":["Our cases"],"profiles":["Customer Plus","Cloned"]}
                undo: restore
            > shared: Users with `Customer Plus` and `Cloned` get, as soon as Salesforce has calculated it: Edit on each Case whose Account is Account of the user
                other
                likely, because of @set
            = {}
        "#]],
    );
}

#[test]
fn a_mapping_of_somebody_else_is_not_replaced() {
    let other = json!([{ "object": "Case", "object_field": "Contact", "user_field": "Contact" }]);
    check(
        set("Cases", &["Customer Plus"], other),
        expect![[r#"
        unmet
        ! error mapping-differs at /sharing_set/mappings/0: The sharing set `Cases` shares `Case` already, where `Account` of the record is `Account` of the user
            remedy: Name another sharing set, or take that mapping out in Setup > Digital Experiences > Settings
            rule: Metadata API, SharingSet
    "#]],
    );
}

#[test]
fn one_mapping_for_an_object() {
    let twice = json!([
        { "object": "Case", "object_field": "Account", "user_field": "Account" },
        { "object": "Case", "object_field": "Contact", "user_field": "Contact" },
    ]);
    check(
        set("New", &["Customer Plus"], twice),
        expect![[r#"
        invalid
        ! error object-mapped-twice at /sharing_set/mappings/1/object: `Case` is shared by this set already
            remedy: A set has one mapping for an object: make another set
    "#]],
    );
}
