//! `usher practice show`: the practice org as a person reads it.

use expect_test::expect;
use serde_json::json;

use crate::world::Product;

#[test]
fn the_org_before_and_after_a_run() {
    let product = Product::new();
    expect![[r#"
        exit 0
        --- out
        Practice org `practice`

        Accounts
          Bergheim Trading
            owner  carl.channel@usher-practice.example, role `Director, Channel Sales`
            user   fanny.first@usher-practice.example, profile `Channel Partner User`, role `Bergheim Trading Partner User`
          Harbour Law
            owner  karla.kiel@usher-practice.example, role `Director, Channel Sales`
          Harbour Savings Club
            owner  olga.owens@usher-practice.example, role `CEO`
            user   jane.doe@usher-practice.example, profile `Client Customer Community Plus`, role `Harbour Savings Club Customer User`
          Lakeside Credit Union
            owner  nora.north@usher-practice.example, no role
          Oldtown Supplies
            owner  carl.channel@usher-practice.example, role `Director, Channel Sales`
            user   leo.leaver@usher-practice.example, profile `Channel Partner User`, role `Oldtown Supplies Partner User`
          XXX Company
            owner  paula.porter@usher-practice.example, no role

        Roles
          CEO  (1 active user)
            CFO
            COO
            Harbour Savings Club Customer User  (customers, 1 active user)
            SVP, Customer Service & Support
              Customer Support, North America
            SVP, Sales & Marketing
              VP, International Sales
              VP, North American Sales  (1 active user)
                Director, Channel Sales  (2 active users)
                  Bergheim Trading Partner Executive  (partners)
                    Bergheim Trading Partner Manager  (partners)
                      Bergheim Trading Partner User  (partners, 1 active user)
                  Oldtown Supplies Partner Executive  (partners)
                    Oldtown Supplies Partner Manager  (partners)
                      Oldtown Supplies Partner User  (partners, 1 active user)
                Director, Direct Sales

        Sites
          Client Portal  (/clients, under construction)
            member  jane.doe@usher-practice.example

        Mails, none of which left
          none
        --- err
    "#]].assert_eq(&product.run("practice show").text());
    let org = product.practice();
    org.configure(&json!({ "practice.numberOfCustomerRoles": 3 }));
    let applied = product.run("apply fsc/customer-user --org practice --yes");
    assert_eq!(applied.exit, 0, "{}", applied.text());
    let jane = org.id("User", "Email = 'jane.doe@example.com'");
    org.update("User", &jane, &json!({ "IsActive": false }));
    expect![[r#"
        exit 0
        --- out
        Practice org `practice`

        Accounts
          Bergheim Trading
            owner  carl.channel@usher-practice.example, role `Director, Channel Sales`
            user   fanny.first@usher-practice.example, profile `Channel Partner User`, role `Bergheim Trading Partner User`
          Harbour Law
            owner  karla.kiel@usher-practice.example, role `Director, Channel Sales`
          Harbour Savings Club
            owner  olga.owens@usher-practice.example, role `CEO`
            user   jane.doe@usher-practice.example, profile `Client Customer Community Plus`, role `Harbour Savings Club Customer User`, inactive
          Lakeside Credit Union
            owner  nora.north@usher-practice.example, role `Customer Support, North America`
            user   maria.meyer@example.com.uobsty, profile `Client Customer Community Plus`, role `Lakeside Credit Union Customer User`
          Oldtown Supplies
            owner  carl.channel@usher-practice.example, role `Director, Channel Sales`
            user   leo.leaver@usher-practice.example, profile `Channel Partner User`, role `Oldtown Supplies Partner User`
          XXX Company
            owner  paula.porter@usher-practice.example, no role

        Roles
          CEO  (1 active user)
            CFO
            COO
            Harbour Savings Club Customer User  (customers)
            SVP, Customer Service & Support
              Customer Support, North America  (1 active user)
                Lakeside Credit Union Customer Executive  (customers)
                  Lakeside Credit Union Customer Manager  (customers)
                    Lakeside Credit Union Customer User  (customers, 1 active user)
            SVP, Sales & Marketing
              VP, International Sales
              VP, North American Sales  (1 active user)
                Director, Channel Sales  (2 active users)
                  Bergheim Trading Partner Executive  (partners)
                    Bergheim Trading Partner Manager  (partners)
                      Bergheim Trading Partner User  (partners, 1 active user)
                  Oldtown Supplies Partner Executive  (partners)
                    Oldtown Supplies Partner Manager  (partners)
                      Oldtown Supplies Partner User  (partners, 1 active user)
                Director, Direct Sales

        Sites
          Client Portal  (/clients, live)
            member  maria.meyer@example.com.uobsty

        Mails, none of which left
          2026-11-22T10:00:05.000+0000  to jane.doe@example.com: Welcome to Client Portal
          2026-11-22T10:00:05.000+0000  to maria.meyer@example.com: Welcome to Client Portal
        --- err
    "#]].assert_eq(&product.run("practice show practice").text());
}

#[test]
fn the_same_as_json() {
    let product = Product::new();
    let shown = product.run("practice show --json").json();
    assert_eq!(shown["format"], 1);
    assert_eq!(shown["practice"], "practice");
    let first = |list: &str| serde_json::to_string_pretty(&shown[list][0]).expect("JSON");
    expect![[r#"
        {
          "id": "001Jca000000005IAA",
          "name": "Bergheim Trading",
          "owner": "carl.channel@usher-practice.example",
          "owner_role": "Director, Channel Sales",
          "users": [
            {
              "active": true,
              "name": "Fanny First",
              "profile": "Channel Partner User",
              "role": "Bergheim Trading Partner User",
              "username": "fanny.first@usher-practice.example"
            }
          ]
        }"#]]
    .assert_eq(&first("accounts"));
    expect![[r#"
        {
          "id": "00EJca00000000CMAQ",
          "name": "Bergheim Trading Partner Executive",
          "parent_id": "00EJca000000008MAA",
          "portal_type": "Partner",
          "users": 0
        }"#]]
    .assert_eq(&first("roles"));
    expect![[r#"
        {
          "id": "0DBJca000000001OAA",
          "members": [
            "jane.doe@usher-practice.example"
          ],
          "name": "Client Portal",
          "path": "clients",
          "status": "UnderConstruction"
        }"#]]
    .assert_eq(&first("sites"));
    assert_eq!(shown["mails"], json!([]));
}

#[test]
fn another_one_and_names_that_are_none() {
    let product = Product::new();
    let other = product.run("practice show other");
    assert_eq!(other.exit, 0, "{}", other.text());
    assert!(
        other.out.starts_with("Practice org `other`"),
        "{}",
        other.text()
    );
    let refused = product.run("practice show ../x --json");
    assert_eq!(refused.exit, 2, "{}", refused.text());
    assert_eq!(refused.json()["error"]["exit"], 2);
}

#[test]
fn without_digital_experiences_there_are_no_sites() {
    let product = Product::new();
    let off = json!({ "CommunitiesSettings.enableNetworksEnabled": false });
    product.practice().configure(&off);
    let shown = product.run("practice show");
    assert_eq!(shown.exit, 0, "{}", shown.text());
    assert!(
        shown.out.contains("Digital Experiences is off"),
        "{}",
        shown.text()
    );
}
