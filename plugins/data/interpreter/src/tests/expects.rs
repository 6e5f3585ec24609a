//! Finds that find something else than expected, requirements, notes, and conditions.

use expect_test::expect;
use serde_json::json;

use super::{ACCOUNT, ORG, example, rehearsed};

#[test]
fn an_input_that_leads_to_nothing_is_the_inputs_mistake() {
    let input = json!({ "account": "001D0000000aBcZIAU" });
    expect![[r#"
        invalid
        ! error account-not-found at /account: There is no such account
            remedy: Set {with.account} to an account
    "#]]
    .assert_eq(&rehearsed(&example("welcome-title"), ORG, input));
}

const PLUGIN: &str = r#"
name = "p"
version = "0.1.0"
summary = "s"
kind = "verifying"
[inputs.most]
type = "integer"
default = 1
[inputs.contact]
type = "record"
object = "Contact"
optional = true
[[find]]
name = "active"
object = "User"
where = { IsActive = true }
expect = "none"
otherwise = "There are active users: ${inputs.most}"
remedy = "Deactivate them"
[[find]]
name = "acme"
object = "User"
where = { IsActive = [true, false] }
expect = "at-most-one"
called = "Username"
[[find]]
name = "contact"
object = "Contact"
when = "${inputs.contact is not none}"
where = { Id = "${inputs.contact}" }
expect = "one"
otherwise = "There is no such contact"
"#;

#[test]
fn all_problems_of_a_round_come_at_once() {
    let input = json!({ "contact": "003D0000000aBcZIAU" });
    expect![[r#"
        invalid
        ! error active-there: There are active users: 1
            remedy: Deactivate them
        ! error acme-not-unique: 3 records of `User` match where one is meant: `ada@example.com`, `eve@example.com` and `bob@example.com`
        ! error contact-not-found at /contact: There is no such contact
    "#]].assert_eq(&rehearsed(PLUGIN, ORG, input));
}

#[test]
fn a_find_whose_condition_is_false_is_not_read() {
    let plugin = PLUGIN.replace("expect = \"none\"\notherwise = \"There are active users: ${inputs.most}\"\nremedy = \"Deactivate them\"", "");
    let plugin = plugin.replace("expect = \"at-most-one\"", "");
    let plugin = format!(
        r#"{plugin}
[[require]]
that = "${{active | length <= inputs.most}}"
otherwise = "More than ${{inputs.most}} users are active: ${{active.Username | join(', ')}}"
code = "too-many"
[[require]]
for = "user in acme"
that = "${{user.IsActive}}"
otherwise = "${{user.Username}} is not active"
[[note]]
when = "${{contact.AccountId is none}}"
says = "No contact, no account"
warning = true
[results]
account = "${{contact.AccountId}}"
contact = "${{contact}}"
"#
    );
    expect![[r#"
        unmet
        ! error too-many: More than 1 users are active: ada@example.com, bob@example.com
        ! error not-as-required: eve@example.com is not active
    "#]]
    .assert_eq(&rehearsed(&plugin, ORG, json!({})));
    let org = ORG.replace("IsActive = false", "IsActive = true");
    let input = json!({ "most": 3 });
    expect![[r#"
        ! warning note: No contact, no account
        = {"account":null,"contact":null}
    "#]]
    .assert_eq(&rehearsed(&plugin, &org, input));
}

#[test]
fn something_computed_from_a_later_value_waits() {
    let plugin = r#"
name = "p"
version = "0.1.0"
summary = "s"
[[find]]
name = "users"
object = "User"
where = { IsActive = true }
[[change]]
name = "title"
for = "user in users"
when = "${user.Id > '005'}"
update = "user"
set = { Title = "x" }
says = "x"
"#;
    expect![[r#"
        deferred: the change `title` depends on a value that is not known yet
            until ⟨user:user.id⟩ is known
    "#]]
    .assert_eq(&rehearsed(plugin, ORG, json!({})));
    let input = json!({ "account": ACCOUNT });
    let plugin = example("welcome-title").replace("${account.Name}", "${account.Name[0]}");
    expect![[r#"
        broken: the change `title`: a text has no item that a number names
    "#]]
    .assert_eq(&rehearsed(&plugin, ORG, input));
}
