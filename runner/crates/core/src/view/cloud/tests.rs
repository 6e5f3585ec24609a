//! Every kind of read after a step without a plan.

use serde_json::{Value, json};

use super::Cloud;
use crate::view::{Progress, Snapshot, View};
use usher_contract::manifest::Manifest;
use usher_contract::operation::{ComponentName, Condition, Lookup};
use usher_contract::read::{ReadError, Record};
use usher_contract::value::{Scalar, Token};

fn cloud(reads: Value, writes: Value) -> Cloud {
    let manifest = json!({
        "format": 1, "name": "p", "version": "1.0.0", "summary": "s", "kind": "changing",
        "input": { "type": "object" }, "output": { "type": "object" },
        "reads": reads, "writes": writes,
    });
    let manifest = Manifest::parse(manifest.to_string().as_bytes()).expect("a manifest");
    Cloud::of(&manifest, Token::of_text("site:plan"))
}

fn view(reads: Value, writes: Value) -> View {
    let mut view = View::default();
    view.cloud(cloud(reads, writes));
    view
}

fn path(text: &str) -> Vec<String> {
    text.split('/').map(str::to_owned).collect()
}

fn find(view: &View, object: &str, fields: &[&str], rows: &[Value]) -> Value {
    let lookup = Lookup {
        object: object.into(),
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        conditions: vec![Condition::is("Name", Scalar::text("x"))],
    };
    let mut seen = Snapshot::default();
    for _ in 0..5 {
        match view.find(&lookup, &seen) {
            Progress::Ask(asked) => {
                for lookup in asked {
                    let rows = rows.iter().filter_map(Value::as_object).cloned();
                    seen.put(lookup, Ok(rows.collect()));
                }
            }
            Progress::Answer(Ok(records)) => return json!(records),
            Progress::Answer(Err(error)) => return json!(error.to_string()),
        }
    }
    panic!("the view asks without end");
}

#[test]
fn settings_that_it_configures_are_pending() {
    let view = view(
        json!({}),
        json!({ "configure": { "Communities": ["enableNetworksEnabled"] } }),
    );
    assert!(matches!(
        view.settings("communities", Record::new()),
        Err(ReadError::Pending { token, .. }) if token.to_string() == "site:plan"
    ));
    assert!(view.settings("Sharing", Record::new()).is_ok());
    let configures = json!({ "configure": { "Communities": [] } });
    let kinds = cloud(json!({}), configures);
    assert_eq!(kinds.components().collect::<Vec<_>>(), ["Settings"]);
    // The org may accept then what it refuses today.
    assert!(view.configuring().is_some());
}

#[test]
fn components_that_it_deploys_are_pending_and_so_is_what_it_reads() {
    let view = view(
        json!({ "records": { "Profile": ["Name"] }, "queries": { "PermissionSet": ["Name"] } }),
        json!({ "deploy": ["Profile"] }),
    );
    let kinds = cloud(json!({}), json!({ "deploy": ["Profile"] }));
    assert_eq!(kinds.components().collect::<Vec<_>>(), ["Profile"]);
    let name = ComponentName {
        kind: "Profile".into(),
        full_name: Scalar::text("Real"),
    };
    let reason = "not known before it has happened: an earlier step may still deploy a `Profile`";
    let read = view.component(&name, None).map(|_| ());
    assert_eq!(read.expect_err("pending").to_string(), reason);
    let listed = view.components("Profile", Vec::new()).map(|_| ());
    assert_eq!(listed.expect_err("pending").to_string(), reason);
    assert!(view.components("SharingRules", Vec::new()).is_ok());
    assert!(view.touched(&["Profile"]).is_some());
    assert!(view.touched(&["permissionset"]).is_some());
    assert!(view.touched(&["User"]).is_none());
    assert!(view.settings("Sharing", Record::new()).is_ok());
    assert!(view.configuring().is_some());
}

#[test]
fn what_its_requests_may_touch_is_pending() {
    let view = view(
        json!({ "records": { "Network": ["Name"] }, "resources": ["sobjects/BackgroundOperation/*"] }),
        json!({ "requests": ["POST connect/communities/*/publish"] }),
    );
    for touched in [
        "connect/communities",
        "connect/communities/0DB1",
        "connect/Communities/0DB1/publish",
        "sobjects/BackgroundOperation/08P1",
        "sobjects/Network/0DB1",
    ] {
        assert!(view.touched_resource(&path(touched)).is_some(), "{touched}");
    }
    for apart in ["limits", "connect/organization", "sobjects/User/0051"] {
        assert!(view.touched_resource(&path(apart)).is_none(), "{apart}");
    }
    assert_eq!(
        find(&view, "Network", &[], &[]),
        json!("not known before it has happened: an earlier step may still write `Network`")
    );
}

#[test]
fn a_path_through_what_it_writes_is_pending() {
    let view = view(json!({}), json!({ "update": { "User": ["UserRoleId"] } }));
    let account = json!({ "Id": "001000000000001AAA", "OwnerId": "005000000000001AAA", "Owner.UserRoleId": null,
                          "ParentId": null, "Parent.Name": null, "Name": "x" });
    let rows = [account];
    assert_eq!(
        find(&view, "Account", &["Owner.UserRoleId"], &rows),
        json!("not known before it has happened: an earlier step may still write `User`")
    );
    assert_eq!(
        find(&view, "Account", &["Parent.Name"], &rows),
        json!([{ "Id": "001000000000001AAA", "Parent.Name": null }])
    );
}

#[test]
fn no_record_changes_what_an_org_says_of_an_object() {
    let described = path("sobjects/User/describe");
    let records = view(json!({}), json!({ "update": { "User": ["UserRoleId"] } }));
    assert!(records.touched_resource(&described).is_none());
    assert!(
        records
            .touched_resource(&path("sobjects/User/0051"))
            .is_some()
    );
    let metadata = view(json!({}), json!({ "deploy": ["CustomObject"] }));
    assert!(metadata.touched_resource(&described).is_some());
}
