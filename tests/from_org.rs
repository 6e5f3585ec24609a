//! `usher recipe from-org`: the inputs with which an org that is set up already matches a recipe.

use expect_test::expect;
use serde_json::json;

use crate::world::Product;

/// The inputs that say what a recipe is about; the org shows the others. `%` parts them, as names have blanks.
const ABOUT: &[(&str, &str)] = &[
    (
        "contracts/customer-community-plus-user",
        "email=frida.fjord@example.com",
    ),
    ("contracts/site", "site=Contract Desk"),
    ("fsc/assign-permissions", "user=jane.doe@example.com"),
    ("fsc/customer-user", "contact=maria.meyer@example.com"),
    (
        "partner/add-partner-user",
        "contact=selma.second@example.com",
    ),
    (
        "partner/disable-partner-user",
        "user=leo.leaver@usher-practice.example",
    ),
    (
        "partner/enable-partner-account",
        "contact=xenia.xu@example.com",
    ),
    (
        "contracts/clm-partner",
        "contact=paul.paragraph@example.com",
    ),
    (
        "contracts/clm-runtime-user",
        "user=karla.kiel@usher-practice.example",
    ),
    ("partner/offboard-account", "account=Oldtown Supplies"),
    ("roles/audit", "customer_levels=0"),
];

/// Recipes that take a file of rows.
const LISTS: [&str; 2] = ["fsc/customer-users", "fsc/keep-customers"];

/// The practice org in which a recipe's example runs.
fn org_of(product: &Product, recipe: &str) -> String {
    let plan = product.run(&format!("plan {recipe} --org practice --json"));
    plan.json()["org"]["alias"]
        .as_str()
        .expect("an alias")
        .to_owned()
}

/// Apply a recipe, read the inputs back from the org, check with them: nothing to do. For every recipe in the box.
#[test]
fn what_is_read_from_an_org_finds_nothing_to_do() {
    let names = Product::new().run("recipe list --json").json();
    for recipe in names["recipes"].as_array().expect("recipes") {
        let name = recipe["name"].as_str().expect("a name");
        // A file of rows is not read out of an org.
        if LISTS.contains(&name) {
            continue;
        }
        let about = ABOUT.iter().find(|(known, _)| *known == name);
        let (_, about) = about.unwrap_or_else(|| panic!("say what `{name}` is about"));
        let product = Product::new();
        let org = org_of(&product, name);
        let applied = product.run(&format!("apply {name} --org practice --yes"));
        assert_eq!(applied.exit, 0, "{name}: {}", applied.text());
        let words = [
            "recipe", "from-org", name, "--org", &org, "--set", about, "--out", "in.toml",
        ];
        let read = product.run_words(&words);
        assert_eq!(read.exit, 0, "{name}: {}", read.text());
        let check = product.run(&format!("check {name} --org {org} --inputs in.toml"));
        assert_eq!(check.exit, 0, "{name}: {}", check.text());
        // The file says the same as the command without one.
        let again = product.run_words(&words[..7]);
        let file = std::fs::read_to_string(product.path("in.toml")).expect("a file");
        assert_eq!(file.replace("in.toml", "FILE"), again.out, "{name}");
    }
}

