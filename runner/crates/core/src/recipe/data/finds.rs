//! `[[find]]`: what is read, and how many records there must be.

use std::ops::Range;

use serde_json::Value as Json;
use usher_contract::limit;
use usher_contract::name::{is_api, is_field};
use usher_program::{Expect, Expression, Find, Message, Source, Template};

use crate::diagnostic::{did_you_mean, suggestion};
use crate::recipe::data::Reader;
use crate::recipe::data::lower::Takes;
use crate::recipe::data::scope::{Found, Scope, What};
use crate::recipe::data::told::read_code;
use crate::recipe::keys::{Keys, Spanned};
use crate::recipe::syntax::{Data, Entry, Table};

/// Finds of one plugin: each is a read or more, and Usher allows 200 in one call.
const FINDS_MAX: usize = 50;

const EXPECTED: &[&str] = &["any", "one", "at-most-one", "some", "none"];

/// Every find, in the order of the file.
pub(super) fn read(entry: Option<&Entry>, reader: &mut Reader<'_>) -> Vec<Find> {
    let Some(entry) = entry else {
        return vec![];
    };
    let tables = reader.mistakes.tables("find", &entry.value);
    if tables.len() > FINDS_MAX {
        let message = format!("{} finds, more than {FINDS_MAX}", tables.len());
        let span = entry.key_span.clone();
        reader
            .mistakes
            .add("too-large", span, message, "make two plugins of it");
        return vec![];
    }
    let finds = tables.into_iter().map(|table| find(table, reader));
    // All of them are read, for their mistakes.
    let finds: Vec<Option<Find>> = finds.collect();
    finds.into_iter().flatten().collect()
}

/// The finds with the fields that the whole file reads of them.
pub(super) fn with_fields(mut finds: Vec<Find>, scope: &Scope) -> Vec<Find> {
    for find in &mut finds {
        if let (Source::Records { fields, .. }, Some(at)) =
            (&mut find.source, scope.find(&find.name))
        {
            fields.clone_from(&scope.finds[at].fields);
        }
    }
    finds
}

fn find(table: &Table, reader: &mut Reader<'_>) -> Option<Find> {
    let what = match table.get("name").map(|entry| &entry.value.data) {
        Some(Data::Text(name)) => format!("find `{name}`"),
        _ => "the find".to_owned(),
    };
    let mut keys = Keys::new(table, what);
    let mistakes = &mut reader.mistakes;
    let name = keys.required_text("name", "name = \"users\"", mistakes);
    let settings = keys.optional_text("settings", mistakes);
    let object = match settings {
        None => keys.required_text("object", "object = \"User\"", mistakes),
        Some(_) => keys.optional_text("object", mistakes),
    };
    let conditions = match settings {
        None => keys.required("where", "where = { AccountId = \"${inputs.account}\" }"),
        Some(_) => keys.optional("where"),
    };
    let when = keys.optional("when");
    let expect = keys.optional_text("expect", mistakes);
    let otherwise = keys.optional("otherwise");
    let remedy = keys.optional("remedy");
    let code = keys.optional_text("code", mistakes);
    let called = keys.optional_text("called", mistakes);
    keys.finish(&[], mistakes);
    if let Some(settings) = &settings {
        let wrong = [
            ("object", "records"),
            ("where", "records"),
            ("called", "records"),
            ("expect", "records"),
        ];
        let spans = wrong.iter().filter_map(|(key, _)| table.get(key));
        for entry in spans {
            let message = format!("a find of settings knows no key `{}`", entry.key);
            let help = "leave it out, or leave out `settings`";
            mistakes.add("unknown-key", entry.key_span.clone(), message, help);
        }
        api("settings", settings, "Communities", reader);
    } else if let Some(object) = &object {
        api("object", object, "User", reader);
    }

    let when_entry = when;
    let when = when.and_then(|entry| reader.condition(entry));
    let is_expected = expect.is_some();
    let expect = expect.map_or(Expect::Any, |text| expected(&text, reader));
    let conditions = read_conditions(conditions, when_entry.is_some(), reader);
    let input = only_input(&conditions);
    let name = name.filter(|name| reader.scope.is_free("a find", name, &mut reader.mistakes));
    let what = match (&settings, &object) {
        (Some(_), _) => What::Settings,
        (None, Some(_)) if !is_expected && otherwise.is_some() => What::NotKnown,
        (None, Some(object)) => {
            let object = object.value.clone();
            match expect {
                Expect::One if when_entry.is_none() => What::One(object),
                Expect::One | Expect::AtMostOne => What::AtMostOne(object),
                _ => What::Many(object),
            }
        }
        (None, None) => What::NotKnown,
    };
    let mut fields = vec![];
    if let Some(called) = &called {
        field(called, reader);
        fields.push(called.value.clone());
    }
    // A misspelt `expect` is one mistake, not three.
    let is_misspelt = !is_expected
        && table
            .entries
            .iter()
            .any(|entry| suggestion(&entry.key, ["expect"]).is_some());
    let summary = match is_misspelt {
        true => Template::Value(Json::Null),
        false => message(expect, otherwise, &table.span, reader),
    };
    let remedy = remedy.map(|entry| reader.text(entry));
    // Without one, the name of the find with what was found makes the code.
    let code = read_code(code, "", reader);
    let name = name?;
    reader.scope.finds.push(Found {
        name: name.value.clone(),
        what,
        fields,
    });
    Some(Find {
        otherwise: Message {
            code,
            summary,
            remedy,
        },
        name: name.value,
        source: match settings {
            Some(settings) => Source::Settings(settings.value),
            None => Source::Records {
                object: object?.value,
                conditions,
                fields: vec![],
                called: called.map(|called| called.value),
            },
        },
        when,
        expect,
        input,
    })
}

