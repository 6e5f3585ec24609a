use super::{Value, expect, json, org};

#[test]
fn a_query_job_is_answered_in_csv() {
    let org = org();
    for name in ["Acme", "\"Beta\", Inc", "Core"] {
        org.create("Account", json!({ "Name": name }));
    }
    let body = json!({ "operation": "query", "query": "select id, Name, owner.username, parent.Name, IsPersonAccount from account order by name limit 2" });
    org.bulk_check(
        "POST query",
        &body.to_string(),
        expect![[r#"
        200
        {
          "apiVersion": 66.0,
          "columnDelimiter": "COMMA",
          "concurrencyMode": "Parallel",
          "contentType": "CSV",
          "createdById": "005dnH000000001ABA",
          "createdDate": "2026-11-22T10:00:00.000+0000",
          "id": "750dnH000000001ABA",
          "lineEnding": "LF",
          "object": "Account",
          "operation": "query",
          "state": "UploadComplete",
          "systemModstamp": "2026-11-22T10:00:00.000+0000"
        }
    "#]],
    );
    let id = "750dnH000000001ABA";
    org.bulk_check(
        &format!("GET query/{id}/results"),
        "",
        expect![[r#"
        400
        [
          {
            "errorCode": "INVALIDJOBSTATE",
            "message": "The job is UploadComplete, and has no results"
          }
        ]
    "#]],
    );
    org.bulk_check(
        &format!("DELETE query/{id}"),
        "",
        expect![[r#"
        400
        [
          {
            "errorCode": "API_ERROR",
            "message": "Error encountered when deleting the job because the job is not terminated"
          }
        ]
    "#]],
    );
    org.bulk_check(
        &format!("GET query/{id}"),
        "",
        expect![[r#"
        200
        {
          "apiVersion": 66.0,
          "columnDelimiter": "COMMA",
          "concurrencyMode": "Parallel",
          "contentType": "CSV",
          "createdById": "005dnH000000001ABA",
          "createdDate": "2026-11-22T10:00:00.000+0000",
          "id": "750dnH000000001ABA",
          "isPkChunkingSupported": true,
          "jobType": "V2Query",
          "lineEnding": "LF",
          "object": "Account",
          "operation": "query",
          "retries": 0,
          "state": "InProgress",
          "systemModstamp": "2026-11-22T10:00:00.000+0000",
          "totalProcessingTime": 0
        }
    "#]],
    );
    org.bulk_check(
        &format!("GET query/{id}"),
        "",
        expect![[r#"
        200
        {
          "apiVersion": 66.0,
          "columnDelimiter": "COMMA",
          "concurrencyMode": "Parallel",
          "contentType": "CSV",
          "createdById": "005dnH000000001ABA",
          "createdDate": "2026-11-22T10:00:00.000+0000",
          "id": "750dnH000000001ABA",
          "isPkChunkingSupported": true,
          "jobType": "V2Query",
          "lineEnding": "LF",
          "numberRecordsProcessed": 2,
          "object": "Account",
          "operation": "query",
          "retries": 0,
          "state": "JobComplete",
          "systemModstamp": "2026-11-22T10:00:00.000+0000",
          "totalProcessingTime": 2000
        }
    "#]],
    );
    org.bulk_check(
        &format!("GET query/{id}/results"),
        "",
        expect![[r#"
        200
        "Id","Name","Owner.Username","Parent.Name","IsPersonAccount"
        "001dnH000000002ABA","""Beta"", Inc","admin@practice.usher.example","","false"
        "001dnH000000001ABA","Acme","admin@practice.usher.example","","false"
    "#]],
    );
    org.bulk_check(
        &format!("GET query/{id}/resultPages"),
        "",
        expect![[r#"
        200
        {
          "done": true,
          "resultPages": [
            {
              "resultUrl": "/services/data/v66.0/jobs/query/750dnH000000001ABA/results?locator=MA"
            }
          ]
        }
    "#]],
    );
    org.bulk_check(
        "GET query",
        "",
        expect![[r#"
        200
        {
          "done": true,
          "nextRecordsUrl": null,
          "records": [
            {
              "apiVersion": 66.0,
              "columnDelimiter": "COMMA",
              "concurrencyMode": "Parallel",
              "contentType": "CSV",
              "createdById": "005dnH000000001ABA",
              "createdDate": "2026-11-22T10:00:00.000+0000",
              "id": "750dnH000000001ABA",
              "jobType": "V2Query",
              "lineEnding": "LF",
              "object": "Account",
              "operation": "query",
              "state": "JobComplete",
              "systemModstamp": "2026-11-22T10:00:00.000+0000"
            }
          ]
        }
    "#]],
    );
    org.bulk_check(
        &format!("GET /services/data/v60.0/jobs/query/{id}/results"),
        "",
        expect![[r#"
            409
            [
              {
                "errorCode": "API_ERROR",
                "message": "Use the API version that the query job was created with"
              }
            ]
        "#]],
    );
    let abort = r#"{"state":"Aborted"}"#;
    org.bulk_check(
        &format!("PATCH query/{id}"),
        abort,
        expect![[r#"
        400
        [
          {
            "errorCode": "INVALIDJOBSTATE",
            "message": "Aborting already Completed Job not allowed"
          }
        ]
    "#]],
    );
    org.bulk_check(
        &format!("DELETE query/{id}"),
        "",
        expect![[r#"
        204
    "#]],
    );
}

#[test]
fn results_come_in_sets() {
    let org = org();
    let body = json!({ "operation": "queryAll", "query": "SELECT Name FROM UserRole", "columnDelimiter": "PIPE", "lineEnding": "CRLF" });
    let id = org.bulk_job("query", &body);
    let info = org.bulk_end("query", &id);
    let total = info["numberRecordsProcessed"].as_u64().expect("a number");
    assert!(total > 5);
    let (mut locator, mut records, mut sets) = (String::new(), 0, 0);
    while locator != "null" {
        let line = match locator.is_empty() {
            true => format!("GET query/{id}/results?maxRecords=2"),
            false => format!("GET query/{id}/results?maxRecords=2&locator={locator}"),
        };
        let response = org.bulk(&line, &[], "");
        assert_eq!(response.status(), 200);
        let text = String::from_utf8_lossy(response.body()).into_owned();
        assert!(text.starts_with("\"Name\"\r\n\""), "{text}");
        let header = |name: &str| response.headers()[name].to_str().expect("text").to_owned();
        let number: u64 = header("Sforce-NumberOfRecords").parse().expect("a number");
        assert_eq!(text.matches("\r\n").count() as u64, number + 1);
        (records, sets) = (records + number, sets + 1);
        locator = header("Sforce-Locator");
    }
    assert_eq!((records, sets), (total, total.div_ceil(2)));
    org.bulk_check(
        &format!("GET query/{id}/results?locator=moo"),
        "",
        expect![[r#"
            400
            [
              {
                "errorCode": "INVALID_QUERY_LOCATOR",
                "message": "invalid query locator"
              }
            ]
        "#]],
    );
    org.bulk_check(
        &format!("GET query/{id}/results?maxRecords=0"),
        "",
        expect![[r#"
            400
            [
              {
                "errorCode": "JSON_PARSER_ERROR",
                "message": "Cannot read the value of maxRecords"
              }
            ]
        "#]],
    );
}

#[test]
fn queries_that_no_job_takes() {
    let org = org();
    for (soql, expected) in [
        (
            "SELECT COUNT() FROM Account",
            expect![[r#"400 "API_ERROR": "Functions not supported in Bulk Query""#]],
        ),
        (
            "SELECT Name, COUNT(Id) FROM Account GROUP BY Name",
            expect![[r#"400 "API_ERROR": "GROUP BY and OFFSET not supported in Bulk Query""#]],
        ),
        (
            "SELECT Id, (SELECT Id FROM Contacts) FROM Account",
            expect![[r#"400 "API_ERROR": "Aggregate Relationships not supported in Bulk Query""#]],
        ),
        (
            "SELECT Id FROM Account OFFSET 2",
            expect![[r#"400 "API_ERROR": "GROUP BY and OFFSET not supported in Bulk Query""#]],
        ),
        (
            "SELECT Id FROM Unicorn",
            expect![[
                r#"400 "INVALID_TYPE": "sObject type 'Unicorn' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.""#
            ]],
        ),
        (
            "SELECT Horn FROM Account",
            expect![[
                r#"400 "INVALID_FIELD": "No such column 'Horn' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.""#
            ]],
        ),
        (
            "SELECT",
            expect![[
                r#"400 "MALFORMED_QUERY": "unexpected token `<EOF>` at 6, expecting a field or an aggregate""#
            ]],
        ),
    ] {
        let body = json!({ "operation": "query", "query": soql });
        let response = org.bulk("POST query", &[], &body.to_string());
        let error: Value = serde_json::from_slice(response.body()).expect("JSON");
        let text = format!(
            "{} {}: {}",
            response.status().as_u16(),
            error[0]["errorCode"],
            error[0]["message"]
        );
        expected.assert_eq(&text);
    }
    org.bulk_check(
        "POST query",
        r#"{"operation":"insert","query":"SELECT Id FROM Account"}"#,
        expect![[r#"
            400
            [
              {
                "errorCode": "JSON_PARSER_ERROR",
                "message": "Cannot read the value of operation"
              }
            ]
        "#]],
    );
    assert_eq!(
        org.bulk("GET /services/data/v46.0/jobs/query", &[], "")
            .status(),
        404
    );
}

#[test]
fn deleted_records_are_found_by_query_all_only() {
    let org = org();
    let ids = ["Here", "Gone"].map(|name| org.create("Account", json!({ "Name": name })));
    let (status, _) = org.send(
        &format!("DELETE /services/data/v66.0/sobjects/Account/{}", ids[1]),
        "",
    );
    assert_eq!(status, 204);
    for (operation, expected) in [
        (
            "query",
            expect![[r#"
        200
        "Name","IsDeleted"
        "Here","false"
    "#]],
        ),
        (
            "queryAll",
            expect![[r#"
        200
        "Name","IsDeleted"
        "Here","false"
        "Gone","true"
    "#]],
        ),
    ] {
        let body =
            json!({ "operation": operation, "query": "SELECT Name, IsDeleted FROM Account" });
        let id = org.bulk_job("query", &body);
        org.bulk_end("query", &id);
        org.bulk_check(&format!("GET query/{id}/results"), "", expected);
    }
}