#[test]
fn the_file_says_where_each_value_is_from() {
    let product = Product::new();
    product.run("apply fsc/customer-user --org practice --yes");
    let read = product.run(
        "recipe from-org fsc/customer-user --org practice --set contact=maria.meyer@example.com",
    );
    expect![[r#"
        exit 0
        --- out
        # Inputs of `fsc/customer-user`, read from the org practice (00DJca000000001MAA) as admin@practice.usher.example.
        # With them the org is as the recipe says:
        #   usher check fsc/customer-user --org practice --inputs FILE

        # As given: Maria Meyer, maria.meyer@example.com (003Jca000000003IAA)
        contact = "maria.meyer@example.com"

        # In the org, `Profile.Name` of `User`
        profile = "Client Customer Community Plus"

        # The default; the recipe does not say where an org shows it
        license = ""

        # The default; the recipe does not say where an org shows it
        change_profile = false

        # In the org, `Name` of `Network`
        site = "Client Portal"

        # The default; the recipe does not say where an org shows it
        add_profile_to_site = false

        # In the org, by whether there is such a `Network`
        activate = true

        # The default; the recipe does not say where an org shows it
        from_maintenance = false

        # In the org, `Account.Owner.UserRole.DeveloperName` of `Contact`
        owner_role = "CustomerSupportNorthAmerica"

        # In the org, `PermissionSet.Name` of `PermissionSetAssignment`
        permission_sets = ["CustomerCommunityReadOnly"]

        # In the org, `Username` of `User`
        username = "maria.meyer@example.com.uobsty"

        # The default; the recipe does not say where an org shows it
        username_suffix = ""

        # In the org, `CommunityNickname` of `User`
        nickname = "maria.meyer.uobsty"

        # In the org, `Alias` of `User`
        alias = "mmeyer"

        # In the org, `Email` of `User`
        email = "maria.meyer@example.com"

        # In the org, `LanguageLocaleKey` of `User`
        language = "en_US"

        # In the org, `LocaleSidKey` of `User`
        locale = "en_US"

        # In the org, `TimeZoneSidKey` of `User`
        time_zone = "America/New_York"

        # The default; the recipe does not say where an org shows it
        user_values = {}

        # The default; the recipe does not say where an org shows it
        role_levels = 0

        # The default; the recipe does not say where an org shows it
        sees = []

        # The default; the recipe does not say where an org shows it
        must_not_see = []
        --- err
        With these inputs there is nothing to change: the org is as the recipe says.
    "#]].assert_eq(&read.text());
}

#[test]
fn a_file_and_a_summary() {
    let product = Product::new();
    product.run("apply partner/add-partner-user --org practice --yes");
    let read = product.run("recipe from-org partner/add-partner-user --org practice --set contact=selma.second@example.com -o in.toml");
    expect![[r#"
        exit 0
        --- out
        contact = selma.second@example.com
            As given: Selma Second, selma.second@example.com (003Jca00000000AIAQ)
        account = -
            Left out; the recipe does not say where an org shows it
        portal_role = Manager
            In the org, `UserRole.PortalRole` of `User`
        profile = Channel Partner User
            In the org, `Profile.Name` of `User`
        license = (empty)
            The default; the recipe does not say where an org shows it
        change_profile = false
            The default; the recipe does not say where an org shows it
        owner_role = DirectorChannelSales
            In the org, `Account.Owner.UserRole.DeveloperName` of `Contact`
        site = (empty)
            The default; the org has no `NetworkMember` that shows it
        username = selma.second@example.com.qmrkdl
            In the org, `Username` of `User`
        username_suffix = (empty)
            The default; the recipe does not say where an org shows it
        nickname = selma.second.qmrkdl
            In the org, `CommunityNickname` of `User`
        alias = ssecond
            In the org, `Alias` of `User`
        email = selma.second@example.com
            In the org, `Email` of `User`
        language = en_US
            In the org, `LanguageLocaleKey` of `User`
        locale = en_US
            In the org, `LocaleSidKey` of `User`
        time_zone = America/New_York
            In the org, `TimeZoneSidKey` of `User`
        user_values = {  }
            The default; the recipe does not say where an org shows it
        role_levels = 0
            The default; the recipe does not say where an org shows it
        permission_sets = []
            In the org, `PermissionSet.Name` of `PermissionSetAssignment`

        Written to `in.toml`.
        With these inputs there is nothing to change: the org is as the recipe says.
        Next: usher check partner/add-partner-user --org practice --inputs in.toml
        --- err
    "#]]
    .assert_eq(&read.text());
}

#[test]
fn what_would_still_change_is_said_and_written_down() {
    let product = Product::new();
    let read = product.run(
        "recipe from-org partner/enable-partner-account --org practice --set contact=xenia.xu@example.com",
    );
    expect![[r#"
        exit 10
        --- out
        # Inputs of `partner/enable-partner-account`, read from the org practice (00DJca000000001MAA) as admin@practice.usher.example.
        # With them the org is not yet as the recipe says:
        # - partner_users  "Allow partner users"
        # - owner_role  "paula.porter@usher-practice.example, owner of the account, has no role"
        # - account  planned later: the plugin asks for it: "an earlier step may still write `User`"
        # - profile  "Clone the profile `Partner Community User` (license `Partner Community`) as `Partner User`"
        # - user  planned later: the plugin asks for it: "an earlier step may still write `Account`"
        # - roles  planned later: looks at the org when everything before it is done
        # - access  planned later: looks at the org when everything before it is done
        #   usher check partner/enable-partner-account --org practice --inputs FILE

        # In the org, `AccountId` of `Contact`: XXX Company (001Jca000000004IAA)
        account = "001Jca000000004IAA"

        # As given: Xenia Xu, xenia.xu@example.com (003Jca000000008IAA)
        contact = "xenia.xu@example.com"

        # The default; the org has no `Account` that shows it
        owner_role = ""

        # The default; the recipe does not say where an org shows it
        source_profile = "Partner Community User"

        # The default; the org has no `User` that shows it
        profile = "Partner User"

        # The default; the recipe does not say where an org shows it
        api_enabled = false

        # The default; the recipe does not say where an org shows it
        license = ""

        # The default; the recipe does not say where an org shows it
        change_profile = false

        # The default; the org has no `User` that shows it
        username = ""

        # The default; the recipe does not say where an org shows it
        username_suffix = ""

        # The default; the org has no `User` that shows it
        nickname = ""

        # The default; the org has no `User` that shows it
        alias = ""

        # The default; the org has no `User` that shows it
        email = ""

        # The default; the org has no `User` that shows it
        language = ""

        # The default; the org has no `User` that shows it
        locale = ""

        # The default; the org has no `User` that shows it
        time_zone = ""

        # The default; the recipe does not say where an org shows it
        user_values = {}

        # The default; the recipe does not say where an org shows it
        role_levels = 0

        # The default; the org has no `User` that shows it
        permission_sets = []

        # The default; the org has no `User` that shows it
        site = ""

        # The default; the recipe does not say where an org shows it
        share = false

        # The default; the recipe does not say where an org shows it
        sharing_set = "Partner_Users"

        # The default; the recipe does not say where an org shows it
        leads_of_role = ""

        # The default; the recipe does not say where an org shows it
        leads_field = ""

        # The default; the recipe does not say where an org shows it
        leads_value = ""

        # The default; the recipe does not say where an org shows it
        leads_access = "Read"

        # The default; the recipe does not say where an org shows it
        leads_role_rule = ""

        # The default; the recipe does not say where an org shows it
        leads_field_rule = ""

        # The default; the recipe does not say where an org shows it
        lower_access = false

        # The default; the recipe does not say where an org shows it
        sees = []

        # The default; the recipe does not say where an org shows it
        must_not_see = []
        --- err
        With these inputs the org is not yet as the recipe says:
          partner_users  "Allow partner users"
          owner_role  "paula.porter@usher-practice.example, owner of the account, has no role"
          account  planned later: the plugin asks for it: "an earlier step may still write `User`"
          profile  "Clone the profile `Partner Community User` (license `Partner Community`) as `Partner User`"
          user  planned later: the plugin asks for it: "an earlier step may still write `Account`"
          roles  planned later: looks at the org when everything before it is done
          access  planned later: looks at the org when everything before it is done
        error: step `owner_role`: paula.porter@usher-practice.example, owner of the account, has no role (input `owner_role`)
           --> partner/enable-partner-account:204:49
            |
        204 | with = { owner_of = "${inputs.account}", role = "${inputs.owner_role}" }
            |                                                 ^^^^^^^^^^^^^^^^^^^^^^
            |
            = help: Set the input `owner_role` to an internal role of this org. The lowest ones see least: `Director, Channel Sales`, `Director, Direct Sales`, `Customer Support, North America`, `VP, International Sales`, `VP, North American Sales`, `CFO`, `COO`, `SVP, Customer Service & Support`, `SVP, Sales & Marketing` and `CEO`. Setup > Roles shows all (rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin)
        code: role-needed

        error: the input is wrong; nothing was changed
    "#]].assert_eq(&read.text());
}

#[test]
fn programs_get_values_and_sources() {
    let product = Product::new();
    let read = product.run(
        "recipe from-org partner/disable-partner-user --org practice --set user=leo.leaver@usher-practice.example --json",
    );
    assert_eq!(read.exit, 11, "{}", read.text());
    let mut document = read.json();
    assert_eq!(
        document["inputs"],
        json!({ "user": "leo.leaver@usher-practice.example" })
    );
    expect![[r#"
        {
          "differs": true,
          "remains": [
            {
              "step": "user",
              "what": "\"Deactivate leo.leaver@usher-practice.example\""
            }
          ]
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&document["check"].take()).expect("JSON"));
}

#[test]
fn an_input_that_must_be_given_and_is_not_seen_is_missing_for_a_reason() {
    let product = Product::new();
    let read =
        product.run("recipe from-org contracts/site --org practice --set site=Nowhere -o in.toml");
    expect![[r#"
        exit 10
        --- out
        --- err
        error: input `url` is missing: the org has no `Network` that shows it
        help: pass `--set url=…`
        code: input/missing

        error: 1 mistake in the inputs
    "#]]
    .assert_eq(&read.text());
    assert!(!product.path("in.toml").exists());
    let nobody = product
        .run("recipe from-org fsc/customer-user --org practice --set contact=nobody@example.com");
    expect![[r#"
        exit 10
        --- out
        --- err
        error: input `contact`: there is no `Contact` `nobody@example.com`
        help: pass an id, or what one record alone has in `Email` and `Name`
        code: input/no-such-record

        error: 1 mistake in the inputs
    "#]]
    .assert_eq(&nobody.text());
}

/// A secret that was given is used, and written nowhere.
#[test]
fn a_secret_is_never_written_down() {
    let product = Product::new();
    product.write_recipe(
        "mine.toml",
        r#"title = "Give the owner a role"

[inputs.user]
type = "record"
object = "User"

[inputs.role]
type = "string"
in_org = { object = "User", where = { Id = "${inputs.user}" }, field = "UserRole.DeveloperName" }

[inputs.pin]
type = "secret"

[[steps]]
id = "role"
use = "assign-role"
with = { user = "${inputs.user}", role = "${inputs.role}" }
"#,
    );
    let line = "recipe from-org ./mine.toml --org practice --set user=carl.channel@usher-practice.example --set pin=hunter2";
    let read = product.run(line);
    assert!(!read.text().contains("hunter2"), "{}", read.text());
    expect![[r#"
        exit 0
        --- out
        # Inputs of `./mine.toml`, read from the org practice (00DJca000000001MAA) as admin@practice.usher.example.
        # With them the org is as the recipe says:
        #   usher check ./mine.toml --org practice --inputs FILE

        # As given: Carl Channel, carl.channel@usher-practice.example (005Jca000000009IAA)
        user = "carl.channel@usher-practice.example"

        # In the org, `UserRole.DeveloperName` of `User`
        role = "DirectorChannelSales"

        # Secrets are never written down; pass `--set pin=…`
        # pin =
        --- err
        With these inputs there is nothing to change: the org is as the recipe says.
    "#]]
    .assert_eq(&read.text());
    let read = product.run(&format!("{line} --json"));
    assert!(!read.text().contains("hunter2"), "{}", read.text());
}

#[test]
fn nothing_is_written_where_no_file_can_be_and_for_a_saved_plan() {
    let product = Product::new();
    let refused = product.run("recipe from-org plan.json --org practice");
    expect![[r#"
        exit 2
        --- out
        --- err
        error: `plan.json` is not a recipe
        help: apply a saved plan with `usher apply FILE.json`
        code: recipe/saved-plan
    "#]]
    .assert_eq(&refused.text());
}

/// Maria Meyer, who is a member of two sites, of which one is live.
fn two_sites() -> Product {
    let product = Product::new();
    product.run("apply fsc/customer-user --org practice --yes");
    let second = [
        "apply",
        "contracts/site",
        "--org",
        "practice",
        "--set",
        "site=Contract Desk",
        "--set",
        "url=contractdesk",
        "--set",
        "profiles=Client Customer Community Plus",
        "--set",
        "activate=false",
        "--yes",
    ];
    let applied = product.run_words(&second);
    assert_eq!(applied.exit, 0, "{}", applied.text());
    product
}

/// A user of two sites: the recipe must be told which one is meant.
#[test]
fn several_values_are_listed_and_one_is_chosen() {
    let product = two_sites();
    let line =
        "recipe from-org fsc/customer-user --org practice --set contact=maria.meyer@example.com";
    let read = product.run(&format!("{line} --out in.toml"));
    expect![[r#"
        exit 10
        --- out
        --- err
        error: input `site` is not decided: the org has 2: Client Portal, Contract Desk
        help: pass `--set site=…` with the one that is meant
        code: input/several-in-org

        error: 1 mistake in the inputs
    "#]]
    .assert_eq(&read.text());
    assert!(!product.path("in.toml").exists());
    // A site is live or not, whatever the other one is.
    for (site, is_live) in [("site=Client Portal", true), ("site=Contract Desk", false)] {
        let mut words: Vec<&str> = line.split(' ').collect();
        words.extend(["--json", "--set", site]);
        let read = product.run_words(&words);
        let document = read.json();
        assert_eq!(
            document["inputs"]["activate"],
            json!(is_live),
            "{site}: {}",
            read.text()
        );
        assert_eq!(
            document["check"]["differs"],
            json!(false),
            "{site}: {}",
            read.text()
        );
    }
}

/// A user whom no recipe has made has no permission set, and the recipe's wish is not written in place of that.
#[test]
fn a_user_without_permission_sets_has_an_empty_list() {
    for (recipe, about) in [
        ("fsc/assign-permissions", "user=jane.doe@example.com"),
        ("fsc/customer-user", "contact=jane.doe@example.com"),
    ] {
        let product = Product::new();
        let line = format!("recipe from-org {recipe} --org practice --set {about}");
        let read = product.run(&format!("{line} --out in.toml"));
        assert_eq!(read.exit, 0, "{recipe}: {}", read.text());
        let file = std::fs::read_to_string(product.path("in.toml")).expect("a file");
        assert!(
            file.contains("\npermission_sets = []\n"),
            "{recipe}: {file}"
        );
        let check = product.run(&format!("check {recipe} --org practice --inputs in.toml"));
        assert_eq!(check.exit, 0, "{recipe}: {}", check.text());
    }
}

/// A site that somebody made without members has none.
#[test]
fn a_site_without_members_has_an_empty_list() {
    let product = Product::new();
    let site = json!({
        "Name": "Empty Desk",
        "UrlPathPrefix": "empty",
        "Status": "UnderConstruction",
        "EmailSenderName": "Empty Desk",
        "EmailSenderAddress": "desk@example.com",
        "PracticeTemplate": "Customer Service",
    });
    product.practice().set("Network", None, &site);
    let words = [
        "recipe",
        "from-org",
        "contracts/site",
        "--org",
        "practice",
        "--set",
        "site=Empty Desk",
        "--json",
    ];
    let read = product.run_words(&words).json();
    assert_eq!(read["inputs"]["profiles"], json!([]), "{read}");
    assert_eq!(read["inputs"]["permission_sets"], json!([]), "{read}");
}

/// A query answers the labels of standard profiles in the language of the signed-in user. Whoever reads the file may have
/// another one.
#[test]
fn a_profile_is_written_by_the_name_that_every_language_has() {
    let product = Product::new();
    let read = product.run(
        "recipe from-org fsc/customer-user --org practice:german --set contact=jane.doe@example.com --out in.toml",
    );
    let file = std::fs::read_to_string(product.path("in.toml")).expect("a file");
    assert!(
        file.contains("\nprofile = \"Client Customer Community Plus\"\n"),
        "{}{file}",
        read.text()
    );
    for language in ["de", "en_US"] {
        let org = product.practice_named("german");
        let admin = org.id("User", "Username = 'admin@practice.usher.example'");
        org.update("User", &admin, &json!({ "LanguageLocaleKey": language }));
        let check = product.run("check fsc/customer-user --org practice:german --inputs in.toml");
        assert_eq!(check.exit, 0, "{language}: {}", check.text());
    }
}

/// One request for the records that are given, and one a round, however many inputs are read.
#[test]
fn an_org_is_read_in_few_requests() {
    let mut product = Product::new();
    product.run("apply fsc/customer-user --org practice --yes");
    product.set("USHER_LOG", "requests");
    let read = product.run(
        "recipe from-org fsc/customer-user --org practice --set contact=maria.meyer@example.com",
    );
    assert_eq!(read.exit, 0, "{}", read.text());
    let check =
        "check fsc/customer-user --org practice --set contact=maria.meyer@example.com --set";
    let mut words: Vec<&str> = check.split(' ').collect();
    words.push("site=Client Portal");
    let check = product.run_words(&words);
    let requests = |ran: &crate::world::Ran| {
        ran.err
            .lines()
            .filter(|line| line.starts_with("request "))
            .count()
    };
    let (read, check) = (requests(&read), requests(&check));
    assert_eq!(
        read - check,
        6,
        "{read} requests, {check} of them for the check"
    );
}
