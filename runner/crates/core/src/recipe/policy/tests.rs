use expect_test::{Expect, expect};

use super::parse_policy;
use crate::diagnostic::SourceText;

fn check(text: &str, expected: &Expect) {
    let source = SourceText {
        name: "policy.toml".to_owned(),
        text: text.to_owned(),
    };
    let shown = match parse_policy(&source) {
        Ok(policy) => format!("{policy:#?}"),
        Err(mistakes) => {
            let lines = mistakes.iter().map(|mistake| {
                let span = mistake.span.clone().unwrap_or_default();
                let (line, column) = source.position(span.start);
                let help = mistake.help.as_deref().unwrap_or_default();
                format!(
                    "{line}:{column} {} {}\n  {help}",
                    mistake.code, mistake.message
                )
            });
            lines.collect::<Vec<_>>().join("\n")
        }
    };
    expected.assert_eq(&shown);
}

#[test]
fn each_rule_knows_its_line() {
    let text = r#"
[all]
ask = [
  "cannot-undo",
  { object = "User", above = 5 },
]

[production]
refuse = ["mails", { privileges = ["ModifyAllData"] }, { above = 100 }]
"#;
    check(
        text,
        &expect![[r#"
        Policy {
            file: "policy.toml",
            all: Rules {
                ask: Some(
                    [
                        Rule {
                            fact: CannotUndo,
                            line: 4,
                        },
                        Rule {
                            fact: Records {
                                object: Some(
                                    "User",
                                ),
                                above: 5,
                            },
                            line: 5,
                        },
                    ],
                ),
                refuse: [],
            },
            production: Rules {
                ask: None,
                refuse: [
                    Rule {
                        fact: Mails,
                        line: 9,
                    },
                    Rule {
                        fact: Privileges(
                            [
                                "ModifyAllData",
                            ],
                        ),
                        line: 9,
                    },
                    Rule {
                        fact: Records {
                            object: None,
                            above: 100,
                        },
                        line: 9,
                    },
                ],
            },
            sandbox: Rules {
                ask: None,
                refuse: [],
            },
            practice: Rules {
                ask: None,
                refuse: [],
            },
        }"#]],
    );
}

#[test]
fn every_mistake_is_told_with_its_place() {
    let text = r#"
[prodution]
ask = []

[all]
asks = []
ask = ["mail", 7, { object = "User" }, { object = "my user", above = 1 }, { above = -1 }]
refuse = [{ privileges = [], above = 2 }, { privileges = ["Modify All"] }]

[sandbox]
refuse = "mails"
"#;
    check(
        text,
        &expect![[r#"
        2:2 policy/unknown-key the file knows no key `prodution`
          did you mean `production`?
        6:1 policy/unknown-key `[all]` knows no key `asks`
          did you mean `ask`?
        7:8 policy/unknown-fact `mail` is not a fact about a plan
          did you mean `mails`?
        7:16 policy/wrong-type `ask` is an integer, not a list of facts
          write `"mails"`, or `{ object = "User", above = 5 }`
        7:19 policy/missing-key a rule lacks `above`
          add `above = 5`
        7:51 policy/bad-name `my user` is not a valid object
          write its API name, as in `User` or `FinServ__Claim__c`
        7:85 policy/wrong-type `above` is an integer, not a number from 0
          write `above = 5`
        8:11 policy/two-rules a rule is about `privileges` or about records, not about both
          write two rules: `{ privileges = ["ModifyAllData"] }, { above = 100 }`
        8:26 policy/no-privilege `privileges` names none
          name at least one: `privileges = ["ModifyAllData"]`
        8:59 policy/bad-name `Modify All` is not a valid user permission
          write its API name without `Permissions`, as in `ModifyAllData`
        11:10 policy/wrong-type `refuse` is a text, not a list
          write `refuse = ["mails", "deletes"]`"#]],
    );
    check(
        "",
        &expect![[r#"
        1:1 policy/empty the file has no rule
          write `[all]`, `[production]`, `[sandbox]` or `[practice]`, and rules below it"#]],
    );
}
