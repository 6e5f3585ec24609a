//! A plugin made of types: its manifest, its reads and writes, inputs that no schema can check, and its rehearsals.

use std::panic;

use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};
use usher_sdk::{
    Answer, Change, Compared, Empty, Failure, Id, Input, Level, Org, Output, ReadRecord,
    ResourcePath, RestRequest, Scalar, Secret, StepPlan, Undo, Value, WriteRecord,
};

usher_sdk::plugin! {
    name: "many-kinds",
    version: "1.2.3",
    summary: "Everything that a type can say is said",
    plan: plan,
    reads: [User, Name],
    creates: [NewTicket],
    deletes: [Ticket],
    ensures: [NewNote],
    updates: [Title, Nickname],
    also: {
        "reads": { "settings": ["Communities"], "records": { "User": ["Title", "Email"] } },
        "writes": { "requests": ["POST connect/portals"] },
        "secrets": { "password": ["POST connect/portals"] }
    },
}

/// The inputs.
#[derive(Input)]
struct Given {
    /// The user
    /// of all of this
    ///
    /// A second paragraph is for programmers.
    user: Id<User>,
    /// The title
    #[input(default = "Countess \"of\" Lovelace")]
    title: String,
    #[input(default = -1, also = r#"{"minimum": -5}"#)]
    levels: i64,
    #[input(default = true)]
    greet: bool,
    #[input(default = [])]
    others: Vec<Id<User>>,
    mode: Option<Mode>,
    #[input(rename = "place-of")]
    place: Option<Place>,
    password: Option<Secret>,
    value: Option<Value>,
}

#[derive(Input, Output, Clone, Copy)]
enum Mode {
    Fast,
    #[input(rename = "very slow")]
    VerySlow,
}

#[derive(Input)]
struct Place {
    city: String,
    #[input(default = "DE")]
    country: String,
}

#[derive(Output)]
struct Outputs {
    /// The user
    user_id: Id<User>,
    ticket_ids: Vec<Id<Ticket>>,
    mode: Option<Mode>,
    title: Scalar,
}

#[derive(ReadRecord)]
#[record(object = "User")]
struct User {
    id: Id<User>,
    username: String,
    title: Option<String>,
    is_active: bool,
    number_of_failed_logins: Option<i64>,
    #[record(field = "Profile.Name")]
    profile: Value,
    contact_id: Compared<Option<Id<Contact>>>,
}

#[derive(ReadRecord)]
#[record(of = User)]
struct Name {
    name: String,
}

#[derive(ReadRecord)]
#[record(object = "Contact")]
struct Contact;

#[derive(ReadRecord)]
#[record(object = "Ticket__c")]
struct Ticket;

#[derive(WriteRecord)]
#[record(of = Ticket)]
struct NewTicket {
    #[record(recognised, field = "User__c")]
    user: Id<User>,
    #[record(recognised, field = "Kind__c")]
    kind: &'static str,
    #[record(field = "Note__c")]
    note: Option<Value>,
}

#[derive(ReadRecord)]
#[record(object = "Remark__c")]
struct Remark;

#[derive(WriteRecord)]
#[record(of = Remark)]
struct NewNote {
    #[record(unique, field = "User__c")]
    user: Id<User>,
    #[record(unique, field = "Ticket__c")]
    ticket: Id<Ticket>,
    #[record(field = "Text__c")]
    text: &'static str,
}

#[derive(WriteRecord)]
#[record(of = User)]
struct Title {
    title: String,
}

#[derive(WriteRecord)]
#[record(of = User)]
struct Nickname {
    community_nickname: String,
}

