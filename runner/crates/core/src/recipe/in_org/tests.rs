use expect_test::{Expect, expect};
use serde_json::{Map, Value, json};

use super::{FullNames, Survey, Surveyed};
use crate::recipe::Recipe;
use crate::recipe::tests::{recipe, wrong};
use usher_contract::operation::Lookup;
use usher_contract::read::{ReadError, Record, Refusal};

const SEEN: &str = r#"title = "Give a customer access"

[inputs.contact]
type = "record"
object = "Contact"

[inputs.profile]
type = "string"
default = "Customers"
in_org = { object = "User", where = { ContactId = "${inputs.contact}", IsActive = true }, field = "Profile.Name" }

[inputs.role]
type = "choice"
choices = ["User", "Manager"]
default = "User"
in_org = { object = "User", where = { Id = "${in_org.user}" }, field = "PortalRole", called = { Worker = "User" } }

[inputs.levels]
type = "integer"
default = 0
in_org = { object = "Thing__c", where = { Kind__c = ["a", "b"], Gone__c = "" }, field = "Levels__c" }

[inputs.is_member]
type = "boolean"
default = false
in_org = { object = "NetworkMember", where = { MemberId = "${in_org.user}" } }

[inputs.sets]
type = "list"
default = []

[[inputs.sets.in_org]]
object = "PermissionSetAssignment"
where = { AssigneeId = "${in_org.user}", PermissionSetGroupId = "" }
field = "PermissionSet.Name"

[[inputs.sets.in_org]]
object = "PermissionSetAssignment"
where = { AssigneeId = "${in_org.user}" }
field = "PermissionSetGroup.DeveloperName"

[inputs.site]
type = "string"
in_org = [
  { object = "Network", where = { Id = "${in_org.sites}", Status = "Live" }, field = "Name" },
  { object = "Network", where = { Id = "${in_org.sites}" }, field = "Name" },
]

[inputs.nickname]
type = "string"
optional = true

[inputs.password]
type = "secret"

[in_org.user]
object = "User"
where = { ContactId = "${inputs.contact}" }
field = "Id"

[in_org.sites]
object = "NetworkMember"
where = { MemberId = "${in_org.user}" }
field = "NetworkId"

[in_org.unneeded]
object = "Network"
where = { Id = "${in_org.sites}" }
field = "Name"

[[steps]]
id = "a"
use = "anything"
"#;

fn given(json: Value) -> Map<String, Value> {
    json.as_object().expect("an object").clone()
}

fn soql(lookup: &Lookup) -> String {
    let conditions = lookup.conditions.iter().map(|condition| {
        let values: Vec<String> = condition
            .any_of
            .iter()
            .map(|one| one.to_json().to_string())
            .collect();
        format!("{}={}", condition.field, values.join("|"))
    });
    let conditions: Vec<String> = conditions.collect();
    format!(
        "{} of {}: {}",
        lookup.fields.join(","),
        lookup.object,
        conditions.join(", ")
    )
}

/// Asks in rounds; `answers` has the rows of the questions whose text begins so.
fn surveyed(
    recipe: &Recipe,
    given: &Map<String, Value>,
    answers: &[(&str, Value)],
) -> (Vec<String>, Vec<Surveyed>) {
    surveyed_with(recipe, given, answers, &FullNames::default())
}

/// The same, in an org that shows the full names of its profiles.
fn surveyed_with(
    recipe: &Recipe,
    given: &Map<String, Value>,
    answers: &[(&str, Value)],
    full_names: &FullNames,
) -> (Vec<String>, Vec<Surveyed>) {
    let mut survey = Survey::new(recipe, given);
    let mut asked = Vec::new();
    for round in 1.. {
        let lookups = survey.round();
        if lookups.is_empty() {
            break;
        }
        let answer = |lookup: &Lookup| -> Result<Vec<Record>, ReadError> {
            let text = soql(lookup);
            let known = answers.iter().find(|(start, _)| text.starts_with(start));
            match known.map(|(_, rows)| rows) {
                Some(Value::String(code)) => Err(ReadError::Refused(Refusal {
                    status: 400,
                    code: code.clone(),
                    message: "no".into(),
                })),
                Some(rows) => {
                    let rows = rows.as_array().expect("rows").iter();
                    Ok(rows
                        .map(|row| row.as_object().expect("a row").clone())
                        .collect())
                }
                None => Ok(Vec::new()),
            }
        };
        asked.extend(
            lookups
                .iter()
                .map(|lookup| format!("{round} {}", soql(lookup))),
        );
        let answers = lookups.iter().map(answer).collect();
        survey.answer(answers, full_names);
    }
    (asked, survey.finish())
}

