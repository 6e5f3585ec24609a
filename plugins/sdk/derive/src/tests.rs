//! Mistakes in the attributes: what the compiler says of them, all at once.

use expect_test::{Expect, expect};
use syn::{DeriveInput, Result};

use crate::{input, output, read, write};

#[track_caller]
fn check(
    derive: fn(&DeriveInput) -> Result<proc_macro2::TokenStream>,
    item: &str,
    expected: Expect,
) {
    let item: DeriveInput = syn::parse_str(item).expect("an item of Rust");
    let wrong = derive(&item).expect_err("it should be refused");
    let lines: Vec<String> = wrong.into_iter().map(|error| error.to_string()).collect();
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn a_record_says_its_object_once() {
    check(
        read::derive,
        "struct User { id: Id<User> }",
        expect![[
            r#"say the object: `#[record(object = "User")]`, or `#[record(of = User)]` where `User` is the struct of the object"#
        ]],
    );
    check(
        read::derive,
        r#"#[record(object = "User", of = Person)] struct User;"#,
        expect!["`object` and `of` both say the object; leave one of them out"],
    );
    check(
        read::derive,
        r#"#[record(object = "User Name")] struct User;"#,
        expect!["`User Name` is not an API name of Salesforce"],
    );
    check(
        write::derive,
        r#"#[record(named = "User")] struct User;"#,
        expect![[r#"expected `object = "User"` or `of = User`"#]],
    );
}

#[test]
fn fields_have_names_of_salesforce() {
    check(
        read::derive,
        r#"#[record(object = "User")] struct User {
            #[record(field = "Profile..Name")] profile: String,
            #[record(unique)] username: String,
            #[record(field = "A", field = "B")] twice: String,
        }"#,
        expect![[r#"
            `Profile..Name` is not an API name of Salesforce
            expected `field = "Name"`
            this is said already"#]],
    );
    check(
        read::derive,
        r#"#[record(object = "User")] struct User {
            name: String,
            #[record(field = "NAME")] other: String,
        }"#,
        expect!["the field `NAME` is there already"],
    );
    check(
        write::derive,
        r#"#[record(object = "User")] struct User { #[record(field = "Profile.Name")] profile: String }"#,
        expect!["`Profile.Name` is a path to a parent; a change sends fields of the record itself"],
    );
    check(
        read::derive,
        r#"#[record(object = "User")] struct User(String);"#,
        expect!["this must be a struct with named fields"],
    );
}

#[test]
fn a_record_has_one_key() {
    check(
        write::derive,
        r#"#[record(of = Group)] struct New { #[record(unique)] a: String, #[record(recognised)] b: String }"#,
        expect!["a record has one key: its fields are all `unique`, or all `recognised`"],
    );
}

#[test]
fn inputs_and_outputs_say_what_there_is() {
    check(
        input::derive,
        r#"struct Given {
            #[input(default = Nothing)] a: String,
            #[input(optional)] b: String,
        }"#,
        expect![[r#"
            expected a value as in JSON; leave the default out where there is none
            expected `rename = "…"`, `default = …`, `known` or `also = "{…}"`"#]],
    );
    check(
        output::derive,
        r#"struct Outputs { #[output(default = 1)] a: i64 }"#,
        expect![[r#"expected `rename = "…"` or `also = "{…}"`"#]],
    );
    check(
        input::derive,
        "enum Access { Read, Edit(String) }",
        expect!["a variant is one word of the input or output; it has no fields"],
    );
    check(
        input::derive,
        r#"enum Access { #[input(known)] Read }"#,
        expect![[r#"expected `rename = "…"` or `also = "{…}"`"#]],
    );
}

#[test]
fn the_description_is_the_first_paragraph() {
    let item: DeriveInput =
        syn::parse_str("/// One line,\n/// and another\n///\n/// More\nstruct S;").expect("Rust");
    let description = crate::attributes::description(&item.attrs);
    assert_eq!(description.as_deref(), Some("One line, and another"));
}
