use super::{expect, job, json, org};

#[test]
fn a_job_goes_from_open_to_complete() {
    let org = org();
    org.bulk_check(
        "POST ingest",
        r#"{"object":"account","operation":"insert","contentType":"CSV","lineEnding":"LF"}"#,
        expect![[r#"
            200
            {
              "apiVersion": 66.0,
              "columnDelimiter": "COMMA",
              "concurrencyMode": "Parallel",
              "contentType": "CSV",
              "contentUrl": "services/data/v66.0/jobs/ingest/750dnH000000001ABA/batches",
              "createdById": "005dnH000000001ABA",
              "createdDate": "2026-11-22T10:00:00.000+0000",
              "id": "750dnH000000001ABA",
              "lineEnding": "LF",
              "object": "Account",
              "operation": "insert",
              "state": "Open",
              "systemModstamp": "2026-11-22T10:00:00.000+0000"
            }
        "#]],
    );
    let id = "750dnH000000001ABA";
    org.bulk_check(
        &format!("PUT ingest/{id}/batches/"),
        "Name,NumberOfEmployees\nAcme,12\n\"Beta, \"\"Inc\"\"\",\n",
        expect![[r#"
            201
        "#]],
    );
    let state = r#"{"state":"UploadComplete"}"#;
    org.bulk_check(
        &format!("PATCH ingest/{id}/"),
        state,
        expect![[r#"
        200
        {
          "apiVersion": 66.0,
          "concurrencyMode": "Parallel",
          "contentType": "CSV",
          "createdById": "005dnH000000001ABA",
          "createdDate": "2026-11-22T10:00:00.000+0000",
          "id": "750dnH000000001ABA",
          "object": "Account",
          "operation": "insert",
          "state": "UploadComplete",
          "systemModstamp": "2026-11-22T10:00:00.000+0000"
        }
    "#]],
    );
    let path = format!("GET ingest/{id}");
    org.bulk_check(
        &path,
        "",
        expect![[r#"
        200
        {
          "apexProcessingTime": 0,
          "apiActiveProcessingTime": 0,
          "apiVersion": 66.0,
          "columnDelimiter": "COMMA",
          "concurrencyMode": "Parallel",
          "contentType": "CSV",
          "createdById": "005dnH000000001ABA",
          "createdDate": "2026-11-22T10:00:00.000+0000",
          "id": "750dnH000000001ABA",
          "jobType": "V2Ingest",
          "lineEnding": "LF",
          "numberRecordsFailed": 0,
          "numberRecordsProcessed": 0,
          "object": "Account",
          "operation": "insert",
          "retries": 0,
          "state": "InProgress",
          "systemModstamp": "2026-11-22T10:00:00.000+0000",
          "totalProcessingTime": 0
        }
    "#]],
    );
    org.bulk_check(
        &path,
        "",
        expect![[r#"
        200
        {
          "apexProcessingTime": 0,
          "apiActiveProcessingTime": 2000,
          "apiVersion": 66.0,
          "columnDelimiter": "COMMA",
          "concurrencyMode": "Parallel",
          "contentType": "CSV",
          "createdById": "005dnH000000001ABA",
          "createdDate": "2026-11-22T10:00:00.000+0000",
          "id": "750dnH000000001ABA",
          "jobType": "V2Ingest",
          "lineEnding": "LF",
          "numberRecordsFailed": 0,
          "numberRecordsProcessed": 2,
          "object": "Account",
          "operation": "insert",
          "retries": 0,
          "state": "JobComplete",
          "systemModstamp": "2026-11-22T10:00:00.000+0000",
          "totalProcessingTime": 2000
        }
    "#]],
    );
    org.bulk_check(
        &format!("GET ingest/{id}/successfulResults/"),
        "",
        expect![[r#"
            200
            "sf__Id","sf__Created",Name,NumberOfEmployees
            "001dnH000000001ABA","true","Acme","12"
            "001dnH000000002ABA","true","Beta, ""Inc""",""
        "#]],
    );
    org.bulk_check(
        &format!("GET ingest/{id}/failedResults/"),
        "",
        expect![[r#"
        200
        "sf__Id","sf__Error",Name,NumberOfEmployees
    "#]],
    );
    org.bulk_check(
        &format!("GET ingest/{id}/unprocessedrecords/"),
        "",
        expect![[r#"
            200
            Name,NumberOfEmployees
        "#]],
    );
    org.query(
        "SELECT Name, NumberOfEmployees FROM Account WHERE Name IN ('Acme', 'Beta, \"Inc\"')",
        expect![[r#"
            {"Name":"Acme","NumberOfEmployees":12}
            {"Name":"Beta, \"Inc\"","NumberOfEmployees":null}
        "#]],
    );
    org.bulk_check(
        "GET ingest?jobType=V2Ingest",
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
              "jobType": "V2Ingest",
              "lineEnding": "LF",
              "object": "Account",
              "operation": "insert",
              "state": "JobComplete",
              "systemModstamp": "2026-11-22T10:00:00.000+0000"
            }
          ]
        }
    "#]],
    );
    org.bulk_check(
        "GET ingest?jobType=Classic",
        "",
        expect![[r#"
        200
        {
          "done": true,
          "nextRecordsUrl": null,
          "records": []
        }
    "#]],
    );
    org.bulk_check(
        &format!("DELETE ingest/{id}"),
        "",
        expect![[r#"
        204
    "#]],
    );
    org.bulk_check(
        &path,
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
}

#[test]
fn each_row_is_saved_or_refused_for_itself() {
    org().loaded(
        &job("insert", "Contact"),
        "LastName,Email,Birthdate,AccountId\nOne,one@example.com,1990-01-02,\n,two@example.com,,\nThree,three,,\nFour,,soon,\nFive,,,001Jca00000000\nSix,a,b\n",
        expect![[r#"
            JobComplete processed 6 failed 5
            successfulResults
            "sf__Id","sf__Created",LastName,Email,Birthdate,AccountId
            "003dnH000000001ABA","true","One","one@example.com","1990-01-02",""
            failedResults
            "sf__Id","sf__Error",LastName,Email,Birthdate,AccountId
            "","REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --","","two@example.com","",""
            "","INVALID_EMAIL_ADDRESS:Email: invalid email address: three:Email --","Three","three","",""
            "","INVALID_TYPE_ON_FIELD_IN_RECORD:Birthdate: value not of required type: soon:Birthdate --","Four","","soon",""
            "","MALFORMED_ID:Account ID: id value of incorrect type: 001Jca00000000:AccountId --","Five","","","001Jca00000000"
            "","INVALID_INPUT:the practice org does not know what Salesforce does with a row of 3 values below 4 columns:--","Six","a","b""#]],
    );
}

#[test]
fn an_update_leaves_empty_values_and_empties_by_a_marker() {
    let org = org();
    let fields = json!({ "Name": "Old", "Phone": "1", "Site": "Here" });
    let id = org.create("Account", fields);
    org.loaded(
        &job("update", "Account"),
        &format!("Id,Name,Phone,Site\n{id},New,,#N/A\n,x,,\n001Jca000000999IAA,x,,\nmoo,x,,\n"),
        expect![[r##"
            JobComplete processed 4 failed 3
            successfulResults
            "sf__Id","sf__Created",Id,Name,Phone,Site
            "001dnH000000001ABA","false","001dnH000000001ABA","New","","#N/A"
            failedResults
            "sf__Id","sf__Error",Id,Name,Phone,Site
            "","MISSING_ARGUMENT:Id not specified in an update call:Id --","","x","",""
            "","INVALID_CROSS_REFERENCE_KEY:invalid cross reference id:--","001Jca000000999IAA","x","",""
            "","MALFORMED_ID:Account ID: id value of incorrect type: moo:Id --","moo","x","","""##]],
    );
    org.query(
        "SELECT Name, Phone, Site FROM Account WHERE Name = 'New'",
        expect![[r#"
            {"Name":"New","Phone":"1","Site":null}
        "#]],
    );
}

#[test]
fn a_delete_takes_ids_only() {
    let org = org();
    let id = org.create("Account", json!({ "Name": "Gone" }));
    let body = job("delete", "Account");
    org.loaded(
        &body,
        &format!("Id\n{id}\n{id}\n"),
        expect![[r#"
        JobComplete processed 2 failed 1
        successfulResults
        "sf__Id","sf__Created",Id
        "001dnH000000001ABA","false","001dnH000000001ABA"
        failedResults
        "sf__Id","sf__Error",Id
        "","INVALID_CROSS_REFERENCE_KEY:invalid cross reference id:--","001dnH000000001ABA""#]],
    );
    org.loaded(&body, &format!("Id,Name\n{id},x\n"), expect![[r#"
        Failed processed 0 failed 0 InvalidBatch : the data of a delete job must have the column Id only
        unprocessedrecords
        Id,Name
        001dnH000000001ABA,x"#]]);
    org.loaded(
        &body,
        "Name\nx\n",
        expect![[r#"
        Failed processed 0 failed 0 InvalidBatch : Field name not found : Id
        unprocessedrecords
        Name
        x"#]],
    );
}

#[test]
fn data_that_does_not_fit_fails_the_job() {
    let org = org();
    let body = job("insert", "Account");
    for (csv, expected) in [
        (
            "Name,Nme\nx,y\n",
            expect![[r#"
            Failed processed 0 failed 0 InvalidBatch : Field name not found : Nme
            unprocessedrecords
            Name,Nme
            x,y"#]],
        ),
        (
            "Name\r\nx\r\n",
            expect![[r#"
            Failed processed 0 failed 0 ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is LF
            unprocessedrecords
            Name
            x"#]],
        ),
        (
            "\u{FEFF}\"Name\"\nx\n",
            expect![[r#"
            Failed processed 0 failed 0 InvalidBatch : Failed to parse CSV. Found unescaped quote. A value with quote should be within a quote
            unprocessedrecords
            ﻿"Name"
            x"#]],
        ),
        (
            "Name\nx\na\"b\n",
            expect![[r#"
            Failed processed 0 failed 0 InvalidBatch : Failed to parse CSV. Found unescaped quote. A value with quote should be within a quote
            unprocessedrecords
            Name
            x
            a"b"#]],
        ),
        (
            "Name\nx\n\"open\n",
            expect![[r#"
            Failed processed 0 failed 0 InvalidBatch : Failed to parse CSV. EOF reached before closing an opened quote
            unprocessedrecords
            Name
            x
            "open"#]],
        ),
        (
            "",
            expect!["Failed processed 0 failed 0 InvalidBatch : the job has no data"],
        ),
        ("Name\n", expect!["JobComplete processed 0 failed 0"]),
        (
            "Name,Boss.Name\nx,y\n",
            expect![[r#"
            Failed processed 0 failed 0 InvalidBatch : Field name not found : Boss.Name
            unprocessedrecords
            Name,Boss.Name
            x,y"#]],
        ),
        (
            "Name,Owner.Alias\nx,y\n",
            expect![[r#"
            Failed processed 0 failed 0 InvalidBatch : Field name not found : Owner.Alias
            unprocessedrecords
            Name,Owner.Alias
            x,y"#]],
        ),
        (
            "Name,User:Owner.Username\nx,y\n",
            expect![[r#"
            Failed processed 0 failed 0 InvalidBatch : type is not needed for non polymorphic foreign key references: Owner
            unprocessedrecords
            Name,User:Owner.Username
            x,y"#]],
        ),
    ] {
        org.loaded(&body, csv, expected);
    }
    org.query(
        "SELECT COUNT(Id) FROM Account WHERE Name IN ('x', 'open')",
        expect![[r#"
            {"expr0":0}
        "#]],
    );
}

#[test]
fn parents_are_found_by_their_keys() {
    let org = org();
    org.create(
        "Contact",
        json!({ "LastName": "Meyer", "Email": "maria.meyer@example.com" }),
    );
    org.loaded(
        &job("insert", "Contact"),
        "LastName,Owner.Username,ReportsTo.Email\nOne,sam.sales@practice.usher.example,maria.meyer@example.com\nTwo,nobody@x.y,\nThree,#N/A,\n",
        expect![[r##"
            JobComplete processed 3 failed 1
            successfulResults
            "sf__Id","sf__Created",LastName,Owner.Username,ReportsTo.Email
            "003dnH000000002ABA","true","One","sam.sales@practice.usher.example","maria.meyer@example.com"
            "003dnH000000003ABA","true","Three","#N/A",""
            failedResults
            "sf__Id","sf__Error",LastName,Owner.Username,ReportsTo.Email
            "","INVALID_FIELD:Foreign key external ID: nobody@x.y not found for field Username in entity User:--","Two","nobody@x.y","""##]],
    );
    org.query(
        "SELECT LastName, Owner.Username, ReportsTo.LastName FROM Contact WHERE LastName = 'One'",
        expect![[r#"
            {"LastName":"One","Owner":{"Username":"sam.sales@practice.usher.example"},"ReportsTo":{"LastName":"Meyer"}}
        "#]],
    );
}

#[test]
fn other_delimiters_and_line_ends() {
    let body = json!({ "operation": "insert", "object": "Account", "columnDelimiter": "SEMICOLON", "lineEnding": "CRLF" });
    org().loaded(
        &body,
        "Name;Site\r\n\"a;b\";c\r\n;d\r\n",
        expect![[r#"
            JobComplete processed 2 failed 1
            successfulResults
            "sf__Id";"sf__Created";Name;Site\r
            "001dnH000000001ABA";"true";"a;b";"c"
            failedResults
            "sf__Id";"sf__Error";Name;Site\r
            "";"REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --";"";"d""#]],
    );
}

#[test]
fn jobs_that_are_not_made() {
    let org = org();
    for (body, expected) in [
        (
            "{",
            expect![[r#"
            400
            [
              {
                "errorCode": "JSON_PARSER_ERROR",
                "message": "the body is no JSON object: EOF while parsing an object at line 1 column 1"
              }
            ]
        "#]],
        ),
        (
            "[]",
            expect![[r#"
            400
            [
              {
                "errorCode": "JSON_PARSER_ERROR",
                "message": "the body is no JSON object: invalid type: sequence, expected a map at line 1 column 0"
              }
            ]
        "#]],
        ),
        (
            "{}",
            expect![[r#"
            400
            [
              {
                "errorCode": "JSON_PARSER_ERROR",
                "message": "Cannot read the value of operation"
              }
            ]
        "#]],
        ),
        (
            r#"{"operation":"query","object":"Account"}"#,
            expect![[r#"
            400
            [
              {
                "errorCode": "JSON_PARSER_ERROR",
                "message": "Cannot read the value of operation"
              }
            ]
        "#]],
        ),
        (
            r#"{"operation":"insert"}"#,
            expect![[r#"
            400
            [
              {
                "errorCode": "JSON_PARSER_ERROR",
                "message": "Cannot read the value of object"
              }
            ]
        "#]],
        ),
        (
            r#"{"operation":"insert","object":"Unicorn"}"#,
            expect![[r#"
            400
            [
              {
                "errorCode": "INVALIDENTITY",
                "message": "Entity 'Unicorn' is not supported by the Bulk API."
              }
            ]
        "#]],
        ),
        (
            r#"{"operation":"insert","object":"Account","contentType":"XML"}"#,
            expect![[r#"
                400
                [
                  {
                    "errorCode": "JSON_PARSER_ERROR",
                    "message": "Cannot read the value of contentType"
                  }
                ]
            "#]],
        ),
        (
            r#"{"operation":"insert","object":"Account","lineEnding":"CR"}"#,
            expect![[r#"
                400
                [
                  {
                    "errorCode": "JSON_PARSER_ERROR",
                    "message": "Cannot read the value of lineEnding"
                  }
                ]
            "#]],
        ),
        (
            r#"{"operation":"insert","object":"Account","columnDelimiter":"COLON"}"#,
            expect![[r#"
                400
                [
                  {
                    "errorCode": "JSON_PARSER_ERROR",
                    "message": "Cannot read the value of columnDelimiter"
                  }
                ]
            "#]],
        ),
        (
            r#"{"operation":"upsert","object":"Contact"}"#,
            expect![[r#"
            400
            [
              {
                "errorCode": "INVALIDJOB",
                "message": "External ID was blank for an upsert job"
              }
            ]
        "#]],
        ),
        (
            r#"{"operation":"upsert","object":"Contact","externalIdFieldName":"Title"}"#,
            expect![[r#"
                400
                [
                  {
                    "errorCode": "INVALIDJOB",
                    "message": "Field name provided, Title does not match an External ID, Salesforce Id, or indexed field for Contact"
                  }
                ]
            "#]],
        ),
        (
            r#"{"operation":"hardDelete","object":"Contact"}"#,
            expect![[r#"
                400
                [
                  {
                    "errorCode": "FEATURENOTENABLED",
                    "message": "hardDelete operation requires special user profile permission, please contact your system administrator"
                  }
                ]
            "#]],
        ),
        (
            r#"{"operation":"insert","object":"Case","assignmentRuleId":"01Q"}"#,
            expect![[r#"
                400
                [
                  {
                    "errorCode": "INVALIDJOB",
                    "message": "the practice org knows no assignment rules"
                  }
                ]
            "#]],
        ),
    ] {
        org.bulk_check("POST ingest", body, expected);
    }
    org.bulk_check(
        "DELETE ingest",
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
    org.bulk_check(
        "GET ingest/750Jca000000001IAA",
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
    org.bulk_check(
        "GET ingest/x/y",
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
    org.bulk_check(
        "GET other",
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
}

#[test]
fn a_job_moves_only_where_it_can() {
    let org = org();
    let id = org.bulk_job("ingest", &job("insert", "Account"));
    let path = format!("ingest/{id}");
    let close = r#"{"state":"UploadComplete"}"#;
    let abort = r#"{"state":"Aborted"}"#;
    org.bulk_check(
        &format!("DELETE {path}"),
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
        &format!("PATCH {path}"),
        r#"{"state":"JobComplete"}"#,
        expect![[r#"
            400
            [
              {
                "errorCode": "INVALIDJOBSTATE",
                "message": "A job cannot be moved to JobComplete"
              }
            ]
        "#]],
    );
    org.bulk_check(
        &format!("PATCH {path}"),
        r#"{"state":"Done"}"#,
        expect![[r#"
        400
        [
          {
            "errorCode": "JSON_PARSER_ERROR",
            "message": "Cannot read the value of state"
          }
        ]
    "#]],
    );
    org.bulk_check(
        &format!("PUT {path}/batches"),
        "Name\nx\n",
        expect![[r#"
        201
    "#]],
    );
    org.bulk_check(&format!("PUT {path}/batches"), "Name\nx\n", expect![[r#"
        400
        [
          {
            "errorCode": "INVALIDJOBSTATE",
            "message": "Found multiple contents for job: <750dnH000000001ABA>, please 'Close' / 'Abort' / 'Delete' the current Job then create a new Job and make sure you only do 'PUT' once on a given Job."
          }
        ]
    "#]]);
    org.bulk_check(
        &format!("PATCH {path}"),
        close,
        expect![[r#"
        200
        {
          "apiVersion": 66.0,
          "concurrencyMode": "Parallel",
          "contentType": "CSV",
          "createdById": "005dnH000000001ABA",
          "createdDate": "2026-11-22T10:00:00.000+0000",
          "id": "750dnH000000001ABA",
          "object": "Account",
          "operation": "insert",
          "state": "UploadComplete",
          "systemModstamp": "2026-11-22T10:00:00.000+0000"
        }
    "#]],
    );
    org.bulk_check(
        &format!("PATCH {path}"),
        close,
        expect![[r#"
        400
        [
          {
            "errorCode": "INVALIDJOBSTATE",
            "message": "Closing a job that is UploadComplete is not allowed"
          }
        ]
    "#]],
    );
    org.bulk_check(
        &format!("PUT {path}/batches"),
        "Name\nx\n",
        expect![[r#"
        400
        [
          {
            "errorCode": "INVALIDJOBSTATE",
            "message": "The job is UploadComplete, and takes no data"
          }
        ]
    "#]],
    );
    org.bulk_check(
        &format!("PATCH {path}"),
        abort,
        expect![[r#"
        200
        {
          "apiVersion": 66.0,
          "concurrencyMode": "Parallel",
          "contentType": "CSV",
          "createdById": "005dnH000000001ABA",
          "createdDate": "2026-11-22T10:00:00.000+0000",
          "id": "750dnH000000001ABA",
          "object": "Account",
          "operation": "insert",
          "state": "Aborted",
          "systemModstamp": "2026-11-22T10:00:00.000+0000"
        }
    "#]],
    );
    org.bulk_check(
        &format!("PATCH {path}"),
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
        &format!("GET {path}/unprocessedrecords"),
        "",
        expect![[r#"
        200
        Name
        x
    "#]],
    );
    org.bulk_check(
        &format!("DELETE {path}"),
        "",
        expect![[r#"
        204
    "#]],
    );
}

#[test]
fn a_job_without_data_fails() {
    let org = org();
    let id = org.bulk_job("ingest", &job("insert", "Account"));
    let close = r#"{"state":"UploadComplete"}"#;
    org.bulk(&format!("PATCH ingest/{id}"), &[], close);
    let info = org.bulk_end("ingest", &id);
    expect![[r#""Failed" "InvalidBatch : the job has no data""#]]
        .assert_eq(&format!("{} {}", info["state"], info["errorMessage"]));
}

#[test]
fn a_job_comes_with_its_data_in_one_request() {
    let org = org();
    for end in ["\r\n", "\n"] {
        let body = "--B!\nContent-Type: application/json\nContent-Disposition: form-data; name=\"job\"\n\n{\"object\":\"Account\",\"operation\":\"insert\"}\n--B!\nContent-Type: text/csv\nContent-Disposition: form-data; name=\"content\"; filename=\"content\"\n\nName\nx\n--B!--\n";
        let body = body
            .replace('\n', end)
            .replace(&format!("Name{end}x"), "Name\nx");
        let headers = [("Content-Type", "multipart/form-data; boundary=\"B!\"")];
        let response = org.bulk("POST ingest", &headers, &body);
        let job: serde_json::Value = serde_json::from_slice(response.body()).expect("JSON");
        assert_eq!(job["state"], "UploadComplete", "{job}");
        let info = org.bulk_end("ingest", job["id"].as_str().expect("an id"));
        assert_eq!(info["state"], "JobComplete", "{info}");
        assert_eq!(info["numberRecordsProcessed"], 1);
        assert_eq!(info["numberRecordsFailed"], 0);
    }
    let headers = [("Content-Type", "multipart/form-data")];
    assert_eq!(org.bulk("POST ingest", &headers, "--\n").status(), 400);
}

#[test]
fn rights_and_rules_hold_in_jobs() {
    let mut org = org();
    let admin = org.token.clone();
    let sam = "sam.sales@practice.usher.example";
    org.token = org.practice.sign_in(Some(sam), [9; 16]).expect("a user");
    org.loaded(
        &job("insert", "UserRole"),
        "Name\nBoss\n",
        expect![[r#"
        JobComplete processed 1 failed 1
        failedResults
        "sf__Id","sf__Error",Name
        "","INSUFFICIENT_ACCESS_OR_READONLY:insufficient access rights on object id:--","Boss""#]],
    );
    let id = org.bulk_job("ingest", &job("insert", "Account"));
    org.token = admin;
    org.bulk_check(
        &format!("PUT ingest/{id}/batches"),
        "Name\nx\n",
        expect![[r#"
        403
        [
          {
            "errorCode": "INVALIDUSER",
            "message": "The job was created by another user"
          }
        ]
    "#]],
    );
    org.bulk_check(
        &format!("PATCH ingest/{id}"),
        r#"{"state":"Aborted"}"#,
        expect![[r#"
            403
            [
              {
                "errorCode": "INVALIDUSER",
                "message": "The job was created by another user"
              }
            ]
        "#]],
    );
}

#[test]
fn a_job_that_has_ended_is_forgotten_after_a_week() {
    let mut org = org();
    let (id, _) = org.bulk_load(&job("insert", "Account"), "Name\nx\n");
    org.now_ms += 6 * 86_400_000;
    assert_eq!(org.bulk(&format!("GET ingest/{id}"), &[], "").status(), 200);
    org.now_ms += 2 * 86_400_000;
    assert_eq!(org.bulk(&format!("GET ingest/{id}"), &[], "").status(), 404);
}
