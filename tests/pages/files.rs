//! `--json-into`, `--markdown-into` and `--html-into`: whole or not at all, and every mistake before anything is sent.

use std::os::unix::fs::{PermissionsExt, symlink};

use expect_test::expect;

use crate::world::Product;

const APPLY: &str = "apply fsc/assign-permissions --org practice --yes";

/// The files that are in the folder, beside the home.
fn files(product: &Product) -> Vec<String> {
    let entries = std::fs::read_dir(product.path("")).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.retain(|name| name != "home");
    names.sort();
    names
}

#[test]
fn every_command_that_plans_writes_them() {
    let product = Product::new();
    let into = "--json-into r.json --markdown-into r.md --html-into r.html";
    let lines = [
        "plan fsc/assign-permissions --org practice".to_owned(),
        "check fsc/assign-permissions --org practice".to_owned(),
        APPLY.to_owned(),
        "show".to_owned(),
        "undo --yes".to_owned(),
    ];
    for line in lines {
        let ran = product.run(&format!("{line} {into}"));
        assert!([0, 11].contains(&ran.exit), "{line}: {}", ran.text());
        assert_eq!(files(&product), ["r.html", "r.json", "r.md"], "{line}");
        for file in files(&product) {
            let path = product.path(&file);
            let mode = std::fs::metadata(&path).expect("it is there").permissions();
            assert_eq!(mode.mode() & 0o777, 0o600, "{line}: {file}");
            assert!(!std::fs::read(&path).expect("read").is_empty());
            std::fs::remove_file(path).expect("removed");
        }
    }
}

#[test]
fn json_in_a_file_is_the_document_that_is_printed() {
    let product = Product::new();
    let ran = product.run(&format!("{APPLY} --json --json-into run.json"));
    let written = std::fs::read_to_string(product.path("run.json")).expect("written");
    let written: serde_json::Value = serde_json::from_str(&written).expect("it is JSON");
    let mut printed = ran.json();
    printed["run"] = written["run"].clone();
    assert_eq!(written, printed);
}

