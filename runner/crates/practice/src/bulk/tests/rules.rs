//! Rules, locks and rights hold in jobs as over REST.

use bytes::Bytes;
use http::Request;

use super::{Value, expect, job, json, org};
use crate::testing::{NOW_MS, TestOrg};

/// A user for a new contact of the account, as fields.
fn user(org: &TestOrg, account: &str, name: &str) -> Value {
    let contact = json!({ "LastName": name, "AccountId": account });
    json!({
        "Username": format!("{name}@bulk.example"), "LastName": name, "Email": "x@bulk.example",
        "Alias": "x", "CommunityNickname": name, "TimeZoneSidKey": "Europe/Berlin",
        "LocaleSidKey": "en_US", "EmailEncodingKey": "UTF-8", "LanguageLocaleKey": "en_US",
        "ProfileId": org.id("SELECT Id FROM Profile WHERE Name = 'Customer Community Plus User'"),
        "ContactId": org.create("Contact", contact),
    })
}

/// The fields of records as the data of a job.
fn csv(records: &[Value]) -> String {
    let Some(Value::Object(first)) = records.first() else {
        return String::new();
    };
    let names: Vec<&str> = first.keys().map(String::as_str).collect();
    let mut text = format!("{}\n", names.join(","));
    for record in records {
        let cells = names.iter().map(|name| record[*name].as_str());
        let cells: Vec<&str> = cells.map(Option::unwrap_or_default).collect();
        text.push_str(&format!("{}\n", cells.join(",")));
    }
    text
}

#[test]
fn an_account_that_another_request_has_locked_refuses_users() {
    let org = org();
    let owner = org.id("SELECT Id FROM User WHERE Alias = 'ssales'");
    let locked = org.create("Account", json!({ "Name": "Locked", "OwnerId": owner }));
    let free = org.create("Account", json!({ "Name": "Free", "OwnerId": owner }));
    let first = user(&org, &locked, "first");
    let rows = [user(&org, &locked, "second"), user(&org, &free, "third")];
    let request = Request::post("/services/data/v66.0/sobjects/User")
        .header("Authorization", format!("Bearer {}", org.token))
        .body(Bytes::from(first.to_string()))
        .expect("a request");
    let met = org.practice.exchange_amid(request, NOW_MS, None);
    assert_eq!(met.response.status(), 201);
    let (id, info) = org.bulk_load(&job("insert", "User"), &csv(&rows));
    drop(met);
    let failed = org.bulk(&format!("GET ingest/{id}/failedResults"), &[], "");
    let failed = String::from_utf8_lossy(failed.body()).into_owned();
    let error = failed.lines().nth(1).unwrap_or_default();
    let error = error.split("\",\"").nth(1).unwrap_or_default();
    expect!["2 UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record: 001dnH000000001ABA:--"].assert_eq(&format!("{} {error}", info["numberRecordsProcessed"]));
}

#[test]
fn duplicate_rules_hold() {
    let org = org();
    org.create("Account", json!({ "Name": "Contoso" }));
    let on = json!({ "practice.duplicateRule.Account": true });
    let (status, _) = org.send("PATCH /practice/settings", &on.to_string());
    assert_eq!(status, 204);
    org.loaded(
        &job("insert", "Account"),
        "Name\nContoso\nOther\nOther\n",
        expect![[r#"
        JobComplete processed 3 failed 2
        successfulResults
        "sf__Id","sf__Created",Name
        "001dnH000000002ABA","true","Other"
        failedResults
        "sf__Id","sf__Error",Name
        "","DUPLICATES_DETECTED:Use one of these records?:--","Contoso"
        "","DUPLICATES_DETECTED:Use one of these records?:--","Other""#]],
    );
}

#[test]
fn setup_objects_follow_their_own_rules() {
    let org = org();
    org.loaded(
        &job("insert", "PermissionSet"),
        "Name,Label\nReaders,Readers\nReaders,Again\n1x,Wrong\n",
        expect![[r#"
            JobComplete processed 3 failed 2
            successfulResults
            "sf__Id","sf__Created",Name,Label
            "0PSdnH00000000TGBQ","true","Readers","Readers"
            failedResults
            "sf__Id","sf__Error",Name,Label
            "","DUPLICATE_DEVELOPER_NAME:The name you entered is already in use: Readers:Name --","Readers","Again"
            "","FIELD_INTEGRITY_EXCEPTION:The API name can only contain underscores and alphanumeric characters. It must be unique, begin with a letter, not include spaces, not end with an underscore, and not contain two consecutive underscores.:Name --","1x","Wrong""#]],
    );
    org.loaded(
        &job("insert", "Organization"),
        "Name\nx\n",
        expect![[r#"
        JobComplete processed 1 failed 1
        failedResults
        "sf__Id","sf__Error",Name
        "","INVALID_TYPE_FOR_OPERATION:entity type cannot be inserted: Organization:--","x""#]],
    );
}

#[test]
fn hard_deletes_need_their_permission_and_pass_the_bin_by() {
    let org = org();
    let account = org.create("Account", json!({ "Name": "Acme" }));
    let contact = org.create(
        "Contact",
        json!({ "LastName": "Below", "AccountId": account }),
    );
    let binned = org.create("Account", json!({ "Name": "Binned" }));
    let s = "/services/data/v66.0/sobjects";
    assert_eq!(org.send(&format!("DELETE {s}/Account/{binned}"), "").0, 204);
    let profile = org.id("SELECT Id FROM Profile WHERE Name = 'System Administrator'");
    let line = format!("PATCH /practice/records/Profile/{profile}");
    let (status, _) = org.send(&line, r#"{"PermissionsBulkApiHardDelete":true}"#);
    assert_eq!(status, 204);
    org.loaded(
        &job("hardDelete", "Account"),
        &format!("Id\n{account}\n{binned}\n001dnH00000009zAAA\n"),
        expect![[r#"
            JobComplete processed 3 failed 2
            successfulResults
            "sf__Id","sf__Created",Id
            "001dnH000000001ABA","false","001dnH000000001ABA"
            failedResults
            "sf__Id","sf__Error",Id
            "","ENTITY_IS_DELETED:entity is deleted:--","001dnH000000002ABA"
            "","MALFORMED_ID:Account ID: id value of incorrect type: 001dnH00000009zAAA:Id --","001dnH00000009zAAA""#]],
    );
    org.loaded(&job("hardDelete", "Account"), "Id,Name\nx,y\n", expect![[r#"
        Failed processed 0 failed 0 InvalidBatch : the data of a delete job must have the column Id only
        unprocessedrecords
        Id,Name
        x,y"#]]);
    let mut text = String::new();
    for id in [&account, &contact] {
        let object = if id.starts_with("001") {
            "Account"
        } else {
            "Contact"
        };
        let (status, body) = org.send(&format!("GET {s}/{object}/{id}"), "");
        text.push_str(&format!("{status} {body}\n"));
    }
    let all = "GET /services/data/v66.0/queryAll?q=SELECT Name FROM Account";
    let (_, found) = org.send(all, "");
    text.push_str(&format!("{}\n", found["totalSize"]));
    expect![[r#"
        404 [{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]
        404 [{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]
        1
    "#]]
    .assert_eq(&text);
}
