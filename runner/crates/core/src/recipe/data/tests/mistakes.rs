//! Every mistake of a `plugin.toml`, as an author meets it.

use expect_test::expect;

use super::wrong;

const HEAD: &str = "name = \"p\"\nversion = \"0.1.0\"\nsummary = \"s\"\n";

#[test]
fn nothing_and_almost_nothing() {
    wrong(
        "",
        &expect![[r#"
        1:1-1 data/missing-key the plugin lacks `name` / add `name = "give-title"`
        1:1-1 data/missing-key the plugin lacks `version` / add `version = "0.1.0"`
        1:1-1 data/missing-key the plugin lacks `summary` / add `summary = "A user has a title"`
        1:1-1 data/missing-key the plugin reads nothing and changes nothing / add `[[find]]`, or `[[change]]`
    "#]],
    );
    wrong(
        "name = \"x",
        &expect![[r#"
        1:10-10 data/syntax not TOML: invalid basic string, expected `"` / the file is TOML: `key = value` lines below `[table]` headers; texts in quotes
    "#]],
    );
    wrong(
        HEAD,
        &expect![[r#"
        1:1-1 data/missing-key the plugin reads nothing and changes nothing / add `[[find]]`, or `[[change]]`
    "#]],
    );
}

#[test]
fn everything_at_once_in_the_order_of_the_file() {
    let text = r#"
name = "Welcome Title"
version = "1"
sumary = "s"
kind = "looking"

[inputs.account]
type = "record"

[inputs.pw]
type = "secret"

[[find]]
name = "users"
object = "User"
where = { AccountId = "${inputs.acount}", IsActive = true, "x y" = 1 }
expect = "two"
otherwise = "x"

[[find]]
name = "users"
object = "User s"

[[find]]
name = "one"
object = "Account"
where = { Id = "${inputs.account}" }
expect = "one"

[[change]]
name = "title"
for = "user of users"
update = "User"
set = { Title = "${usr.Title}" }

[[change]]
name = "all"
update = "users"
set = { Title = ["a"] }
says = ""
undo = "never"

[[change]]
name = "both"
update = "one"
delete = "one"
says = "x ${one.Name.}"

[[chnage]]
name = "x"

[results]
Count = "${users | size}"
power = "${2 ** 3}"
"#;
    wrong(
        text,
        &expect![[r#"
        2:8-23 data/bad-name `Welcome Title` is not a valid name for a plugin / write `welcome-title`
        3:11-14 data/bad-version `1` is not a version / write three numbers: `version = "0.1.0"`
        4:1-7 data/unknown-key the plugin knows no key `sumary` / did you mean `summary`?
        5:8-17 data/wrong-type there is no kind `looking` / write `changing`, or `verifying` for a step that only looks, after all others
        7:1-17 data/missing-key input `account` lacks `object` / add `object = "User"`, or whatever it is a record of
        10:9-11 data/not-supported input `pw` is a secret, and a plugin made of data takes none yet / write the plugin in a language, where a secret goes into a field
        16:26-39 data/unknown-input there is no input `acount` / did you mean `account`?
        16:60-65 data/bad-name `x y` is not a valid field / write its API name, as in `Email` or `Owner.Email`
        17:10-15 data/wrong-type `expect` knows no `two` / there is `any`, `one`, `at-most-one`, `some` and `none`
        18:1-10 data/unknown-key `otherwise` is said when a find finds something else than it expects / add `expect = "one"`, or `some`, or `none`
        20:1-9 data/missing-key find `users` lacks `where` / add `where = { AccountId = "${inputs.account}" }`
        21:8-15 data/bad-name the name `users` is taken / give each find, each change and each record of a `for` a name of its own
        22:10-18 data/bad-name `User s` is not a valid name for `object` / write its API name, as in `User`
        24:1-9 data/missing-key a find that expects something lacks `otherwise` / add `otherwise = "There is no such account"`: what an admin reads when it is not so
        30:1-11 data/missing-key change `title` lacks `says` / add `says = "Give ${user.Username} the title"`
        32:7-22 data/wrong-type `for` is `user of users` / write a name for the record at hand, and the find: `for = "user in users"`
        33:10-16 data/unknown-name there is no record `User` here / name a record that was found: there is `one`
        34:20-29 data/unknown-name `usr` is not known here / there is `users`, `one` and `inputs`
        38:10-17 data/unknown-name `users` is a list of records / name each of them: `for = "one in users"`, and write `one` here
        39:17-22 data/wrong-type `Title` is a list, not one value / write `Title = "…"`
        40:8-10 data/wrong-type `says` is empty / write one line in an admin's words
        41:8-15 data/wrong-type `undo` is a text, not a way back / write `undo = "restore"`, `undo = "nothing"`, or a table with `impossible`, or with `set`, `stays`, `destroys`
        43:1-11 data/missing-key change `both` does 2 things / write one of `update = "<record>"`, `ensure = "<object>"`, `delete = "<record>"`, `configure = "<settings>"`
        47:11-23 data/bad-expression `one.Name.` is not a valid expression: unexpected end of input, expected identifier or integer / write `${inputs.<name>}` or `${steps.<id>.<output>}`; for the characters themselves `$${`
        49:3-9 data/unknown-key the plugin knows no key `chnage` / did you mean `change`?
        53:1-6 data/bad-name `Count` is not a valid name for a result / write `count`
        53:20-24 data/bad-expression there is no filter `size` / there is `default`, `first`, `join`, `last`, `length`, `lower`, `replace`, `split`, `trim` and `upper`
        54:10-19 data/not-supported an expression of a plugin made of data does not take a power (`**`) / docs/data-plugins.md#expressions lists what it takes
    "#]],
    );
}

#[test]
fn names_that_lead_nowhere() {
    let text = format!(
        r#"{HEAD}
[inputs.account]
type = "record"
object = "Account"
[[find]]
name = "communities"
settings = "Communities"
expect = "one"
otherwise = "x"
[[find]]
name = "users"
object = "User"
where = {{ AccountId = "${{later}}" }}
[[find]]
name = "later"
object = "Account"
where = {{ Id = "${{account}}" }}
when = "${{inputs.account.Name}}"
[[change]]
name = "group"
ensure = "Group"
key = {{ DeveloperName = "x" }}
set = {{ developername = "y" }}
says = "Make ${{communities}} ${{inputs}}"
[[change]]
name = "member"
for = "user in users"
ensure = "GroupMember"
key = {{ GroupId = "${{group.Name}}", UserOrGroupId = "${{user}}" }}
when = "${{group == 'x'}}"
says = "x ${{user.Username}} ${{users.Username | join(', ')}}"
after = ["grup"]
[[change]]
name = "off"
configure = "Communities"
for = "one in later"
key = {{ a = 1 }}
set = {{ a = 1 }}
says = "x ${{member}}"
undo = {{ set = {{ a = 2 }} }}
[[change]]
name = "gone"
delete = "user"
says = "x"
undo = {{ stays = "x" }}
"#
    );
    wrong(
        &text,
        &expect![[r#"
        11:1-7 data/unknown-key a find of settings knows no key `expect` / leave it out, or leave out `settings`
        16:26-31 data/unknown-name `later` is not known here / there is `communities` and `inputs`
        20:19-26 data/unknown-name `account` is not known here / write `inputs.account`
        21:11-30 data/unknown-input input `account` has no part `Name` / write `inputs.account`, or look for the record with `[[find]]`
        26:7-30 data/wrong-type `developername` is in `key` already / name each field once
        27:16-27 data/unknown-name `communities` names no setting / write `communities.<field>`, with the name as in the metadata type
        27:31-37 data/unknown-input `inputs` needs a name / write `inputs.<name>`
        32:22-32 data/unknown-name only the id of `group` is known / write `group`, or the value itself that the change sets
        33:11-16 data/made-later the id of `group` is known only when the record is made, so nothing can be computed from it / let `${group}` stand alone, or in a text
        35:10-16 data/unknown-name there is no change `grup` before this one / did you mean `group`?
        38:1-10 data/unknown-key settings are there once, so `configure` has no `for` / leave out `for`
        40:1-4 data/unknown-key a change with `configure` knows no key `key` / leave it out; `configure` takes `set`
        42:13-19 data/unknown-name `member` makes a record for each of a list / only the record of a change without `for` has a name
        43:10-13 data/unknown-key `set` of an undo gives values to a record, and this change has none / leave it out: settings get their former values
        46:10-16 data/unknown-name there is no record `user` here / name a record that was found: there is none
    "#]],
    );
}

#[test]
fn conditions_that_would_find_everything() {
    let text = format!(
        r#"{HEAD}
[inputs.contact]
type = "record"
object = "Contact"
optional = true
[[find]]
name = "users"
object = "User"
where = {{ ContactId = "${{inputs.contact}}" }}
[[find]]
name = "all"
object = "User"
where = {{}}
[[find]]
name = "guarded"
object = "User"
when = "${{inputs.contact is not none}}"
where = {{ ContactId = "${{inputs.contact}}", CreatedDate = 2026-11-22T10:00:00, StartDate = 2026-11-22 }}
[[require]]
that = true
otherwise = 3
[[note]]
says = "x"
warning = "yes"
code = "A b"
"#
    );
    wrong(
        &text,
        &expect![[r#"
        12:23-42 data/may-be-left-out input `contact` need not be given, and then `ContactId` would be compared with nothing / add `when = "${inputs.contact is not none}"`, or give the input a default
        16:9-11 data/wrong-type `where` has 0 conditions / write 1 to 50: a find never reads all records
        21:58-77 data/wrong-type `2026-11-22T10:00:00` is neither a day nor a time with its zone / write `2026-11-22`, or `2026-11-22T10:00:00Z`
        23:8-12 data/wrong-type `that` is a boolean, not an expression alone / write an expression that is true or false: `that = "${…}"`
        24:13-14 data/wrong-type `otherwise` is an integer, not a text / write `otherwise = "…"`
        27:11-16 data/wrong-type `warning` is a text, not a boolean / write `warning = true`
        28:8-13 data/bad-name `A b` is not a valid code / write `a-b`
    "#]],
    );
}

#[test]
fn a_manifest_that_is_too_large() {
    let fields: String = (0..2_100).map(|at| format!("F{at} = 1, ")).collect();
    let text = format!(
        "{HEAD}[[change]]\nname = \"x\"\nensure = \"A\"\nkey = {{ K = 1 }}\nsays = \"x\"\nnew = {{ {} }}\n",
        fields.trim_end_matches(", ")
    );
    wrong(
        &text,
        &expect![[r#"
        1:1-1 data/bad-manifest the manifest declares 2104 objects, fields and other names; 2000 are the most / make two plugins of it, or use shorter texts
    "#]],
    );
}

#[test]
fn a_misspelt_expect_is_one_mistake() {
    let text = format!(
        r#"{HEAD}
[[find]]
name = "user"
object = "User"
where = {{ Username = "ada@example.com" }}
expects = "one"
otherwise = "There is no such user"
[[change]]
name = "title"
update = "user"
set = {{ Title = "x" }}
says = "x"
"#
    );
    wrong(
        &text,
        &expect![[r#"
        9:1-8 data/unknown-key find `user` knows no key `expects` / did you mean `expect`?
    "#]],
    );
}
