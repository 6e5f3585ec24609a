//! "Actions Available for Customer Community Plus Users": the two permission sets of those who share documents.

use serde_json::json;

use super::{Procedure, records, seats_taken, sets_of, step};
use crate::world::Product;

/// A contact of a partner account becomes a partner user with *CLM Digital Experience Partner*.
#[test]
fn clm_digital_experience_partner() {
    let product = Product::new();
    let org = product.practice();
    let inputs = [
        "contact=paul.paragraph@example.com",
        "profile=Contracts Partner User",
    ];
    let procedure = Procedure::new(&product, "contracts/clm-partner", &inputs);
    let plan = procedure.plan();
    assert_eq!(step(&plan, "user")["state"], "changes");
    assert_eq!(step(&plan, "permissions")["state"], "changes");
    let seats = seats_taken(&org, "Partner Community");
    procedure.carry_out(&[]);
    let user = "SELECT IsActive, UserType, Profile.Name, UserRole.Name FROM User WHERE Contact.Email = 'paul.paragraph@example.com'";
    let paul = |is_active: bool| {
        json!([{
            "IsActive": is_active,
            "UserType": "PowerPartner",
            "Profile": { "Name": "Contracts Partner User" },
            "UserRole": { "Name": "Harbour Law Partner User" },
        }])
    };
    assert_eq!(records(&org, user), paul(true));
    let his = "Assignee.Contact.Email = 'paul.paragraph@example.com'";
    assert_eq!(sets_of(&org, his), ["CLM Digital Experience Partner"]);
    assert_eq!(seats_taken(&org, "Partner Community"), seats + 1);
    procedure.undo();
    assert_eq!(records(&org, user), paul(false));
    assert_eq!(sets_of(&org, his), Vec::<String>::new());
    assert_eq!(seats_taken(&org, "Partner Community"), seats);
}

/// A user who is there gets *CLM Runtime User* and its license.
#[test]
fn clm_runtime_user() {
    let product = Product::new();
    let org = product.practice();
    let inputs = ["user=karla.kiel@usher-practice.example"];
    let procedure = Procedure::new(&product, "contracts/clm-runtime-user", &inputs);
    let plan = procedure.plan();
    assert_eq!(step(&plan, "permissions")["state"], "changes");
    procedure.carry_out(&[]);
    let hers = "Assignee.Username = 'karla.kiel@usher-practice.example'";
    assert_eq!(sets_of(&org, hers), ["CLM Runtime User"]);
    let licenses = format!(
        "SELECT PermissionSetLicense.DeveloperName FROM PermissionSetLicenseAssign WHERE {hers}"
    );
    assert_eq!(
        records(&org, &licenses),
        json!([{ "PermissionSetLicense": { "DeveloperName": "ContractLifecycleManagementUserPsl" } }])
    );
    procedure.undo();
    assert_eq!(sets_of(&org, hers), Vec::<String>::new());
    assert_eq!(records(&org, &licenses), json!([]));
}
