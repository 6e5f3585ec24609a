use expect_test::{Expect, expect};
use serde_json::Value;

use super::{PackTexts, parse_pack};
use crate::diagnostic::SourceText;
use crate::recipe::tests::render;
use crate::recipe::{PluginGrant, RecipesOf, parse_grants, put_grant};

fn source(name: &str, text: &str) -> SourceText {
    SourceText {
        name: name.into(),
        text: text.into(),
    }
}

const PACK: &str = r#"name = "fsc"
version = "0.1.0"
title = "Financial Services Cloud"

[plugins.assign-permission-sets]
version = "0.1"
read.User = ["Username", "Profile.UserLicenseId"]
read.PermissionSet = []
create.PermissionSetAssignment = ["AssigneeId"]
get = ["connect/communities/*"]
"#;

const PRACTICE: &str = r#"
[[records]]
object = "Account"
ref = "acme"
fields = { Name = "Acme", Opened__c = 2020-01-01, Rating__c = 1.5 }

[starts.no-roles]
settings = { "practice.numberOfPartnerRoles" = 1 }
records = [{ object = "Account", fields = { Name = "Other" } }]

[examples.try]
inputs = { user = "jane@example.com", sets = ["a"] }
start = "no-roles"
confirm = { login = "looked" }
"#;

fn texts(pack: &str, practice: Option<&str>) -> PackTexts {
    PackTexts {
        pack: source("pack.toml", pack),
        practice: practice.map(|text| source("practice.toml", text)),
        recipes: [("try".to_owned(), source("fsc/try", "no recipe at all ["))].into(),
    }
}

