//! The recipe, the org and the rows.

use std::fmt::Write as _;
use std::ops::Range;

/// People of one account.
pub(crate) const PER_ACCOUNT: u64 = 4;

pub(crate) const RECIPE: &str = r#"format = 1
title = "Give a list of people access"

[inputs.people]
type = "rows"
key = "contact"

[inputs.people.columns.contact]
type = "record"
object = "Contact"

[inputs.people.columns.permission_sets]
type = "list"

[[steps]]
id = "people"
for_each = "${inputs.people}"

[[steps.group]]
id = "user"
use = "enable-user"
with = { contact = "${item.contact}", profile = "Client Customer Community Plus" }

[[steps.group]]
id = "permissions"
use = "assign-permission-sets"
with = { user = "${steps.user.user_id}", permission_sets = "${item.permission_sets}" }

[[steps]]
id = "roles"
use = "check-roles"
with = { kind = "customer" }
"#;

/// People of one file of records: such a file has 1 MiB at most.
const PER_FILE: u64 = 500 * PER_ACCOUNT;

/// Files with the records of the org: an owner with a role, and so many contacts.
pub(crate) fn data(people: u64) -> Vec<String> {
    let first = "[[changes]]\nref = \"license_fsc_cc_plus\"\nfields = { TotalLicenses = 1000000 }\n\
         \n[[changes]]\nref = \"admin\"\nfields = { UserRoleId = \"@role_ceo\" }\n";
    let mut files = vec![first.to_owned()];
    for file in 0..people.div_ceil(PER_FILE) {
        let mut text = String::new();
        for person in file * PER_FILE..people.min((file + 1) * PER_FILE) {
            let account = person / PER_ACCOUNT;
            if person % PER_ACCOUNT == 0 {
                write!(
                    text,
                    "\n[[records]]\nobject = \"Account\"\nref = \"a{account}\"\nfields = {{ Name = \"Bench {account:06}\", OwnerId = \"@admin\" }}\n"
                )
                .expect("text");
            }
            write!(
                text,
                "\n[[records]]\nobject = \"Contact\"\nfields = {{ FirstName = \"P{person}\", LastName = \"Bench {person:06}\", Email = \"p{person}@bench.example\", AccountId = \"@a{account}\", OwnerId = \"@admin\" }}\n"
            )
            .expect("text");
        }
        files.push(text);
    }
    files
}

/// The rows of these people: each has two permission sets, and those before `changed` a third.
pub(crate) fn rows(people: Range<u64>, changed: u64) -> String {
    let mut text = String::from("contact,permission_sets\n");
    for person in people {
        let sets = match person < changed {
            true => "Customer Community Read Only;Advisor;Financial Services Cloud Basic",
            false => "Customer Community Read Only;Advisor",
        };
        writeln!(text, "p{person}@bench.example,{sets}").expect("text");
    }
    text
}