fn plan(input: Given, org: &dyn Org) -> Result<Answer<Outputs>, Failure> {
    let mut plan = StepPlan::new();
    let (users, names) = org.each((
        User::whose(User::ID, &input.user).whose(User::CONTACT_ID, Empty),
        Name::whose_any(Name::NAME, ["Ada", "Grace"]),
    ))?;
    org.log(Level::Info, &format!("{} names", names.len()));
    let [user] = users.as_slice() else {
        panic!("{} users", users.len());
    };
    org.log(
        Level::Info,
        &format!(
            "{} {:?} {} {:?} {:?} {}",
            user.username,
            user.title,
            user.is_active,
            user.number_of_failed_logins,
            user.profile,
            names.first().map_or("", |name| &name.name)
        ),
    );
    let place = input.place.map(|place| place.city + ", " + &place.country);
    if user.title.as_deref() != Some(input.title.as_str()) {
        let title = Title {
            title: input.title.clone(),
        };
        plan.change(Change::new(
            "title",
            "Give the title",
            title.update(&user.id),
        ));
    }
    if let Some(password) = input.password {
        let body = json!({ "password": Scalar::from(password), "levels": input.levels });
        let request = RestRequest::post(ResourcePath::of(["connect", "portals"])).json(body);
        plan.change(Change::new("portal", "Make a portal", request).undo(Undo::Nothing));
    }
    for other in &input.others {
        let nickname = Nickname {
            community_nickname: "friend".to_owned(),
        };
        let summary = "Call the user a friend";
        plan.change(Change::new("friend", summary, nickname.update(other)));
    }
    let ticket = NewTicket {
        user: user.id.clone(),
        kind: if input.greet { "Greeting" } else { "None" },
        note: input.value.or(place.map(Value::Text)),
    };
    let ticket = plan.create("ticket", "Make a ticket", ticket.create());
    for (address, ticket) in [
        ("first", Id::new("a01D00000000001IAA")),
        ("second", ticket.clone()),
    ] {
        let note = NewNote {
            user: user.id.clone(),
            ticket,
            text: "Hello",
        };
        let note = plan.ensure(org, address, "Write a note", note)?;
        org.log(Level::Info, &format!("{note:?}"));
    }
    Ok(plan.outputs(Outputs {
        user_id: user.id.clone(),
        ticket_ids: vec![ticket],
        mode: input.mode,
        title: input.title.into(),
    }))
}

const ORG: &str = r#"
    [[records.User]]
    Id = "005D0000001aBcDIAU"
    Username = "ada@example.com"
    Name = "Ada"
    IsActive = true
    NumberOfFailedLogins = 3
    ProfileId = { "$ref" = "profiles:p.id", "$object" = "Profile" }

    [[records.Remark__c]]
    Id = "a02D00000000001IAA"
    User__c = "005D0000001aBcDIAU"
    Ticket__c = "a01D00000000001IAA"
"#;

