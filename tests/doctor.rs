//! `usher org doctor`: an org before anything is done in it.

mod lacking;

use expect_test::expect;
use usher_core::doctor::DOUBTS;

use crate::world::{Product, Ran};

/// The words of a command. The questions are in flight together: how many of them come before the one for the limits is
/// left to chance.
fn words(ran: &Ran) -> String {
    let text = ran.text();
    let Some((before, after)) = text.split_once(" of 15000 left today") else {
        return text;
    };
    let before = before.trim_end_matches(|letter: char| letter.is_ascii_digit());
    format!("{before}N of 15000 left today{after}")
}

#[test]
fn an_org_without_a_recipe() {
    let product = Product::new();
    let doctored = product.run("org doctor --org practice");
    expect![[r#"
        exit 0
        --- out
        org       practice (practice org), 00DJca000000001MAA
                  Usher Practice, Usher Practice Org, on PRACTICE, API 66.0
        user      admin@practice.usher.example, 005Jca000000001IAA
                  Ada Admin, profile System Administrator, license Salesforce, no role
        requests  N of 15000 left today
        settings  Digital Experiences on; standard external profiles on; minimize the number of roles off; number of roles: no API shows it, see Setup > Digital Experiences > Settings
        sites     Client Portal (UnderConstruction, not a member)

        LICENSES                              USED  TOTAL  FREE  PLAN TAKES
        Client Customer Community             0     50     50
        Client Customer Community Login       0     50     50
        Client Customer Community Plus        1     50     49
        Client Customer Community Plus Login  0     50     50
        Customer Community                    0     50     50
        Customer Community Login              0     50     50
        Customer Community Plus               0     50     50
        Customer Community Plus Login         0     50     50
        Partner Community                     2     50     48
        Partner Community Login               0     50     50

        Findings that are there anyway
          note: Ada Admin has no role, and Salesforce asks the owner of an account with external users for one
            give this user a role, or let another user own the accounts (rule: docs/salesforce/roles.md#owner-needs-a-role)
            Setup > Users
            code: doctor/no-role
          note: admin@practice.usher.example is not a member of `Client Portal`, and Salesforce lets members alone customize or publish a site
            add the profile of this user to the members of the site (rule: docs/salesforce/sites.md#working-on-a-site)
            Setup > All Sites > Workspaces > Administration > Members
            code: doctor/not-member
        --- err
    "#]].assert_eq(&words(&doctored));
}

#[test]
fn an_org_for_a_recipe() {
    let product = Product::new();
    let doctored = product.run("org doctor --org practice --for fsc/customer-user");
    expect![[r#"
        exit 0
        --- out
        org       practice (practice org), 00DJca000000001MAA
                  Usher Practice, Usher Practice Org, on PRACTICE, API 66.0
        user      admin@practice.usher.example, 005Jca000000001IAA
                  Ada Admin, profile System Administrator, license Salesforce, no role
        requests  N of 15000 left today
        settings  Digital Experiences on; standard external profiles on; minimize the number of roles off; number of roles: no API shows it, see Setup > Digital Experiences > Settings
        sites     Client Portal (UnderConstruction, not a member)

        LICENSES                        USED  TOTAL  FREE  PLAN TAKES
        Client Customer Community Plus  1     50     49    1

        Give a customer access to Financial Services Cloud in Experience Cloud  (fsc/customer-user): 6 steps, 1 of them planned later; 5 requests to send
          yes      one of *Manage Internal Users* and *Manage Users*: to change internal users
          yes      one of *Manage External Users*, *Delegated External User Administrator* and *Manage External Users (Limited)*: to make or change external users
          yes      one of *Assign Permission Sets* and *Manage Users*: to assign permission sets
          yes      *Create and Set Up Experiences*: to make, change or publish sites
          yes      one of *View Roles and Role Hierarchy*, *View Setup and Configuration*, *Manage Roles* and *Manage Users*: to see roles
          yes      one of *View Setup and Configuration*, *Assign Permission Sets* and *Manage Users*: to see permission sets
          yes      one of *Modify Metadata Through Metadata API Functions* and *Modify All Data*: to use the Metadata API; a step does without
          *Read* on Account, Case, Contact, Lead, Opportunity

        Findings of this plan
          warning: The site `Client Portal` is under construction and can never be so again; it can only be taken down for maintenance (`live`)
            code: preview-ends
          warning: The site `Client Portal` mails its 2 members how to get in; mails cannot be called back (`live`)
            code: activation-mails
          warning: admin@practice.usher.example, in whose name Usher works, is not a member of the site `Client Portal`, and Salesforce may refuse to publish or activate it (`live`)
            Add the profile of that user in Workspaces > Administration > Members first (rule: docs/salesforce/sites.md#working-on-a-site)
            code: runner-not-a-member

        Findings that are there anyway
          note: Ada Admin has no role, and Salesforce asks the owner of an account with external users for one
            give this user a role, or let another user own the accounts (rule: docs/salesforce/roles.md#owner-needs-a-role)
            Setup > Users
            code: doctor/no-role
          note: admin@practice.usher.example is not a member of `Client Portal`, and Salesforce lets members alone customize or publish a site
            add the profile of this user to the members of the site (rule: docs/salesforce/sites.md#working-on-a-site)
            Setup > All Sites > Workspaces > Administration > Members
            code: doctor/not-member
        --- err
        No inputs given: on a practice org, the recipe's example is used.
    "#]].assert_eq(&words(&doctored));
}

#[test]
fn an_org_for_a_recipe_that_lacks_a_setting() {
    let product = Product::new();
    let line = "org doctor --org practice:no-digital-experiences --for fsc/assign-permissions --set user=jane.doe@example.com";
    let doctored = product.run(line);
    expect![[r#"
        exit 10
        --- out
        --- err
        error: input `user`: there is no `User` `jane.doe@example.com`
        help: pass an id, or what one record alone has in `Username`, `Email` and `Name`
        code: input/no-such-record

        error: 1 mistake in the inputs
    "#]]
    .assert_eq(&doctored.text());
}

#[test]
fn the_same_as_json() {
    let product = Product::new();
    let doctored = product.run("org doctor --org practice --for fsc/assign-permissions --json");
    assert_eq!(doctored.exit, 0, "{}", doctored.text());
    let json = doctored.json();
    assert_eq!(json["org"]["kind"], "practice");
    assert_eq!(json["user"]["profile"], "System Administrator");
    assert_eq!(json["plan"]["needs"][0]["met"], "yes");
    assert_eq!(json["findings"].as_array().map(Vec::len), Some(2));
}

#[test]
fn who_is_not_signed_in_is_told_the_way_out() {
    let mut product = Product::new();
    let org = product.practice();
    let url = crate::cases::between::served(&mut product, org);
    product.unset("USHER_TOKEN");
    product.set("USHER_TOKEN", "00Djca000000001!wrong");
    let doctored = product.run(&format!("org doctor --org {url}"));
    assert_eq!(doctored.exit, 40, "{}", doctored.text());
    assert!(doctored.err.contains("help: "), "{}", doctored.err);
}

#[test]
fn a_live_check_is_a_table_to_paste() {
    let product = Product::new();
    let checked = product.run("org doctor --org practice --live-check");
    assert_eq!(checked.exit, 0, "{}", checked.text());
    let rows = checked.out.lines().filter(|line| line.starts_with("| `"));
    let reads = DOUBTS.iter().filter(|doubt| !doubt.proof.writes());
    assert_eq!(rows.count(), reads.count());
    let json = product
        .run("org doctor --org practice --live-check --json")
        .json();
    assert_eq!(json["answers"][0]["key"], DOUBTS[0].key);
}

/// The page has a row for each doubt that the command settles.
#[test]
fn the_page_of_the_live_check_is_complete() {
    let page = std::fs::read_to_string(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/live-check.md"),
    );
    let page = page.expect("the page");
    let keys = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let keys: Vec<&str> = keys.collect();
    let known: Vec<&str> = DOUBTS.iter().map(|doubt| doubt.key).collect();
    assert_eq!(keys, known);
}

#[test]
fn every_doubt_is_about_a_fact_that_has_a_heading() {
    for doubt in DOUBTS {
        let (page, heading) = doubt.fact.split_once('#').expect("a heading");
        let path = format!("../docs/salesforce/{page}");
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        let text = std::fs::read_to_string(path).expect("a page");
        let mut headings = text.lines().filter_map(|line| line.strip_prefix("## "));
        let is_there = headings.any(|line| line.to_lowercase().replace(' ', "-") == heading);
        assert!(is_there, "{}: {}", doubt.key, doubt.fact);
    }
}
