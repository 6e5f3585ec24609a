mod against_jinja;
mod mistakes;

use expect_test::{Expect, expect};
use usher_contract::manifest::Manifest;

use super::parse_data_plugin;
use crate::diagnostic::SourceText;

/// Examples of the documentation.
const DIGITAL_EXPERIENCES: &str =
    include_str!("../../../../../../plugins/data/examples/digital-experiences/plugin.toml");
const PUBLIC_GROUP: &str =
    include_str!("../../../../../../plugins/data/examples/public-group/plugin.toml");
const WELCOME_TITLE: &str =
    include_str!("../../../../../../plugins/data/examples/welcome-title/plugin.toml");

fn source(text: &str) -> SourceText {
    SourceText {
        name: "plugin.toml".to_owned(),
        text: text.to_owned(),
    }
}

/// The mistakes, one a line: place, code, message, help.
fn wrong(text: &str, expected: &Expect) {
    let source = source(text);
    let mistakes = parse_data_plugin(&source).expect_err("a plugin with mistakes");
    let lines = mistakes.iter().map(|mistake| {
        let span = mistake.span.clone().unwrap_or(0..0);
        let ((line, from), (_, to)) = (source.position(span.start), source.position(span.end));
        let help = mistake.help.as_deref().unwrap_or_default();
        format!(
            "{line}:{from}-{to} {} {} / {help}\n",
            mistake.code, mistake.message
        )
    });
    expected.assert_eq(&lines.collect::<String>());
}

fn manifest(text: &str) -> String {
    let plugin = parse_data_plugin(&source(text)).unwrap_or_else(|why| panic!("{why:#?}"));
    Manifest::parse(&plugin.manifest).expect("a manifest");
    plugin.manifest
}

#[test]
fn an_update_declares_what_its_expressions_read() {
    expect![[r#"
        {
          "format": 1,
          "input": {
            "additionalProperties": false,
            "properties": {
              "account": {
                "description": "The account of the users",
                "type": "string",
                "x-usher-record": "Account",
                "x-usher-unknown": true
              },
              "title": {
                "default": "Member",
                "type": "string",
                "x-usher-unknown": true
              }
            },
            "required": [
              "account"
            ],
            "type": "object"
          },
          "kind": "changing",
          "name": "welcome-title",
          "output": {
            "additionalProperties": false,
            "properties": {
              "count": {
                "type": "integer"
              },
              "users": {
                "items": {
                  "type": "string",
                  "x-usher-record": "User",
                  "x-usher-unknown": true
                },
                "type": "array"
              }
            },
            "required": [
              "users",
              "count"
            ],
            "type": "object"
          },
          "reads": {
            "records": {
              "Account": [
                "Name"
              ],
              "User": [
                "Username",
                "Title",
                "Contact.AccountId",
                "IsActive"
              ]
            },
            "settings": []
          },
          "summary": "Every active external user of an account has a title",
          "version": "0.1.0",
          "writes": {
            "configure": {},
            "create": {},
            "delete": [],
            "update": {
              "User": [
                "Title"
              ]
            }
          }
        }
    "#]]
    .assert_eq(&manifest(WELCOME_TITLE));
}

#[test]
fn an_ensure_declares_its_key_and_its_fields() {
    expect![[r#"
        {
          "format": 1,
          "input": {
            "additionalProperties": false,
            "properties": {
              "account": {
                "description": "The account of the users",
                "type": "string",
                "x-usher-record": "Account",
                "x-usher-unknown": true
              }
            },
            "required": [
              "account"
            ],
            "type": "object"
          },
          "kind": "changing",
          "name": "public-group",
          "output": {
            "additionalProperties": false,
            "properties": {
              "group": {
                "type": "string",
                "x-usher-record": "Group",
                "x-usher-unknown": true
              }
            },
            "required": [
              "group"
            ],
            "type": "object"
          },
          "reads": {
            "records": {
              "Account": [
                "Name"
              ],
              "Group": [
                "DeveloperName",
                "Name"
              ],
              "GroupMember": [
                "GroupId",
                "UserOrGroupId"
              ],
              "User": [
                "Username",
                "Contact.AccountId",
                "IsActive"
              ]
            },
            "settings": []
          },
          "summary": "Every external user of an account is in a public group",
          "version": "0.1.0",
          "writes": {
            "configure": {},
            "create": {
              "Group": [
                "DeveloperName",
                "Name",
                "Type"
              ],
              "GroupMember": [
                "GroupId",
                "UserOrGroupId"
              ]
            },
            "delete": [],
            "update": {
              "Group": [
                "Name"
              ]
            }
          }
        }
    "#]]
    .assert_eq(&manifest(PUBLIC_GROUP));
}

#[test]
fn settings_take_ten_lines() {
    expect![[r#"
        {
          "format": 1,
          "input": {
            "additionalProperties": false,
            "properties": {},
            "required": [],
            "type": "object"
          },
          "kind": "changing",
          "name": "digital-experiences-on",
          "output": {
            "additionalProperties": false,
            "properties": {},
            "required": [],
            "type": "object"
          },
          "reads": {
            "records": {},
            "settings": [
              "Communities"
            ]
          },
          "summary": "Digital Experiences is on",
          "version": "0.1.0",
          "writes": {
            "configure": {
              "Communities": [
                "enableNetworksEnabled"
              ]
            },
            "create": {},
            "delete": [],
            "update": {}
          }
        }
    "#]]
    .assert_eq(&manifest(DIGITAL_EXPERIENCES));
}

#[test]
fn the_same_text_gives_the_same_bytes() {
    assert_eq!(
        parse_data_plugin(&source(PUBLIC_GROUP)),
        parse_data_plugin(&source(PUBLIC_GROUP))
    );
}

#[test]
fn an_input_may_be_unknown_unless_something_is_computed_from_it() {
    let plugin = |use_of: &str| {
        format!(
            r#"
name = "p"
version = "0.1.0"
summary = "s"
inputs.title = {{ type = "string" }}
[[find]]
name = "users"
object = "User"
where = {{ Username = "ada@example.com" }}
[[change]]
name = "title"
for = "user in users"
update = "user"
set = {{ Title = "{use_of}" }}
says = "Give ${{user.Username}} the title ${{inputs.title}}"
"#
        )
    };
    for passed_on in [
        "${inputs.title}",
        "The ${inputs.title}",
        "${inputs.title | default('x')}",
    ] {
        let manifest = manifest(&plugin(passed_on));
        assert!(
            manifest.contains("x-usher-unknown"),
            "{passed_on}: {manifest}"
        );
    }
    for computed in [
        "${inputs.title | upper}",
        "${inputs.title ~ 'x'}",
        "${'a' if inputs.title == 'b' else 'c'}",
    ] {
        let manifest = manifest(&plugin(computed));
        assert!(
            !manifest.contains("x-usher-unknown"),
            "{computed}: {manifest}"
        );
    }
}
