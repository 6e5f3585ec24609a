use super::{expect, json, org};

#[test]
fn an_upsert_makes_or_changes() {
    let org = org();
    org.create(
        "Contact",
        json!({ "LastName": "Old", "Email": "old@example.com" }),
    );
    for name in ["Twin", "Twin"] {
        org.create(
            "Contact",
            json!({ "LastName": name, "Email": "twin@example.com" }),
        );
    }
    let body =
        json!({ "operation": "upsert", "object": "Contact", "externalIdFieldName": "email" });
    org.loaded(
        &body,
        "Email,LastName\nOLD@example.com,Older\nnew@example.com,New\nNew@example.com,Again\ntwin@example.com,x\n,x\n",
        expect![[r#"
            JobComplete processed 5 failed 3
            successfulResults
            "sf__Id","sf__Created",Email,LastName
            "003dnH000000001ABA","false","OLD@example.com","Older"
            "003dnH000000004ABA","true","new@example.com","New"
            failedResults
            "sf__Id","sf__Error",Email,LastName
            "","DUPLICATE_VALUE:Duplicate external id specified: New@example.com:Email --","New@example.com","Again"
            "","DUPLICATE_EXTERNAL_ID:Email: more than one record found for external id field: [003dnH000000002ABA, 003dnH000000003ABA]:Email --","twin@example.com","x"
            "","MISSING_ARGUMENT:Email not specified:Email --","","x""#]],
    );
    org.query(
        "SELECT LastName, Email FROM Contact WHERE Email IN ('old@example.com', 'new@example.com') ORDER BY LastName",
        expect![[r#"
            {"Email":"new@example.com","LastName":"New"}
            {"Email":"old@example.com","LastName":"Older"}
        "#]],
    );
    org.loaded(
        &body,
        "LastName\nx\n",
        expect![[r#"
        Failed processed 0 failed 0 InvalidBatch : Field name not found : Email
        unprocessedrecords
        LastName
        x"#]],
    );
}

#[test]
fn an_upsert_by_id_makes_records_without_one() {
    let org = org();
    let id = org.create("Account", json!({ "Name": "Old" }));
    let body = json!({ "operation": "upsert", "object": "Account", "externalIdFieldName": "Id" });
    org.loaded(
        &body,
        &format!("Id,Name\n{id},Newer\n,New\n"),
        expect![[r#"
        JobComplete processed 2 failed 0
        successfulResults
        "sf__Id","sf__Created",Id,Name
        "001dnH000000001ABA","false","001dnH000000001ABA","Newer"
        "001dnH000000002ABA","true","","New""#]],
    );
}