#[test]
fn the_manifest_says_what_the_types_say() {
    expect![[r#"
        {
          "format": 1,
          "input": {
            "additionalProperties": false,
            "properties": {
              "greet": {
                "default": true,
                "type": "boolean"
              },
              "levels": {
                "default": -1,
                "minimum": -5,
                "type": "integer"
              },
              "mode": {
                "enum": [
                  "fast",
                  "very slow"
                ],
                "type": "string"
              },
              "others": {
                "default": [],
                "items": {
                  "type": "string",
                  "x-usher-record": "User",
                  "x-usher-unknown": true
                },
                "type": "array"
              },
              "password": {
                "type": "string",
                "x-usher-secret": true
              },
              "place-of": {
                "additionalProperties": false,
                "properties": {
                  "city": {
                    "type": "string"
                  },
                  "country": {
                    "default": "DE",
                    "type": "string"
                  }
                },
                "required": [
                  "city"
                ],
                "type": "object"
              },
              "title": {
                "default": "Countess \"of\" Lovelace",
                "description": "The title",
                "type": "string"
              },
              "user": {
                "description": "The user of all of this",
                "type": "string",
                "x-usher-record": "User",
                "x-usher-unknown": true
              },
              "value": {
                "type": [
                  "string",
                  "number",
                  "boolean"
                ],
                "x-usher-unknown": true
              }
            },
            "required": [
              "user"
            ],
            "type": "object"
          },
          "kind": "changing",
          "name": "many-kinds",
          "output": {
            "additionalProperties": false,
            "properties": {
              "mode": {
                "enum": [
                  "fast",
                  "very-slow"
                ],
                "type": "string"
              },
              "ticket_ids": {
                "items": {
                  "type": "string",
                  "x-usher-record": "Ticket__c",
                  "x-usher-unknown": true
                },
                "type": "array"
              },
              "title": {
                "type": [
                  "string",
                  "number",
                  "boolean",
                  "null"
                ],
                "x-usher-unknown": true
              },
              "user_id": {
                "description": "The user",
                "type": "string",
                "x-usher-record": "User",
                "x-usher-unknown": true
              }
            },
            "required": [
              "user_id",
              "ticket_ids",
              "title"
            ],
            "type": "object"
          },
          "reads": {
            "records": {
              "Remark__c": [
                "User__c",
                "Ticket__c"
              ],
              "User": [
                "Username",
                "Title",
                "IsActive",
                "NumberOfFailedLogins",
                "Profile.Name",
                "ContactId",
                "Name",
                "Email"
              ]
            },
            "settings": [
              "Communities"
            ]
          },
          "secrets": {
            "password": [
              "POST connect/portals"
            ]
          },
          "summary": "Everything that a type can say is said",
          "version": "1.2.3",
          "writes": {
            "create": {
              "Remark__c": [
                "User__c",
                "Ticket__c",
                "Text__c"
              ],
              "Ticket__c": [
                "User__c",
                "Kind__c",
                "Note__c"
              ]
            },
            "delete": [
              "Ticket__c"
            ],
            "requests": [
              "POST connect/portals"
            ],
            "update": {
              "User": [
                "Title",
                "CommunityNickname"
              ]
            }
          }
        }
    "#]]
    .assert_eq(&plugin().shown_manifest());
}

#[track_caller]
fn check(input: Json, expected: Expect) {
    let rehearsed = plugin().try_rehearse(ORG, input);
    let (log, refused) = (rehearsed.log.join("\n"), rehearsed.refused.join("\n"));
    expected.assert_eq(&format!("{log}\n{refused}\n{}", rehearsed.answer));
}

#[test]
fn records_inputs_and_outputs_have_their_types() {
    check(
        json!({ "user": "005D0000001aBcD", "mode": "very slow", "place-of": { "city": "Bonn" } }),
        expect![[r#"
            1 names
            ada@example.com None true Some(3) Unknown(Unknown { token: "profiles:p.id.Name", object: None }) Ada
            Scalar::Text("a02D00000000001IAA")
            Scalar::Reference(Reference::Bound(BindingName { address: "second", name: "id" }))

            ~ title: Give the title
                update User "005D0000001aBcDIAU" {Title: "Countess \"of\" Lovelace"}
                undo: restore
            + ticket: Make a ticket
                create Ticket__c {User__c: "005D0000001aBcDIAU", Kind__c: "Greeting", Note__c: "Bonn, DE"}
                key: User__c = "005D0000001aBcDIAU", Kind__c = "Greeting"
                undo: restore
            + second: Write a note
                create Remark__c {User__c: "005D0000001aBcDIAU", Ticket__c: @ticket.id, Text__c: "Hello"}
                key: User__c = "005D0000001aBcDIAU", Ticket__c = @ticket.id, enforced
                undo: restore
            = {"mode":"very-slow","ticket_ids":[{"$bound":["ticket","id"]}],"title":"Countess \"of\" Lovelace","user_id":"005D0000001aBcDIAU"}
        "#]],
    );
    check(
        json!({
            "user": "005D0000001aBcDIAU", "greet": false, "value": { "$ref": "a:b.c" },
            "password": { "$ref": "inputs:password" }, "others": ["005D0000001aBcEIAU"],
        }),
        expect![[r#"
            1 names
            ada@example.com None true Some(3) Unknown(Unknown { token: "profiles:p.id.Name", object: None }) Ada
            Scalar::Text("a02D00000000001IAA")
            Scalar::Reference(Reference::Bound(BindingName { address: "second", name: "id" }))

            ~ title: Give the title
                update User "005D0000001aBcDIAU" {Title: "Countess \"of\" Lovelace"}
                undo: restore
            ~ portal: Make a portal
                POST connect/portals {"levels":-1,"password":{"$ref":"inputs:password"}}
                never repeated
            ~ friend: Call the user a friend
                update User "005D0000001aBcEIAU" {CommunityNickname: "friend"}
                undo: restore
            + ticket: Make a ticket
                create Ticket__c {User__c: "005D0000001aBcDIAU", Kind__c: "None", Note__c: ⟨a:b.c⟩}
                key: User__c = "005D0000001aBcDIAU", Kind__c = "None"
                undo: restore
            + second: Write a note
                create Remark__c {User__c: "005D0000001aBcDIAU", Ticket__c: @ticket.id, Text__c: "Hello"}
                key: User__c = "005D0000001aBcDIAU", Ticket__c = @ticket.id, enforced
                undo: restore
            = {"ticket_ids":[{"$bound":["ticket","id"]}],"title":"Countess \"of\" Lovelace","user_id":"005D0000001aBcDIAU"}
        "#]],
    );
}

#[test]
fn inputs_that_fit_no_type_are_reported_together() {
    check(
        json!({
            "user": { "$ref": "acme:account.id", "$object": "Account" }, "others": ["005D0000001aBcDIAU", "Ada"],
        }),
        expect![[r#"


            invalid
            ! error wrong-input at /user: This is not the id of a record of User
            ! error wrong-input at /others/1: This is not the id of a record of User
        "#]],
    );
}

#[test]
fn a_rehearsal_names_every_difference_and_every_panic() {
    let folder = std::env::temp_dir().join(format!("usher-sdk-rehearsals-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("written");
    let org = ORG.replace("[[records.", "[[org.records.");
    let input = "title = \"T\"\ninput = { user = \"005D0000001aBcDIAU\" }";
    write(
        "broken.toml",
        &format!("{input}\norg.records.User = []\n[expected]\nanswer = \"\""),
    );
    write("none.toml", &format!("{input}\n{org}"));
    write(
        "other.toml",
        &format!("{input}\n{org}\n[expected]\nanswer = \"= {{}}\\n\"\nlog = []"),
    );
    write(
        "refused.toml",
        &format!("{input}\n{org}\n[expected]\nrefused = [\"r\"]"),
    );
    write("notes.txt", "no rehearsal");
    let failed = panic::catch_unwind(|| plugin().rehearse_all(&folder)).expect_err("differences");
    std::fs::remove_dir_all(&folder).expect("removed");
    let text = failed.downcast_ref::<String>().expect("a text");
    expect![[r#"
        4 of 4 rehearsals are not as expected

        tests/broken.toml:
        panicked at plugins/sdk/tests/typed.rs:149:9:
        0 users

        tests/none.toml:
        it expects no answer yet; `usher plugin test --update` writes this one:
        ~ title: Give the title
            update User "005D0000001aBcDIAU" {Title: "Countess \"of\" Lovelace"}
            undo: restore
        + ticket: Make a ticket
            create Ticket__c {User__c: "005D0000001aBcDIAU", Kind__c: "Greeting"}
            key: User__c = "005D0000001aBcDIAU", Kind__c = "Greeting"
            undo: restore
        + second: Write a note
            create Remark__c {User__c: "005D0000001aBcDIAU", Ticket__c: @ticket.id, Text__c: "Hello"}
            key: User__c = "005D0000001aBcDIAU", Ticket__c = @ticket.id, enforced
            undo: restore
        = {"ticket_ids":[{"$bound":["ticket","id"]}],"title":"Countess \"of\" Lovelace","user_id":"005D0000001aBcDIAU"}


        tests/other.toml:
        expected answer:
        = {}

        answer:
        ~ title: Give the title
            update User "005D0000001aBcDIAU" {Title: "Countess \"of\" Lovelace"}
            undo: restore
        + ticket: Make a ticket
            create Ticket__c {User__c: "005D0000001aBcDIAU", Kind__c: "Greeting"}
            key: User__c = "005D0000001aBcDIAU", Kind__c = "Greeting"
            undo: restore
        + second: Write a note
            create Remark__c {User__c: "005D0000001aBcDIAU", Ticket__c: @ticket.id, Text__c: "Hello"}
            key: User__c = "005D0000001aBcDIAU", Ticket__c = @ticket.id, enforced
            undo: restore
        = {"ticket_ids":[{"$bound":["ticket","id"]}],"title":"Countess \"of\" Lovelace","user_id":"005D0000001aBcDIAU"}

        expected log [], and the log is ["1 names", "ada@example.com None true Some(3) Unknown(Unknown { token: \"profiles:p.id.Name\", object: None }) Ada", "Scalar::Text(\"a02D00000000001IAA\")", "Scalar::Reference(Reference::Bound(BindingName { address: \"second\", name: \"id\" }))"]

        tests/refused.toml:
        Usher should refuse ["r"], and refuses []"#]].assert_eq(&text.replace(&folder.display().to_string(), "tests"));
}

#[test]
fn ids_are_of_one_record_in_15_and_18_characters() {
    let (short, long) = (
        Id::<User>::new("005D0000001aBcD"),
        Id::new("005D0000001aBcDIAU"),
    );
    assert_eq!(short, long);
    assert_ne!(short, Id::made_by("ticket"));
    let mut sorted = [Id::made_by("a"), Id::new("b"), long, short];
    sorted.sort();
    expect![[r#"[Scalar::Text("005D0000001aBcDIAU"), Scalar::Text("005D0000001aBcD"), Scalar::Text("b"), Scalar::Reference(Reference::Bound(BindingName { address: "a", name: "id" }))]"#]].assert_eq(&format!("{sorted:?}"));
}
