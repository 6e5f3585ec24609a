//! Sharing sets.

use expect_test::expect;
use serde_json::{Value as Json, json};

use super::{ORG, check, check_in};

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
            ~ set: Change the sharing set `Cases`: the profile `Cloned`, Edit on each Case whose Account is Account of the user, in place of Read
                deploy SharingSet "Cases" {"accessMappings":[{"accessLevel":["Edit"],"object":["Case"],"objectField":["Account"],"userField":["Account"]}],"description":["By hand"],"name":["Our cases"],"profiles":["Customer Plus","Cloned"]}
                undo: restore
            > shared: Users with `Customer Plus` and `Cloned` get, as soon as Salesforce has calculated it: Edit on each Case whose Account is Account of the user
                other
                likely, because of @set
            ! info for-all-profiles at /sharing_set: The access that the sharing set `Cases` gives is that of all its profiles: `Customer Plus` and `Cloned`
                rule: Metadata API, SharingSet
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
                remedy: Set {with.sharing_set.name} to another name, or take that mapping out in Setup > Digital Experiences > Settings
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
                remedy: Take one of the two out of {with.sharing_set.mappings}: a set has one mapping for an object
            ! error in-another-set at /sharing_set/mappings/0/object: The sharing set `Cases` shares `Case` with the profile `Customer Plus` already, and a profile has an object in one set only
                remedy: Set {with.sharing_set.name} to `Cases`, or take the object or the profile out of it in Setup > Digital Experiences > Settings
                rule: docs/salesforce/sharing.md#sharing-sets
            ! error in-another-set at /sharing_set/mappings/1/object: The sharing set `Cases` shares `Case` with the profile `Customer Plus` already, and a profile has an object in one set only
                remedy: Set {with.sharing_set.name} to `Cases`, or take the object or the profile out of it in Setup > Digital Experiences > Settings
                rule: docs/salesforce/sharing.md#sharing-sets
        "#]],
    );
}

#[test]
fn a_profile_has_an_object_in_one_set() {
    let orders = json!([{ "object": "Order", "object_field": "Account", "user_field": "Account" }]);
    let refused = expect![[r#"
        unmet
        ! error in-another-set at /sharing_set/mappings/0/object: The sharing set `Partners_Orders` shares `Order` with the profile `Customer Community User` already, and a profile has an object in one set only
            remedy: Set {with.sharing_set.name} to `Partners_Orders`, or take the object or the profile out of it in Setup > Digital Experiences > Settings
            rule: docs/salesforce/sharing.md#sharing-sets
    "#]];
    check(
        set(
            "More_Orders",
            &["Cloned", "Customer Community User"],
            orders.clone(),
        ),
        refused,
    );
    let other_profile = expect![[r#"
        ~ set: Make the sharing set `More_Orders`: the profile `Cloned`, Read on each Order whose Account is Account of the user
            deploy SharingSet "More_Orders" {"accessMappings":[{"accessLevel":["Read"],"object":["Order"],"objectField":["Account"],"userField":["Account"]}],"name":["More_Orders"],"profiles":["Cloned"]}
            undo: restore
        > shared: Users with `Cloned` get, as soon as Salesforce has calculated it: Read on each Order whose Account is Account of the user
            other
            likely, because of @set
        = {}
    "#]];
    check(set("More_Orders", &["Cloned"], orders), other_profile);
}

#[test]
fn profiles_go_by_full_name_too() {
    let set = set("Cases", &["CustomerCommunity"], cases("Read"));
    let added = expect![[r#"
        ~ set: Add to the sharing set `Cases`: the profile `Customer Community User`
            deploy SharingSet "Cases" {"accessMappings":[{"accessLevel":["Read"],"object":["Case"],"objectField":["Account"],"userField":["Account"]}],"description":["By hand"],"name":["Our cases"],"profiles":["Customer Plus","CustomerCommunity"]}
            undo: restore
        > shared: Users with `Customer Community User` get, as soon as Salesforce has calculated it: Read on each Case whose Account is Account of the user
            other
            likely, because of @set
        = {}
    "#]];
    check(set, added);
}

#[test]
fn more_access_stays_unless_the_input_lowers_it() {
    let edit = ORG.replace(
        r#"{ accessLevel = ["Read"], object = ["Case"]"#,
        r#"{ accessLevel = ["Edit"], object = ["Case"]"#,
    );
    let mut input = set("Cases", &["Customer Plus", "Cloned"], cases("Read"));
    let kept = expect![[r#"
        ~ set: Add to the sharing set `Cases`: the profile `Cloned`
            deploy SharingSet "Cases" {"accessMappings":[{"accessLevel":["Edit"],"object":["Case"],"objectField":["Account"],"userField":["Account"]}],"description":["By hand"],"name":["Our cases"],"profiles":["Customer Plus","Cloned"]}
            undo: restore
        > shared: Users with `Customer Plus` and `Cloned` get, as soon as Salesforce has calculated it: Edit on each Case whose Account is Account of the user
            other
            likely, because of @set
        ! info more-access at /sharing_set/mappings/0/access: The sharing set `Cases` gives Edit on each Case, which is more than Read, and keeps it
            remedy: Set {with.lower_access} to true to lower it to Read
        = {}
    "#]];
    check_in(&edit, input.clone(), kept);
    input["lower_access"] = json!(true);
    let lowered = expect![[r#"
        ~ set: Change the sharing set `Cases`: the profile `Cloned`, Read on each Case whose Account is Account of the user, lowered from Edit
            deploy SharingSet "Cases" {"accessMappings":[{"accessLevel":["Read"],"object":["Case"],"objectField":["Account"],"userField":["Account"]}],"description":["By hand"],"name":["Our cases"],"profiles":["Customer Plus","Cloned"]}
            undo: restore
        > shared: Users with `Customer Plus` and `Cloned` get, as soon as Salesforce has calculated it: Read on each Case whose Account is Account of the user
            other
            likely, because of @set
        ! warning access-lowered at /sharing_set/mappings/0/access: The sharing set `Cases` gives Edit on each Case and is lowered to Read
        ! info for-all-profiles at /sharing_set: The access that the sharing set `Cases` gives is that of all its profiles: `Customer Plus` and `Cloned`
            rule: Metadata API, SharingSet
        = {}
    "#]];
    check_in(&edit, input, lowered);
}