fn lines(surveyed: &[Surveyed]) -> String {
    let line = |one: &Surveyed| {
        let value = one.value.as_ref().map_or("-".to_owned(), Value::to_string);
        format!("{} = {value} {:?}\n", one.name, one.origin)
    };
    surveyed.iter().map(line).collect()
}

#[track_caller]
fn shows(given_: Value, answers: &[(&str, Value)], expected: Expect) {
    let recipe = recipe(SEEN);
    let (asked, found) = surveyed(&recipe, &given(given_), answers);
    expected.assert_eq(&format!("{}\n{}", asked.join("\n"), lines(&found)));
}

#[test]
fn an_org_is_asked_in_rounds_and_shows_each_value() {
    shows(
        json!({ "contact": "003000000000001AAA", "password": "x" }),
        &[
            (
                "Profile.Name,ProfileId of User",
                json!([{ "Id": "1", "Profile.Name": "Plus" }]),
            ),
            ("Id of User", json!([{ "Id": "005000000000001AAA" }])),
            (
                "PortalRole of User",
                json!([{ "Id": "1", "PortalRole": "Worker" }]),
            ),
            (
                "Levels__c of Thing__c",
                json!([{ "Levels__c": 3 }, { "Levels__c": 3 }, { "Levels__c": null }]),
            ),
            (
                "NetworkId of NetworkMember",
                json!([{ "NetworkId": "0DB000000000001AAA" }]),
            ),
            (" of NetworkMember", json!([{ "Id": "1" }])),
            (
                "PermissionSet.Name of",
                json!([{ "PermissionSet.Name": "B" }, { "PermissionSet.Name": "A" }]),
            ),
            (
                "PermissionSetGroup.DeveloperName of",
                json!([{ "PermissionSetGroup.DeveloperName": "G" }, { "PermissionSetGroup.DeveloperName": null }]),
            ),
            ("Name of Network", json!([{ "Name": "Clients" }])),
        ],
        expect![[r#"
            1 Levels__c of Thing__c: Kind__c="a"|"b", Gone__c=""
            1 Profile.Name,ProfileId of User: ContactId="003000000000001AAA", IsActive=true
            1 Id of User: ContactId="003000000000001AAA"
            2  of NetworkMember: MemberId="005000000000001AAA"
            2 PortalRole of User: Id="005000000000001AAA"
            2 PermissionSet.Name of PermissionSetAssignment: AssigneeId="005000000000001AAA", PermissionSetGroupId=""
            2 PermissionSetGroup.DeveloperName of PermissionSetAssignment: AssigneeId="005000000000001AAA"
            2 NetworkId of NetworkMember: MemberId="005000000000001AAA"
            3 Name of Network: Id="0DB000000000001AAA", Status="Live"
            3 Name of Network: Id="0DB000000000001AAA"
            contact = "003000000000001AAA" Given
            profile = "Plus" Org { field: Some("Profile.Name"), object: "User" }
            role = "User" Org { field: Some("PortalRole"), object: "User" }
            levels = 3 Org { field: Some("Levels__c"), object: "Thing__c" }
            is_member = true Org { field: None, object: "NetworkMember" }
            sets = ["A","B","G"] Org { field: Some("PermissionSet.Name"), object: "PermissionSetAssignment" }
            site = "Clients" Org { field: Some("Name"), object: "Network" }
            nickname = - Default(NotSaid)
            password = - Secret
        "#]],
    );
}

#[test]
fn what_the_org_does_not_show_keeps_its_default_and_says_why() {
    shows(
        json!({ "contact": "003000000000001AAA" }),
        &[
            (
                "Profile.Name,ProfileId of User",
                json!([{ "Profile.Name": "B" }, { "Profile.Name": "A" }]),
            ),
            ("Id of User", json!([{ "Id": "005000000000001AAA" }])),
            ("PortalRole of User", json!([{ "PortalRole": "Executive" }])),
            ("Levels__c of Thing__c", json!("INVALID_TYPE")),
        ],
        expect![[r#"
            1 Levels__c of Thing__c: Kind__c="a"|"b", Gone__c=""
            1 Profile.Name,ProfileId of User: ContactId="003000000000001AAA", IsActive=true
            1 Id of User: ContactId="003000000000001AAA"
            2  of NetworkMember: MemberId="005000000000001AAA"
            2 PortalRole of User: Id="005000000000001AAA"
            2 PermissionSet.Name of PermissionSetAssignment: AssigneeId="005000000000001AAA", PermissionSetGroupId=""
            2 PermissionSetGroup.DeveloperName of PermissionSetAssignment: AssigneeId="005000000000001AAA"
            2 NetworkId of NetworkMember: MemberId="005000000000001AAA"
            contact = "003000000000001AAA" Given
            profile = - Missing(Several { values: ["A", "B"], count: 2 })
            role = "User" Default(Unfit("`Executive` is not a choice of `role`"))
            levels = 0 Default(Refused("the org refuses: INVALID_TYPE no"))
            is_member = false Org { field: None, object: "NetworkMember" }
            sets = [] Default(Nothing { object: "PermissionSetAssignment" })
            site = - Missing(Nothing { object: "NetworkMember" })
            nickname = - Default(NotSaid)
            password = - Secret
        "#]],
    );
}

#[test]
fn a_question_without_a_value_to_ask_with_is_not_asked() {
    shows(
        json!({ "contact": "", "levels": 2, "profile": "Given" }),
        &[],
        expect![[r#"

            contact = "" Given
            profile = "Given" Given
            role = "User" Default(Behind(["inputs.contact"]))
            levels = 2 Given
            is_member = false Default(Behind(["inputs.contact"]))
            sets = [] Default(Behind(["inputs.contact"]))
            site = - Missing(Behind(["inputs.contact"]))
            nickname = - Default(NotSaid)
            password = - Secret
        "#]],
    );
}

#[test]
fn an_id_of_another_object_is_not_asked_for() {
    let text = r#"title = "T"
[inputs.site]
type = "string"
[inputs.profiles]
type = "list"
in_org = { object = "Profile", where = { Id = "${in_org.members}" }, field = "Name" }
[in_org.members]
object = "NetworkMemberGroup"
where = { "Network.Name" = "${inputs.site}" }
field = "ParentId"
[[steps]]
id = "a"
use = "anything"
"#;
    let rows = json!([{ "ParentId": "00e000000000001AAA" }, { "ParentId": "0PS000000000001" }]);
    let recipe = recipe(text);
    let given = given(json!({ "site": "Clients" }));
    let (asked, _) = surveyed(&recipe, &given, &[("ParentId of", rows)]);
    assert_eq!(
        asked,
        [
            "1 ParentId of NetworkMemberGroup: Network.Name=\"Clients\"",
            "2 Name of Profile: Id=\"00e000000000001AAA\"",
        ]
    );
}

#[test]
fn every_mistake_has_its_place() {
    wrong(
        r#"title = "T"

[inputs.a]
type = "string"
in_org = { object = "User", where = { Id = "${inputs.b}" }, field = "Name" }

[inputs.b]
type = "string"
in_org = { object = "User", where = { Id = "${in_org.c}" }, field = "Name" }

[inputs.d]
type = "secret"
in_org = { object = "User", where = { Id = "x" }, field = "Name" }

[inputs.e]
type = "string"
in_org = { object = "User 1", where = {}, field = "Na me", more = 1 }

[inputs.f]
type = "string"
in_org = { object = "User", where = { Id = "${inputs.nobody}", Name = "${in_org.d}", "A b" = 1, X = "${steps.a.b}", Y = "a ${inputs.a}", Z = [], V = { a = 1 } } }

[inputs.g]
type = "list"
in_org = []

[inputs.h]
type = "list"
in_org = "User"

[inputs.i]
type = "string"
in_org = { object = "User", where = { Name = "${inputs.pin}" }, field = "Name", called = { a = 1 } }

[inputs.pin]
type = "secret"

[in_org.c]
object = "User"
where = { Id = "${inputs.a}" }
field = "Name"

[in_org.Bad]
object = "User"
where = { Id = "${in_org.Bad}" }
field = "Name"

[[steps]]
id = "a"
use = "anything"
with = { x = "${in_org.c}" }
"#,
        expect![[r#"
            5:1-7 recipe/in-org-circle no value is seen first: `inputs.a` needs `inputs.b` needs `in_org.c` needs `inputs.a` / let one of them refer to an input that a person gives
            13:1-7 recipe/secret-in-org secret `d` would be read from the org / leave it out; a secret is given when the recipe runs
            17:21-29 recipe/bad-name `User 1` is not a valid object / write its API name, as in `User` or `FinServ__Claim__c`
            17:39-41 recipe/wrong-type `where` has no conditions, so every record would do / write `where = { ContactId = "${inputs.contact}" }`
            17:51-58 recipe/bad-name `Na me` is not a valid field / write its API name, as in `Username` or `Profile.Name`
            17:60-64 recipe/unknown-key `in_org` knows no key `more` / there is `object`, `where`, `field`, `called` and `may_be_empty`
            21:10-163 recipe/missing-key `in_org` lacks `field` / add `field = "Username"`
            21:86-91 recipe/bad-name `A b` is not a valid field / write its API name, as in `Username` or `Profile.Name`
            21:101-115 recipe/bad-expression a condition takes one reference, and nothing else beside it / write a value, a list of values, `"${inputs.<name>}"` or `"${in_org.<name>}"`
            21:121-136 recipe/bad-expression a condition takes one reference, and nothing else beside it / write a value, a list of values, `"${inputs.<name>}"` or `"${in_org.<name>}"`
            21:142-144 recipe/wrong-type a condition takes a value, or a list of values / write a value, a list of values, `"${inputs.<name>}"` or `"${in_org.<name>}"`
            21:150-159 recipe/wrong-type a condition takes a value, or a list of values / write a value, a list of values, `"${inputs.<name>}"` or `"${in_org.<name>}"`
            25:10-12 recipe/wrong-type `in_org` asks 0 questions / ask 1 to 10, as in `in_org = { object = "User", where = { ContactId = "${inputs.contact}" }, field = "Username" }`
            29:10-16 recipe/wrong-type `in_org` is a text, not a table / write `in_org = { object = "User", where = { ContactId = "${inputs.contact}" }, field = "Username" }`
            33:96-97 recipe/wrong-type `a` is an integer, not a text / write `a = "…"`
            43:9-12 recipe/bad-name `Bad` is not a valid name for a value / write `bad`
            51:17-25 recipe/bad-expression `in_org` is not known here / there is `inputs` and `steps`
        "#]],
    );
}

#[test]
fn a_truth_needs_no_field_and_anything_else_does() {
    let text = |kind: &str| {
        format!(
            "title = \"T\"\n[inputs.a]\ntype = \"{kind}\"\n\
             in_org = {{ object = \"User\", where = {{ Name = \"x\" }} }}\n\
             [[steps]]\nid = \"a\"\nuse = \"anything\"\n"
        )
    };
    recipe(&text("boolean"));
    wrong(
        &text("string"),
        expect![[r#"
        4:10-53 recipe/missing-key `in_org` lacks `field` / add `field = "Username"`
    "#]],
    );
}

#[test]
fn every_reference_leads_somewhere_and_to_no_secret() {
    wrong(
        r#"title = "T"

[inputs.a]
type = "string"
in_org = { object = "User", where = { Id = "${inputs.bb}", Name = "${in_org.users}", Alias = "${inputs.pin}" }, field = "Name" }

[inputs.b]
type = "string"

[inputs.pin]
type = "secret"

[in_org.user]
object = "User"
where = { Id = "${in_org.user}" }
field = "Name"

[[steps]]
id = "a"
use = "anything"
"#,
        expect![[r#"
            5:44-58 recipe/unknown-input there is no input `bb` / did you mean `b`?
            5:67-84 recipe/unknown-in-org there is no `[in_org.users]` / did you mean `user`?
            5:94-109 recipe/secret-in-org secret `pin` would be in a query / name an input that is not a secret
            13:9-13 recipe/in-org-circle no value is seen first: `in_org.user` needs `in_org.user` / let one of them refer to an input that a person gives
        "#]],
    );
}

#[test]
fn an_empty_list_is_an_answer_only_where_the_recipe_says_so() {
    let text = |more: &str| {
        format!(
            "title = \"T\"\n[inputs.site]\ntype = \"string\"\n\
             [inputs.sets]\ntype = \"list\"\ndefault = [\"A\"]\n\
             in_org = {{ object = \"PermissionSet\", where = {{ Name = \"${{inputs.site}}\" }}, field = \"Name\"{more} }}\n\
             [[steps]]\nid = \"a\"\nuse = \"anything\"\n"
        )
    };
    let given = given(json!({ "site": "Clients" }));
    let sets = |recipe: &Recipe| surveyed(recipe, &given, &[]).1.remove(1).value;
    assert_eq!(sets(&recipe(&text(""))), Some(json!(["A"])));
    let text = text(", may_be_empty = true");
    assert_eq!(sets(&recipe(&text)), Some(json!([])));
    let text = text.replace("\"list\"\ndefault = [\"A\"]", "\"string\"");
    wrong(
        &text,
        expect![[r#"
        6:91-103 recipe/unknown-key only the value of a list may be empty / leave `may_be_empty` out, or write `type = "list"`
    "#]],
    );
}

#[test]
fn the_end_of_a_value_may_be_called_otherwise() {
    let recipe = recipe(
        r#"
title = "Make a site"

[inputs.site]
type = "string"

[inputs.url]
type = "string"
in_org = { object = "Network", where = { Name = "${inputs.site}" }, field = "UrlPathPrefix", called = { "*vforcesite" = "*" } }

[[steps]]
id = "site"
use = "anything"
"#,
    );
    for (in_org, url) in [
        ("helphubvforcesite", "helphub"),
        ("helphub", "helphub"),
        ("vforcesite", "vforcesite"),
    ] {
        let row = json!([{ "UrlPathPrefix": in_org }]);
        let answers = [("UrlPathPrefix of Network", row)];
        let (_, found) = surveyed(&recipe, &given(json!({ "site": "Help" })), &answers);
        let found = found.iter().find(|one| one.name == "url");
        assert_eq!(found.and_then(|one| one.value.clone()), Some(json!(url)));
    }
}

const TWO_QUESTIONS: &str = r#"title = "T"

[inputs.user]
type = "string"

[inputs.sets]
type = "list"
default = ["Wished"]
in_org = [
  { object = "PermissionSetAssignment", where = { AssigneeId = "${inputs.user}" }, field = "PermissionSet.Name", may_be_empty = true },
  { object = "PermissionSetAssignment", where = { AssigneeId = "${inputs.user}" }, field = "PermissionSetGroup.DeveloperName", may_be_empty = true },
]

[inputs.first]
type = "string"
default = ""
in_org = [
  { object = "User", where = { Id = "${inputs.user}" }, field = "Title" },
  { object = "User", where = { Id = "${inputs.user}" }, field = "Department" },
]

[inputs.sites]
type = "list"
default = ["Wished"]
in_org = [
  { object = "Network", where = { Id = "${in_org.sites}" }, field = "Name", may_be_empty = true },
  { object = "Network", where = { Name = "Always" }, field = "Name", may_be_empty = true },
]

[in_org.sites]
object = "NetworkMember"
where = { MemberId = "${inputs.user}" }
field = "NetworkId"

[[steps]]
id = "a"
use = "anything"
"#;

/// A list of which one question is refused would be a part of what is there; so would one that needs such a list.
#[test]
fn a_part_is_not_presented_as_the_whole() {
    let recipe = recipe(TWO_QUESTIONS);
    let given = given(json!({ "user": "005000000000001AAA" }));
    let answered = |answers: &[(&str, Value)]| lines(&surveyed(&recipe, &given, answers).1);
    let refused_second = answered(&[
        (
            "PermissionSet.Name of",
            json!([{ "PermissionSet.Name": "A" }]),
        ),
        (
            "PermissionSetGroup.DeveloperName of",
            json!("INVALID_FIELD"),
        ),
        ("Title of", json!([{ "Title": "Clerk" }])),
        ("Department of", json!("INVALID_FIELD")),
        ("NetworkId of", json!("INSUFFICIENT_ACCESS")),
        ("Name of Network", json!([{ "Name": "Always" }])),
    ]);
    expect![[r#"
        user = "005000000000001AAA" Given
        sets = ["Wished"] Default(Refused("the org refuses: INVALID_FIELD no"))
        first = "Clerk" Org { field: Some("Title"), object: "User" }
        sites = ["Wished"] Default(Refused("the org refuses: INSUFFICIENT_ACCESS no"))
    "#]]
    .assert_eq(&refused_second);
    let refused_first = answered(&[
        ("PermissionSet.Name of", json!("INVALID_FIELD")),
        (
            "PermissionSetGroup.DeveloperName of",
            json!([{ "PermissionSetGroup.DeveloperName": "G" }]),
        ),
        ("Title of", json!("INVALID_FIELD")),
        ("Department of", json!([{ "Department": "Sales" }])),
    ]);
    expect![[r#"
        user = "005000000000001AAA" Given
        sets = ["Wished"] Default(Refused("the org refuses: INVALID_FIELD no"))
        first = "" Default(Refused("the org refuses: INVALID_FIELD no"))
        sites = [] Org { field: Some("Name"), object: "Network" }
    "#]]
    .assert_eq(&refused_first);
}

/// The label of a profile is in the language of who reads it; the full name is in none.
#[test]
fn a_profile_is_written_by_its_full_name_or_else_by_its_id() {
    let text = r#"title = "T"
[inputs.contact]
type = "string"
[inputs.profile]
type = "string"
in_org = { object = "User", where = { ContactId = "${inputs.contact}" }, field = "Profile.Name" }
[inputs.members]
type = "list"
in_org = { object = "Profile", where = { UserType = "CspLitePortal" }, field = "Name" }
[[steps]]
id = "a"
use = "anything"
"#;
    let recipe = recipe(text);
    let given = given(json!({ "contact": "003000000000001AAA" }));
    let answers = [
        (
            "Profile.Name",
            json!([{ "Profile.Name": "Kunden", "ProfileId": "00e000000000001AAA" }]),
        ),
        (
            "Name of Profile",
            json!([
                { "Name": "Kunden", "Id": "00e000000000001AAA" },
                { "Name": "Eigene", "Id": "00e000000000002AAA" },
            ]),
        ),
    ];
    let listed = json!([{ "fullName": "Customers", "id": "00e000000000001AAA" }]);
    let listed: Vec<Record> = serde_json::from_value(listed).expect("records");
    let full_names = FullNames::of(&listed);
    let (_, seen) = surveyed_with(&recipe, &given, &answers, &full_names);
    expect![[r#"
        contact = "003000000000001AAA" Given
        profile = "Customers" Org { field: Some("Profile.Name"), object: "User" }
        members = ["00e000000000002AAA","Customers"] Org { field: Some("Name"), object: "Profile" }
    "#]]
    .assert_eq(&lines(&seen));
    let (_, seen) = surveyed(&recipe, &given, &answers);
    expect![[r#"
        contact = "003000000000001AAA" Given
        profile = "00e000000000001AAA" Org { field: Some("Profile.Name"), object: "User" }
        members = ["00e000000000001AAA","00e000000000002AAA"] Org { field: Some("Name"), object: "Profile" }
    "#]]
    .assert_eq(&lines(&seen));
}

/// A site that is there and has no members has an empty list of profiles. A site that is not there has none.
#[test]
fn a_value_between_may_be_empty_too() {
    let text = r#"title = "T"
[inputs.name]
type = "string"
[inputs.profiles]
type = "list"
default = ["Wished"]
in_org = { object = "Profile", where = { Id = "${in_org.members}" }, field = "Name", may_be_empty = true }
[in_org.site]
object = "Network"
where = { Name = "${inputs.name}" }
field = "Id"
[in_org.members]
object = "NetworkMemberGroup"
where = { NetworkId = "${in_org.site}" }
field = "ParentId"
may_be_empty = true
[[steps]]
id = "a"
use = "anything"
"#;
    let recipe = recipe(text);
    let given = given(json!({ "name": "Clients" }));
    let profiles = |answers: &[(&str, Value)]| lines(&surveyed(&recipe, &given, answers).1[1..]);
    let there = [("Id of Network", json!([{ "Id": "0DB000000000001AAA" }]))];
    expect![[r#"
        profiles = [] Org { field: Some("Name"), object: "Profile" }
    "#]]
    .assert_eq(&profiles(&there));
    expect![[r#"
        profiles = ["Wished"] Default(Nothing { object: "Network" })
    "#]]
    .assert_eq(&profiles(&[]));
    let refused = [
        ("Id of Network", json!([{ "Id": "0DB000000000001AAA" }])),
        ("ParentId of", json!("INSUFFICIENT_ACCESS")),
    ];
    expect![[r#"
        profiles = ["Wished"] Default(Refused("the org refuses: INSUFFICIENT_ACCESS no"))
    "#]]
    .assert_eq(&profiles(&refused));
}