#[test]
fn a_pack_is_read() {
    let pack = parse_pack(texts(PACK, Some(PRACTICE))).expect("a pack");
    assert_eq!(
        (pack.name.as_str(), pack.version.to_string().as_str()),
        ("fsc", "0.1.0")
    );
    let plugin = &pack.plugins["assign-permission-sets"];
    assert_eq!(plugin.requirement.to_string(), "^0.1");
    expect![[r#"
        read.PermissionSet = []
        read.User = ["Profile.UserLicenseId", "Username"]
        create.PermissionSetAssignment = ["AssigneeId"]
        get = ["connect/communities/*"]"#]]
    .assert_eq(&usher_contract::grant::lines(&plugin.grant));
    let record = Value::Object(pack.practice.records[0].clone());
    expect![[r#"{"fields":{"Name":"Acme","Opened__c":"2020-01-01","Rating__c":1.5},"object":"Account","ref":"acme"}"#]].assert_eq(&record.to_string());
    let start = &pack.practice.starts["no-roles"];
    expect![[r#"{"practice.numberOfPartnerRoles":1}"#]]
        .assert_eq(&Value::Object(start.settings.clone()).to_string());
    expect![[r#"{"fields":{"Name":"Other"},"object":"Account"}"#]]
        .assert_eq(&Value::Object(start.records[0].clone()).to_string());
    let example = &pack.practice.examples["try"];
    assert_eq!(example.start.as_deref(), Some("no-roles"));
    assert_eq!(
        example.confirm,
        [("login".to_owned(), "looked".to_owned())].into()
    );
    expect![[r#"{"sets":["a"],"user":"jane@example.com"}"#]]
        .assert_eq(&Value::Object(example.inputs.clone()).to_string());
    assert!(
        parse_pack(texts(PACK, None))
            .expect("a pack")
            .practice
            .examples
            .is_empty()
    );
}

#[track_caller]
fn wrong(pack: &str, practice: &str, expected: Expect) {
    let found = parse_pack(texts(pack, Some(practice))).expect_err("mistakes");
    let shown: String = found
        .iter()
        .map(|file| {
            format!(
                "{}\n{}",
                file.source.name,
                render(&file.source, &file.diagnostics)
            )
        })
        .collect();
    expected.assert_eq(&shown);
}

#[test]
fn the_mistakes_of_both_files_are_told_at_once() {
    wrong(
        r#"name = "FSC Pack"
version = "1"
titel = "x"

[plugins.Assign]
version = "0.1"

[plugins.a]
reads = ["User"]
create = "User"
read = ["User", "Profile"]
query = [3]
configure.Communities = "x"
predict."A B" = []
secret.pw = ["update User.Title"]

[plugins.b]
version = "latest"
get = ["composite/sobjects", "limits"]
request = ["POST tooling/executeAnonymous"]
update = [3]

[plugins]
c = 3
"#,
        "x = [",
        expect![[r#"
            pack.toml
            1:8-18 pack/bad-name `FSC Pack` is not a valid name for a pack / write `fsc-pack`
            2:11-14 pack/bad-version `1` is not a valid version / write three numbers, as in `1.2.0`
            3:1-6 pack/unknown-key the pack knows no key `titel` / did you mean `title`?
            5:10-16 pack/bad-name `Assign` is not a valid name of a plugin / write `assign`
            8:1-12 pack/missing-key plugin `a` lacks `version` / add `version = "0.1"`
            9:1-6 pack/unknown-key plugin `a` knows no key `reads` / did you mean `read`?
            10:10-16 pack/wrong-type `create` is a text, not a table of lists / write `create.User = ["Username"]`
            11:8-27 pack/no-fields `read` is a list; a grant names fields, too / write a line for each, with what is allowed of it: `read.User = ["…"]`, `read.Profile = ["…"]`
            12:9-12 pack/no-fields `query` is a list; a grant names fields, too / write a line for each, with what is allowed of it: `query.User = ["Username"]`
            13:25-28 pack/wrong-type `configure.Communities` is a text, not a list of texts / write `configure.Communities = ["…", "…"]`
            14:9-14 pack/bad-name `A B` is not a valid name below `predict` / write `predict.User = ["Username"]`
            18:11-19 pack/bad-version `latest` is not a valid range of versions / write `version = "0.1"` for 0.1.0 and what is compatible with it
            19:8-28 pack/never-granted `composite/sobjects` can never be granted / leave it out: such a resource carries other calls or code
            20:12-43 pack/never-granted `POST tooling/executeAnonymous` can never be granted / leave it out: such a resource carries other calls or code
            21:10-13 pack/no-fields `update` is a list; a grant names fields, too / write a line for each, with what is allowed of it: `update.User = ["Username"]`
            24:5-6 pack/wrong-type `c` is an integer, not a table / write `c = { … }`
            practice.toml
            1:6-6 practice/syntax not TOML: unclosed array, expected `]` / the file is TOML: `key = value` lines below `[table]` headers; texts in quotes
        "#]],
    );
    wrong(
        "",
        r#"recrods = 3
records = [3, { object = "User" }]
[examples.tri]
inputs = {}
[examples.b]
start = "No Roles"
[examples.c]
inputs = 3
[starts."No Roles"]
recrods = 3
[starts.practice]
[starts.b]
settings = 3
[examples.d]
inputs = {}
confirm = { login = 3 }
[examples.e]
inputs = {}
confirm = "login"
"#,
        expect![[r#"
            pack.toml
            1:1-1 pack/missing-key the pack lacks `name` / add `name = "fsc"`
            1:1-1 pack/missing-key the pack lacks `version` / add `version = "0.1.0"`
            1:1-1 pack/missing-key the pack lacks `title` / add `title = "What the pack is for"`
            practice.toml
            1:1-8 practice/unknown-key the file knows no key `recrods` / did you mean `records`?
            2:12-13 practice/wrong-type `records` is an integer, not a table / write `[[records]]` above each
            5:1-13 practice/missing-key example `b` lacks `inputs` / add `inputs = { … }`
            6:9-19 practice/unknown-start the file has no start `No Roles` / there is `b`
            8:10-11 practice/wrong-type `inputs` is an integer, not a table / write `inputs = { … }`
            9:9-19 practice/bad-name `No Roles` is not a valid name for a practice org / write `no-roles`
            10:1-8 practice/unknown-key start `No Roles` knows no key `recrods` / did you mean `records`?
            11:9-17 practice/bad-name `practice` is the common practice org / give the start a name of its own
            13:12-13 practice/wrong-type `settings` is an integer, not a table / write `settings = { … }`
            16:21-22 practice/wrong-type `login` is an integer, not a text / write `login = "…"`
            19:11-18 practice/wrong-type `confirm` is a text, not a table / write `confirm = { … }`
        "#]],
    );
    wrong(
        PACK,
        "records = 3\nexamples = 3",
        expect![[r#"
        practice.toml
        1:11-12 practice/wrong-type `records` is an integer, not a list of tables / write `[[records]]` above each
        2:12-13 practice/wrong-type `examples` is an integer, not a table / write `examples = { … }`
    "#]],
    );
    wrong(
        PACK,
        "[examples.tri]\ninputs = {}\n",
        expect![[r#"
        practice.toml
        1:11-14 practice/unknown-recipe the pack has no recipe `tri` / did you mean `try`?
    "#]],
    );
}

#[track_caller]
fn grants(text: &str, expected: Expect) {
    let source = source("grants.toml", text);
    let shown = match parse_grants(&source) {
        Ok(grants) => {
            let all = grants.plugins.iter().flat_map(|(recipes, plugins)| {
                let plugins = plugins.iter();
                plugins
                    .map(move |(name, it)| crate::recipe::grant_section(recipes, name, it) + "\n")
            });
            format!("{:?}\n{}", grants.development, all.collect::<String>())
        }
        Err(found) => render(&source, &found),
    };
    expected.assert_eq(&shown);
}

#[test]
fn a_grant_lists_privileges_in_known_forms_and_not_too_many() {
    grants(
        r#"[packs.fsc.plugins.a]
raises = ["ProfileId", "modifyalldata", "a role at the top", "viewAllRecords of Account", "Modify All Data"]
"#,
        expect![[r#"
            2:91-108 grants/bad-privilege `Modify All Data` is not a privilege that a plan raises / write `ProfileId`, `ModifyAllData`, `a role at the top` or `viewAllRecords of Account`
        "#]],
    );
    let many = vec!["\"ProfileId\""; 201].join(",");
    grants(
        &format!("[packs.fsc.plugins.a]\nraises = [{many}]\n"),
        expect![[r#"
            2:10-2423 grants/too-many-privileges `raises` has more than 200 privileges / list only those that a plan of the plugin raises
        "#]],
    );
}

#[test]
fn grants_are_read_or_refused() {
    let digest = "0123456789abcdef".repeat(4);
    grants(
        &format!(
            "development = [\"/home/ada\"]\n[recipes.\"/a b.toml\".plugins.a]\ndigest = \"sha256:{digest}\"\nread_settings = [\"Communities\"]\n"
        ),
        expect![[r#"
            ["/home/ada"]
            [recipes."/a b.toml".plugins.a]
            digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
            read_settings = ["Communities"]
        "#]],
    );
    grants(
        "",
        expect![[r#"
        []
    "#]],
    );
    grants(
        r#"[packs.fsc.plugins.a]
digest = "md5:1"
version = "0.1"
query = "User"
get = ["query"]
update = ["User", "Contact", "Account", "Case"]
[packs.fsc.plugins."A B"]
[plugin.a]
[plugins.a]
[packs."A B".plugins.a]
[recipes."mine.toml".plugins.a]
"#,
        expect![[r#"
            2:10-17 grants/bad-digest `md5:1` is not a valid digest / copy it from `usher plugin inspect`: `sha256:` and 64 digits from 0 to f
            3:1-8 grants/unknown-key the grant of plugin `a` knows no key `version` / there is `digest`, `limits`, `read`, `query`, `create`, `update`, `configure`, `predict`, `predict_settings`, `predict_objects`, `secret`, `raises`, `read_settings`, `read_components`, `get`, `delete`, `deploy` and `request`
            4:9-15 grants/wrong-type `query` is a text, not a table of lists / write `query.User = ["Username"]`
            5:8-15 grants/never-granted `query` can never be granted / leave it out: such a resource carries other calls or code
            6:10-48 grants/no-fields `update` is a list; a grant names fields, too / write a line for each, with what is allowed of it: `update.User = ["…"]`, `update.Contact = ["…"]`, `update.Account = ["…"]`
            7:20-25 grants/bad-name `A B` is not a valid name of a plugin / write `a-b`
            8:2-8 grants/unknown-key the file knows no key `plugin` / did you mean `plugins`?
            9:2-9 grants/no-recipe a grant for a plugin does not say for the recipes of which file or pack it is / delete it, and run `usher allow RECIPE`, which writes `[recipes."/home/ada/mine.toml".plugins.NAME]`
            10:8-13 grants/bad-name `A B` is not a valid name of a pack / write the name of a pack in the box, or the folder of a pack by its whole path
            11:10-21 grants/bad-name `mine.toml` is not a valid name of a recipe's file / write the path from the root: `[recipes."/home/ada/mine.toml".plugins.NAME]`
        "#]],
    );
    grants(
        "development = [\"plugins\", \"/x\"]\n",
        expect![[r#"
        1:16-25 grants/bad-folder `plugins` is not the whole path of a folder / write the path from the root: `development = ["/home/ada/plugins"]`
    "#]],
    );
    grants(
        "[plugins",
        expect![[r#"
        1:9-9 grants/syntax not TOML: unclosed table, expected `]` / the file is TOML: `key = value` lines below `[table]` headers; texts in quotes
    "#]],
    );
}

#[test]
fn a_grant_is_put_where_it_belongs_and_the_rest_stays() {
    let recipes = RecipesOf::File("/home/ada/mine.toml".into());
    let mut granted = PluginGrant::default();
    granted.grant.add("raises", "ProfileId");
    granted
        .grant
        .add_by_name("read", "User", ["Name".to_owned()]);
    let put = |text: &str| {
        let put = put_grant(&source("grants.toml", text), &recipes, "a", &granted);
        put.unwrap_or_else(|| "left to a person\n".to_owned())
    };
    let shown = [
        "",
        "# Mine.\ndevelopment = [\"/x\"]",
        "# One.\n[recipes.\"/home/ada/mine.toml\".plugins.a] # Mine.\n# Inside.\nread.User = [\n  \"Title\", # Why?\n]\n\n# Two.\n[packs.fsc.plugins.b]\ndelete = [\"Case\"]\n",
        "[recipes.'/home/ada/mine.toml'.plugins.a.read]\nUser = []\n[recipes.'/home/ada/mine.toml'.plugins.b]\n",
        "recipes = { }\n",
        "[recipes.\"/home/ada/mine.toml\"]\nplugins.a.delete = [\"Case\"]\n",
        "[plugins.a]\n",
    ]
    .map(put);
    expect![[r#"
        [recipes."/home/ada/mine.toml".plugins.a]
        read.User = ["Name"]
        raises = ["ProfileId"]
        ----
        # Mine.
        development = ["/x"]

        [recipes."/home/ada/mine.toml".plugins.a]
        read.User = ["Name"]
        raises = ["ProfileId"]
        ----
        # One.
        [recipes."/home/ada/mine.toml".plugins.a]
        # Inside.
        read.User = ["Name"]
        raises = ["ProfileId"]

        # Two.
        [packs.fsc.plugins.b]
        delete = ["Case"]
        ----
        [recipes."/home/ada/mine.toml".plugins.a]
        read.User = ["Name"]
        raises = ["ProfileId"]
        [recipes.'/home/ada/mine.toml'.plugins.b]
        ----
        left to a person
        ----
        left to a person
        ----
        left to a person
    "#]]
    .assert_eq(&shown.join("----\n"));
}

#[test]
fn rules_of_the_org_pass_unread() {
    let practice = r#"
[features]
person_accounts = false

[[custom_fields]]
object = "Account"
name = "Segment__c"

[starts.strict]
duplicate_rules = [{ object = "Account", name = "Twins", match = ["Name"] }]
validation_rules = [{ object = "User", when = [{ field = "Country", is = "empty" }], message = "No" }]
"#;
    let pack = parse_pack(texts(PACK, Some(practice))).expect("a pack");
    assert!(pack.practice.starts.contains_key("strict"));
}