fn expected(text: &Spanned<String>, reader: &mut Reader<'_>) -> Expect {
    match text.value.as_str() {
        "any" => Expect::Any,
        "one" => Expect::One,
        "at-most-one" => Expect::AtMostOne,
        "some" => Expect::Some,
        "none" => Expect::None,
        other => {
            let message = format!("`expect` knows no `{other}`");
            let help = did_you_mean(other, EXPECTED.iter().copied());
            reader
                .mistakes
                .add("wrong-type", text.span.clone(), message, help);
            Expect::Any
        }
    }
}

/// The words for a find that finds something else than expected.
fn message(
    expect: Expect,
    otherwise: Option<&Entry>,
    header: &Range<usize>,
    reader: &mut Reader<'_>,
) -> Template {
    let is_needed = !matches!(expect, Expect::Any | Expect::AtMostOne);
    match otherwise {
        Some(entry) if is_needed => reader.text(entry),
        Some(entry) => {
            let message = "`otherwise` is said when a find finds something else than it expects";
            let help = "add `expect = \"one\"`, or `some`, or `none`";
            reader
                .mistakes
                .add("unknown-key", entry.key_span.clone(), message, help);
            Template::Value(Json::Null)
        }
        None => {
            if is_needed {
                let message = "a find that expects something lacks `otherwise`";
                let help = "add `otherwise = \"There is no such account\"`: what an admin reads when it is not so";
                reader
                    .mistakes
                    .add("missing-key", header.clone(), message, help);
            }
            Template::Value(Json::Null)
        }
    }
}

fn read_conditions(
    entry: Option<&Entry>,
    has_when: bool,
    reader: &mut Reader<'_>,
) -> Vec<(String, Template)> {
    let Some(table) = entry.and_then(|entry| reader.mistakes.table("where", &entry.value)) else {
        return vec![];
    };
    let (count, max) = (table.entries.len(), limit::LOOKUP_CONDITIONS_MAX);
    if count == 0 || count > max {
        let message = format!("`where` has {count} conditions");
        let help = format!("write 1 to {max}: a find never reads all records");
        reader
            .mistakes
            .add("wrong-type", table.span.clone(), message, help);
    }
    let mut conditions = vec![];
    for entry in &table.entries {
        let name = Spanned {
            value: entry.key.clone(),
            span: entry.key_span.clone(),
        };
        field(&name, reader);
        let value = reader.value(&entry.key, &entry.value, Takes::OneOrMore);
        if !has_when {
            may_be_left_out(&value, entry, reader);
        }
        conditions.push((name.value, value));
    }
    conditions
}

/// Adds a mistake when a condition is an input that need not be given: it would compare with nothing.
pub(super) fn may_be_left_out(value: &Template, entry: &Entry, reader: &mut Reader<'_>) {
    let Template::Expression(Expression::Path(path)) = value else {
        return;
    };
    let [root, name] = path.as_slice() else {
        return;
    };
    let mut inputs = reader.scope.inputs.iter();
    let is_optional = inputs.any(|input| input.name == *name && input.is_optional);
    if root == "inputs" && is_optional {
        let message = format!(
            "input `{name}` need not be given, and then `{}` would be compared with nothing",
            entry.key
        );
        let help =
            format!("add `when = \"${{inputs.{name} is not none}}\"`, or give the input a default");
        reader
            .mistakes
            .add("may-be-left-out", entry.value.span.clone(), message, help);
    }
}

/// The input that decides what is found, when nothing else does.
fn only_input(conditions: &[(String, Template)]) -> Option<String> {
    let mut only: Option<&str> = None;
    for (_, value) in conditions {
        match value {
            Template::Value(_) => {}
            Template::Expression(Expression::Path(path)) => match path.as_slice() {
                [root, name] if root == "inputs" && only.is_none_or(|known| known == name) => {
                    only = Some(name);
                }
                _ => return None,
            },
            _ => return None,
        }
    }
    only.map(str::to_owned)
}

/// Adds a mistake unless it is the API name of an object or of settings.
pub(super) fn api(what: &str, name: &Spanned<String>, example: &str, reader: &mut Reader<'_>) {
    if !is_api(&name.value) {
        let message = format!("`{}` is not a valid name for `{what}`", name.value);
        let help = format!("write its API name, as in `{example}`");
        reader
            .mistakes
            .add("bad-name", name.span.clone(), message, help);
    }
}

/// Adds a mistake unless it is a field, or a path to a field of a parent.
pub(super) fn field(name: &Spanned<String>, reader: &mut Reader<'_>) {
    if !is_field(&name.value) {
        let message = format!("`{}` is not a valid field", name.value);
        let help = "write its API name, as in `Email` or `Owner.Email`";
        reader
            .mistakes
            .add("bad-name", name.span.clone(), message, help);
    }
}
