//! The indexes that SQLite uses for lookups.

use expect_test::expect;
use rusqlite::params_from_iter;

use crate::in_flight::InFlight;
use crate::query::{compile, object_of, parse};
use crate::tenant::Tenant;
use crate::tenant::duplicate_header::DuplicateHeader;
use crate::testing::{TestOrg, org};

/// Every way in which Usher and its plugins look records up, and how SQLite finds them.
#[test]
fn lookups_use_indexes() {
    let org = org();
    let mut plans = String::new();
    for soql in [
        "SELECT Id FROM Account WHERE Id = '001000000000001'",
        "SELECT Name FROM Account WHERE Id IN ('001000000000001', '001000000000002')",
        "SELECT Id FROM Account WHERE Name IN ('Contoso', 'Fabrikam')",
        "SELECT Id, Owner.Name FROM Account WHERE OwnerId = '005000000000001'",
        "SELECT Id, Account.Name FROM Contact WHERE AccountId IN ('001000000000001', '001000000000002')",
        "SELECT Id FROM User WHERE AccountId IN ('001000000000001', '001000000000002') AND IsActive = true",
        "SELECT Id FROM User WHERE ContactId = '003000000000001'",
        "SELECT Id FROM User WHERE Username IN ('a@example.com', 'b@example.com')",
        "SELECT Id FROM User WHERE FederationIdentifier = 'a'",
        "SELECT Id FROM NetworkMember WHERE NetworkId = '0DB000000000001'",
        "SELECT Id, MemberId FROM NetworkMember WHERE NetworkId = '0DB000000000001' AND MemberId IN ('005000000000001', '005000000000002')",
        "SELECT Id FROM UserRole WHERE PortalAccountId IN ('001000000000001')",
        "SELECT Id FROM UserRole WHERE DeveloperName = 'CEO'",
        "SELECT Id FROM PermissionSetAssignment WHERE AssigneeId = '005000000000001' AND PermissionSetId = '0PS000000000001'",
        "SELECT Id FROM AccountShare WHERE AccountId = '001000000000001' AND UserOrGroupId IN ('005000000000001')",
    ] {
        plans.push_str(&format!("{soql}\n{}", plan(&org, soql)));
    }
    expect![[r#"
        SELECT Id FROM Account WHERE Id = '001000000000001'
          SEARCH t0 USING PRIMARY KEY (Id=?)
        SELECT Name FROM Account WHERE Id IN ('001000000000001', '001000000000002')
          SEARCH t0 USING PRIMARY KEY (Id=?)
        SELECT Id FROM Account WHERE Name IN ('Contoso', 'Fabrikam')
          SEARCH t0 USING COVERING INDEX Account.Name (Name=?)
          USE TEMP B-TREE FOR ORDER BY
        SELECT Id, Owner.Name FROM Account WHERE OwnerId = '005000000000001'
          SEARCH t0 USING COVERING INDEX Account.OwnerId (OwnerId=?)
          SEARCH t1 USING PRIMARY KEY (Id=?) LEFT-JOIN
        SELECT Id, Account.Name FROM Contact WHERE AccountId IN ('001000000000001', '001000000000002')
          SEARCH t0 USING COVERING INDEX Contact.AccountId (AccountId=?)
          SEARCH t1 USING PRIMARY KEY (Id=?) LEFT-JOIN
          USE TEMP B-TREE FOR ORDER BY
        SELECT Id FROM User WHERE AccountId IN ('001000000000001', '001000000000002') AND IsActive = true
          SEARCH t0 USING INDEX User.AccountId (AccountId=?)
          USE TEMP B-TREE FOR ORDER BY
        SELECT Id FROM User WHERE ContactId = '003000000000001'
          SEARCH t0 USING COVERING INDEX User.ContactId (ContactId=?)
        SELECT Id FROM User WHERE Username IN ('a@example.com', 'b@example.com')
          SEARCH t0 USING COVERING INDEX User.Username (Username=?)
          USE TEMP B-TREE FOR ORDER BY
        SELECT Id FROM User WHERE FederationIdentifier = 'a'
          SEARCH t0 USING COVERING INDEX User.FederationIdentifier (FederationIdentifier=?)
        SELECT Id FROM NetworkMember WHERE NetworkId = '0DB000000000001'
          SEARCH t0 USING COVERING INDEX NetworkMember.NetworkId (NetworkId=?)
        SELECT Id, MemberId FROM NetworkMember WHERE NetworkId = '0DB000000000001' AND MemberId IN ('005000000000001', '005000000000002')
          SEARCH t0 USING COVERING INDEX NetworkMember.NetworkId.MemberId (NetworkId=? AND MemberId=?)
          USE TEMP B-TREE FOR ORDER BY
        SELECT Id FROM UserRole WHERE PortalAccountId IN ('001000000000001')
          SEARCH t0 USING COVERING INDEX UserRole.PortalAccountId (PortalAccountId=?)
        SELECT Id FROM UserRole WHERE DeveloperName = 'CEO'
          SEARCH t0 USING COVERING INDEX UserRole.DeveloperName (DeveloperName=?)
        SELECT Id FROM PermissionSetAssignment WHERE AssigneeId = '005000000000001' AND PermissionSetId = '0PS000000000001'
          SEARCH t0 USING COVERING INDEX PermissionSetAssignment.AssigneeId.PermissionSetId (AssigneeId=? AND PermissionSetId=?)
        SELECT Id FROM AccountShare WHERE AccountId = '001000000000001' AND UserOrGroupId IN ('005000000000001')
          SEARCH t0 USING COVERING INDEX AccountShare.AccountId.UserOrGroupId (AccountId=? AND UserOrGroupId=?)
    "#]].assert_eq(&plans);
}

/// SQLite's plan of a query, a line a step.
fn plan(org: &TestOrg, soql: &str) -> String {
    let inner = org.practice.inner.lock().expect("no test panicked inside");
    let in_flight = InFlight::default();
    let org = Tenant {
        db: &inner.db,
        now_ms: org.now_ms,
        user_id: String::new(),
        fills: true,
        version: 66,
        calls: 0,
        in_flight: &in_flight,
        duplicates: DuplicateHeader::default(),
        unassigns: 0,
        deleted_too: false,
        readable: crate::tenant::readable::Readable::default(),
    };
    let query = parse(soql).expect("the query is right");
    let object = object_of(&org, &query.from).expect("there is the object");
    let compiled = compile::compile(&org, object, &query, None).expect("the query compiles");
    let sql = format!("EXPLAIN QUERY PLAN {}", compiled.sql);
    let mut statement = org.db.prepare(&sql).expect("the statement is right");
    let steps = statement
        .query_map(params_from_iter(&compiled.values), |row| {
            row.get::<_, String>("detail")
        })
        .expect("a plan");
    steps
        .map(|step| format!("  {}\n", step.expect("a step")))
        .collect()
}
