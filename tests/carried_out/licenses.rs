//! "Create a Customer User to Access Financial Services Cloud in Experience Cloud": a user of each of its licenses.

use serde_json::json;

use super::{Procedure, did, mails_to, records, seats_taken, sets_of, step, summaries};
use crate::world::{Org, Product};

const RECIPE: &str = "fsc/customer-user";

const MAIL: &str = "maria.meyer@example.com";

/// Users of a license have roles, or they have none.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Roles {
    Some,
    None,
}

/// Each step of the document, on a business account: its owner gets a role, its contact becomes the one user.
#[test]
fn a_contact_becomes_a_user_with_access() {
    let product = Product::new();
    let org = product.practice();
    let inputs = [
        "contact=maria.meyer@example.com",
        "owner_role=CEO",
        "profile=Client Customer Community Plus",
        "permission_sets=Customer Community Read Only",
        "site=Client Portal",
        "username=maria@lakeside.example",
    ];
    let procedure = Procedure::new(&product, RECIPE, &inputs);
    let applied = procedure.carry_out(&[]);
    let gave = "Give nora.north@usher-practice.example, owner of the contact and its account, the role `CEO`";
    assert_eq!(did(&applied, "owner_role"), [gave]);
    let made = "Make Maria Meyer of the account `Lakeside Credit Union` a user with the profile `Client Customer Community Plus`";
    assert_eq!(did(&applied, "user"), [made]);
    let assigned =
        "Assign the permission set `Customer Community Read Only` to maria@lakeside.example";
    assert_eq!(did(&applied, "permissions"), [assigned]);
    let owner =
        "SELECT UserRole.Name FROM User WHERE Username = 'nora.north@usher-practice.example'";
    assert_eq!(
        records(&org, owner),
        json!([{ "UserRole": { "Name": "CEO" } }])
    );
    // The user of the contact is the user of the account, too: there is one.
    let users =
        "SELECT Username, Contact.Email FROM User WHERE Account.Name = 'Lakeside Credit Union'";
    assert_eq!(
        records(&org, users),
        json!([{ "Username": "maria@lakeside.example", "Contact": { "Email": MAIL } }])
    );
    let check = procedure.run("check", &["--json"]).json();
    assert_eq!(step(&check, "access")["state"], "as-wanted");
}

#[test]
fn client_customer_community() {
    carried_out("Client Customer Community", Roles::None);
}

#[test]
fn client_customer_community_plus() {
    carried_out("Client Customer Community Plus", Roles::Some);
}

#[test]
fn client_customer_community_login() {
    carried_out("Client Customer Community Login", Roles::None);
}

#[test]
fn client_customer_community_plus_login() {
    carried_out("Client Customer Community Plus Login", Roles::Some);
}

/// A contact of an account whose owner has no role becomes a user with the profile that is called like its license.
#[track_caller]
fn carried_out(profile: &str, roles: Roles) {
    let product = Product::new();
    let org = product.practice();
    let profile_input = format!("profile={profile}");
    let license_input = format!("license={profile}");
    let inputs = [
        "contact=maria.meyer@example.com",
        "owner_role=Customer Support, North America",
        "site=Client Portal",
        "add_profile_to_site=true",
        &profile_input,
        &license_input,
    ];
    let procedure = Procedure::new(&product, RECIPE, &inputs);
    let plan = procedure.plan();
    let place = match roles {
        Roles::Some => "The user gets the role `Lakeside Credit Union Customer User`",
        Roles::None => "The user gets no role; users of this license have none",
    };
    let announced = summaries(step(&plan, "user"), "effects", "");
    assert!(announced.iter().any(|line| line == place), "{announced:#?}");
    let seats = seats_taken(&org, profile);
    procedure.carry_out(&[]);
    let role = match roles {
        Roles::Some => json!({ "Name": "Lakeside Credit Union Customer User" }),
        Roles::None => json!(null),
    };
    let user = "SELECT IsActive, Profile.Name, Profile.UserLicense.Name, UserRole.Name, Account.Name FROM User WHERE Contact.Email = 'maria.meyer@example.com'";
    assert_eq!(
        records(&org, user),
        json!([{
            "IsActive": true,
            "Profile": { "Name": profile, "UserLicense": { "Name": profile } },
            "UserRole": role,
            "Account": { "Name": "Lakeside Credit Union" },
        }])
    );
    assert_eq!(seats_taken(&org, profile), seats + 1);
    let sets = sets_of(&org, "Assignee.Contact.Email = 'maria.meyer@example.com'");
    assert_eq!(sets, ["Customer Community Read Only"]);
    // The site is not active yet, so nothing is sent until it is.
    assert_eq!(status(&org), "UnderConstruction");
    assert_eq!(mails_to(&org, MAIL), Vec::<String>::new());
    let live = procedure.with(&["activate=true"]);
    let activated = did(&live.carry_out(&[]), "live");
    let last = activated.last().map(String::as_str);
    assert_eq!(last, Some("Activate the site `Client Portal`"));
    assert_eq!(status(&org), "Live");
    assert_eq!(mails_to(&org, MAIL), ["welcome Client Portal"]);
}

/// The site stays as it is, and mails the customer at once because it is live.
#[test]
fn a_site_that_is_live_mails_the_customer() {
    let product = Product::new();
    let org = product.practice();
    let site = org.id("Network", "Name = 'Client Portal'");
    org.set("Network", Some(&site), &json!({ "Status": "Live" }));
    let inputs = [
        "contact=maria.meyer@example.com",
        "owner_role=Customer Support, North America",
        "site=Client Portal",
    ];
    let procedure = Procedure::new(&product, RECIPE, &inputs);
    let plan = procedure.plan();
    assert_eq!(step(&plan, "live")["state"], "skipped");
    let announced = summaries(step(&plan, "user"), "effects", "");
    let mail =
        "maria.meyer@example.com gets the welcome mail of the site `Client Portal`, which is live";
    assert!(announced.iter().any(|line| line == mail), "{announced:#?}");
    procedure.carry_out(&[]);
    assert_eq!(mails_to(&org, MAIL), ["welcome Client Portal"]);
}

fn status(org: &Org) -> String {
    let site = org.query("SELECT Status FROM Network WHERE Name = 'Client Portal'");
    site[0]["Status"].as_str().unwrap_or_default().to_owned()
}