#[test]
fn a_name_that_cannot_be_written_sends_nothing() {
    let product = Product::new();
    std::fs::create_dir(product.path("folder")).expect("a folder");
    product.write("there.md", "before");
    symlink(product.path("there.md"), product.path("link.md")).expect("a link");
    let before = product.practice().fingerprint();
    let mut told = String::new();
    for into in [
        "--markdown-into folder",
        "--html-into link.md",
        "--json-into none/r.json",
        "--json-into r --html-into r",
        "--events r --html-into r",
        "--events folder",
        "--events - --json",
    ] {
        let ran = product.run(&format!("{APPLY} {into}"));
        let json = ran
            .out
            .contains('{')
            .then(|| ran.json()["error"]["code"].clone());
        let json = json.map_or(String::new(), |code| format!("{code}\n"));
        told.push_str(&format!("{into}: exit {}\n{json}{}\n", ran.exit, ran.err));
    }
    assert_eq!(product.practice().fingerprint(), before);
    let there = std::fs::read_to_string(product.path("there.md")).expect("there");
    assert_eq!(there, "before");
    assert_eq!(files(&product), ["folder", "link.md", "there.md"]);
    expect![[r#"
        --markdown-into folder: exit 41
        error: cannot write `FOLDER/folder`: it is a folder
        help: give the name of a file, or a name that nothing has
        code: file/not-regular

        --html-into link.md: exit 41
        error: cannot write `FOLDER/link.md`: it is a link
        help: give the name of a file, or a name that nothing has
        code: file/not-regular

        --json-into none/r.json: exit 41
        error: cannot write `FOLDER/none/r.json`: No such file or directory (os error 2)
        code: file/failed

        --json-into r --html-into r: exit 2
        error: two results would be written to `FOLDER/r`
        help: give each a file of its own
        code: report/same-file

        --events r --html-into r: exit 2
        error: two results would be written to `FOLDER/r`
        help: give each a file of its own
        code: report/same-file

        --events folder: exit 41
        error: cannot write `FOLDER/folder`: it is a folder
        help: give the name of a file, or a name that nothing has
        code: file/not-regular

        --events - --json: exit 2
        "events/with-json"
        error: `--json` prints one document on standard output, and `--events -` prints lines there
        help: give `--events` a file, or write the document with `--json-into FILE`
        code: events/with-json

    "#]]
    .assert_eq(&told);
}

#[test]
fn a_plan_that_fails_is_written_with_the_reason() {
    let product = Product::new();
    let line = "plan fsc/assign-permissions --org practice --set user=jane.doe@example.com --set permission_sets=None --markdown-into r.md";
    let ran = product.run(line);
    assert_ne!(ran.exit, 0, "{}", ran.text());
    let markdown = std::fs::read_to_string(product.path("r.md")).expect("written");
    assert!(
        markdown.contains("This plan cannot be applied.") && markdown.contains("error: "),
        "{markdown}"
    );
}

#[test]
fn a_run_that_stops_is_written_with_the_reason() {
    let product = Product::new();
    let line = "apply fsc/assign-permissions --org practice --yes --json-into r.json --markdown-into r.md --html-into r.html";
    let ran = product.run_stopped(line);
    assert_eq!(ran.exit, 21, "{}", ran.text());
    for file in ["r.json", "r.md", "r.html"] {
        let text = std::fs::read_to_string(product.path(file)).expect("written");
        assert!(text.contains("run/interrupted"), "{file}: {text}");
    }
}

#[test]
fn a_file_that_cannot_be_written_any_more_does_not_undo_the_run() {
    let mut product = Product::new();
    let folder = product.path("r.md");
    product.answer(vec![Box::new(move || {
        std::fs::create_dir(&folder).expect("a folder");
        "yes"
    })]);
    let ran = product.run("apply fsc/assign-permissions --org practice --markdown-into r.md");
    expect![[r#"
        exit 41
        Apply these changes? Type yes:
          done  permissions  "Assign the permission set `Customer Community Read Only` to jane.doe@usher-practice.example"
        error: cannot write `FOLDER/r.md`: it is a folder
        help: the run has ended as it says; `usher show` shows it again
        code: file/not-regular"#]].assert_eq(&format!(
        "exit {}\n{}",
        ran.exit,
        ran.err.lines().skip(1).collect::<Vec<_>>().join("\n")
    ));
    assert!(ran.out.contains("Done: 1 change."), "{}", ran.out);
    assert_eq!(files(&product), ["r.md"]);
}

#[test]
fn a_plan_that_nobody_wants_is_written() {
    let mut product = Product::new();
    product.answer(vec![Box::new(|| "no")]);
    let ran = product.run("apply fsc/assign-permissions --org practice --markdown-into r.md");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    let markdown = std::fs::read_to_string(product.path("r.md")).expect("written");
    assert!(markdown.starts_with("### Usher: Plan of"), "{markdown}");
}

#[test]
fn markdown_of_a_run() {
    let product = Product::new();
    let ran = product.run("apply fsc/customer-user --org practice --yes --markdown-into run.md");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    let markdown = std::fs::read_to_string(product.path("run.md")).expect("written");
    expect![[r####"
        ### Usher: Run of ` Give a customer access to Financial Services Cloud in Experience Cloud `

        - ` Done: 5 changes. Run RUN. `
        - `` Next: run `usher check fsc/customer-user --org practice` any time to see whether the org still matches the recipe. ``
        - **` Plan: 2 to create, 3 to change, 0 to delete; 5 requests to send. `**
        - **Raises privileges: 3**
          - ` owner_role ` `` "Give nora.north@usher-practice.example, owner of the contact and its account, the role `Customer Support, North America`": UserRoleId ``
          - ` user ` `` "Make Maria Meyer of the account `Lakeside Credit Union` a user with the profile `Client Customer Community Plus`": ProfileId ``
          - ` permissions ` `` "Assign the permission set `Customer Community Read Only` to maria.meyer@example.com.uobsty": PermissionSetId ``
        - **Mails: 1**
          - ` live ` `` "The site `Client Portal` mails its 2 members how to get in" (likely) ``
        - **Undone only in part: 2**
          - ` user ` `` "Make Maria Meyer of the account `Lakeside Credit Union` a user with the profile `Client Customer Community Plus`": "the user stays, inactive" ``
          - ` live ` `` "Activate the site `Client Portal`": "the site is down for maintenance, and goes live again only when an apply says so; under construction cannot come back" ``
        - recipe ` fsc/customer-user `
        - org ` practice (practice org), as admin@practice.usher.example `
        - input ` contact = Maria Meyer, maria.meyer@example.com (003Jca000000003IAA) `
        - input ` profile = Client Customer Community Plus `
        - input ` change_profile = false `
        - input ` site = Client Portal `
        - input ` add_profile_to_site = false `
        - input ` activate = true `
        - input ` from_maintenance = false `
        - input ` owner_role = "Customer Support, North America" `
        - input ` permission_sets = Customer Community Read Only `
        - input ` role_levels = 0 `

        #### ` owner_role `

        ` assign-role 0.1.0 `

        - `` ~ "Give nora.north@usher-practice.example, owner of the contact and its account, the role `Customer Support, North America`" `` **raises privileges:** ` UserRoleId `

        <details><summary>Details</summary>

        ```text
          ~ "Give nora.north@usher-practice.example, owner of the contact and its account, the role `Customer Support, North America`"
              update User 005Jca000000007IAA { UserRoleId: nothing -> 00EJca00000000AMAQ }
              RAISES PRIVILEGES: UserRoleId
              undo: as it was before
                only if no `User` is there with `Account.OwnerId` = 005Jca000000007IAA, `UserType` = PowerCustomerSuccess or PowerPartner or CustomerSuccess
        ```

        </details>

        #### ` members `

        ` add-site-members 0.1.0 `

        - ` as wanted, nothing to do `

        #### ` user `

        ` enable-user 0.1.0 `

        - `` + "Make Maria Meyer of the account `Lakeside Credit Union` a user with the profile `Client Customer Community Plus`" `` **raises privileges:** ` ProfileId `
        - As a result, Salesforce will:
          - `` > "One seat of the license `Client Customer Community Plus` is taken" ``
          - `` > "The user belongs to the account `Lakeside Credit Union`" ``
          - `` > "Salesforce makes the role `Lakeside Credit Union Customer User` below the role of nora.north@usher-practice.example" (likely) ``
          - `` > "The user gets the role `Lakeside Credit Union Customer User`" ``
          - `` > "The user becomes a member of the site `Client Portal`" (likely) ``
        - ` note: "Assuming that *Number of customer roles* is 1, because the account whose roles were created last has as many; no API shows it" `
        - `` note: "maria.meyer@example.com gets the welcome mail of the site `Client Portal` when that is activated" ``
        - ` note: "admin@practice.usher.example, in whose name Usher works, has no role; two articles of Salesforce ask for one where an external user is made, and may mean the owner of the account, who has one" `

        <details><summary>Details</summary>

        ```text
          + "Make Maria Meyer of the account `Lakeside Credit Union` a user with the profile `Client Customer Community Plus`"
              create User { ProfileId: 00eJca00000000DIAQ, Username: maria.meyer@example.com.uobsty, LastName: Meyer, FirstName: Maria, Email: maria.meyer@example.com, Alias: mmeyer, CommunityNickname: maria.meyer.uobsty, TimeZoneSidKey: America/New_York, LocaleSidKey: en_US, LanguageLocaleKey: en_US, EmailEncodingKey: UTF-8, ContactId: 003Jca000000003IAA, IsActive: true }
              RAISES PRIVILEGES: ProfileId
              undo: update User <user:user.id> { IsActive: false }; "the user stays, inactive"
          As a result, Salesforce will:
            > "One seat of the license `Client Customer Community Plus` is taken"
            > "The user belongs to the account `Lakeside Credit Union`"
            > "Salesforce makes the role `Lakeside Credit Union Customer User` below the role of nora.north@usher-practice.example" (likely)
              after an undo: "the role stays"
            > "The user gets the role `Lakeside Credit Union Customer User`"
            > "The user becomes a member of the site `Client Portal`" (likely)
          note: "Assuming that *Number of customer roles* is 1, because the account whose roles were created last has as many; no API shows it"
              help: "Set the input `role_levels` to what Setup > Digital Experiences > Settings shows"
          note: "maria.meyer@example.com gets the welcome mail of the site `Client Portal` when that is activated"
          note: "admin@practice.usher.example, in whose name Usher works, has no role; two articles of Salesforce ask for one where an external user is made, and may mean the owner of the account, who has one"
              help: "If Salesforce refuses the user with \"portal account owner must have a role\", give that user a role, too"
        ```

        </details>

        #### ` permissions `

        ` assign-permission-sets 0.1.0 `

        - `` + "Assign the permission set `Customer Community Read Only` to maria.meyer@example.com.uobsty" `` **raises privileges:** ` PermissionSetId `

        <details><summary>Details</summary>

        ```text
          + "Assign the permission set `Customer Community Read Only` to maria.meyer@example.com.uobsty"
              create PermissionSetAssignment { PermissionSetId: 0PSJca00000000FOAQ, AssigneeId: <user:user.id> }
              RAISES PRIVILEGES: PermissionSetId
              undo: deleted
        ```

        </details>

        #### ` live `

        ` activate-site 0.1.0 `

        - `` ~ "Publish the site `Client Portal`" ``
        - `` ~ "Activate the site `Client Portal`" ``
        - As a result, Salesforce will:
          - `` > "The site `Client Portal` mails its 2 members how to get in" (likely) ``
        - **`` warning: "The site `Client Portal` is under construction and can never be so again; it can only be taken down for maintenance" ``**
        - **`` warning: "The site `Client Portal` mails its 2 members how to get in; mails cannot be called back" ``**
        - **`` warning: "admin@practice.usher.example, in whose name Usher works, is not a member of the site `Client Portal`, and Salesforce may refuse to publish or activate it" ``**
        - `` note: "Members of the site `Client Portal` log in at https://usher-practice.my.site.com/clients/login" ``

        <details><summary>Details</summary>

        ```text
          ~ "Publish the site `Client Portal`"
              POST connect/communities/0DBJca000000001OAA/publish
              may wait up to 16 min: "Salesforce publishes the site"
              nothing to undo
          ~ "Activate the site `Client Portal`"
              update Network 0DBJca000000001OAA { Status: UnderConstruction -> Live }
              undo: update Network 0DBJca000000001OAA { Status: DownForMaintenance }; "the site is down for maintenance, and goes live again only when an apply says so; under construction cannot come back"
          As a result, Salesforce will:
            > "The site `Client Portal` mails its 2 members how to get in" (likely)
          warning: "The site `Client Portal` is under construction and can never be so again; it can only be taken down for maintenance"
          warning: "The site `Client Portal` mails its 2 members how to get in; mails cannot be called back"
          warning: "admin@practice.usher.example, in whose name Usher works, is not a member of the site `Client Portal`, and Salesforce may refuse to publish or activate it"
              help: "Add the profile of that user in Workspaces > Administration > Members first"
          note: "Members of the site `Client Portal` log in at https://usher-practice.my.site.com/clients/login"
        ```

        </details>

        #### ` access `

        ` verify-access 0.1.0 `

        - ` as wanted, nothing to do `
        - `` note: "maria.meyer@example.com.uobsty is active, enabled, and a member of the live site `Client Portal`" ``

        <details open><summary>What became of it</summary>

        ```text
          done  owner_role  "Give nora.north@usher-practice.example, owner of the contact and its account, the role `Customer Support, North America`"
          done  user  "Make Maria Meyer of the account `Lakeside Credit Union` a user with the profile `Client Customer Community Plus`"
          seen  user  "The user belongs to the account `Lakeside Credit Union`"
          seen  user  "Salesforce makes the role `Lakeside Credit Union Customer User` below the role of nora.north@usher-practice.example"
          seen  user  "The user gets the role `Lakeside Credit Union Customer User`"
          seen  user  "The user becomes a member of the site `Client Portal`"
          done  permissions  "Assign the permission set `Customer Community Read Only` to maria.meyer@example.com.uobsty"
          done  live  "Publish the site `Client Portal`"
          done  live  "Activate the site `Client Portal`"
        ```

        </details>
    "####]].assert_eq(&product.clean(&markdown));
}
