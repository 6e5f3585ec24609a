//! The manifest that follows from the file: schemas of inputs and results, and what is read and written.

use serde_json::{Map, Value as Json, json};
use usher_contract::manifest::Kind;
use usher_program::{Program, Source, Undo, Verb};

use crate::recipe::data::head::Head;
use crate::recipe::data::results::Outcome;
use crate::recipe::data::schema::input_schema;
use crate::recipe::data::scope::Scope;

/// Name → fields, in the order in which they are met.
#[derive(Default)]
struct Declared(Vec<(String, Vec<String>)>);

impl Declared {
    fn add<'f>(&mut self, name: &str, fields: impl IntoIterator<Item = &'f String>) {
        let at = self
            .0
            .iter()
            .position(|(known, _)| known.eq_ignore_ascii_case(name));
        let at = at.unwrap_or_else(|| {
            self.0.push((name.to_owned(), vec![]));
            self.0.len() - 1
        });
        let declared = &mut self.0[at].1;
        for field in fields {
            let is_known = declared
                .iter()
                .any(|known| known.eq_ignore_ascii_case(field));
            if !is_known && !field.eq_ignore_ascii_case("Id") {
                declared.push(field.clone());
            }
        }
    }

    fn json(self) -> Json {
        let entries = self.0.into_iter();
        Json::Object(
            entries
                .map(|(name, fields)| (name, json!(fields)))
                .collect(),
        )
    }
}

/// Everything that a program reads and writes.
#[derive(Default)]
struct Needs {
    records: Declared,
    settings: Vec<String>,
    create: Declared,
    update: Declared,
    configure: Declared,
    delete: Vec<String>,
}

/// The manifest as JSON.
pub(super) fn of(head: &Head, scope: &Scope, program: &Program, results: &[Outcome]) -> Json {
    let needs = needs(program);
    let kind = match head.kind {
        Kind::Changing => "changing",
        Kind::Verifying => "verifying",
    };
    json!({
        "format": 1,
        "name": head.name,
        "version": head.version,
        "summary": head.summary,
        "kind": kind,
        "input": inputs(scope),
        "output": outputs(results),
        "reads": { "records": needs.records.json(), "settings": needs.settings },
        "writes": {
            "create": needs.create.json(),
            "update": needs.update.json(),
            "configure": needs.configure.json(),
            "delete": needs.delete,
        },
    })
}

fn needs(program: &Program) -> Needs {
    let mut needs = Needs::default();
    for find in &program.finds {
        match &find.source {
            Source::Settings(name) => once(&mut needs.settings, name),
            Source::Records {
                object,
                conditions,
                fields,
                ..
            } => {
                needs.records.add(object, fields);
                needs
                    .records
                    .add(object, conditions.iter().map(|(field, _)| field));
            }
        }
    }
    for change in &program.changes {
        let back = match &change.undo {
            Undo::Possible { set, .. } => set.as_slice(),
            Undo::Nothing | Undo::Impossible(_) => &[],
        };
        let names = |fields: &'_ [(String, _)]| -> Vec<String> {
            fields.iter().map(|(field, _)| field.clone()).collect()
        };
        match &change.verb {
            Verb::Update { object, set, .. } => {
                needs.update.add(object, &names(set));
                needs.update.add(object, &names(back));
            }
            Verb::Ensure {
                object,
                key,
                set,
                new,
                ..
            } => {
                let (key, set, new) = (names(key), names(set), names(new));
                needs.records.add(object, key.iter().chain(&set));
                needs.create.add(object, key.iter().chain(&set).chain(&new));
                if !set.is_empty() {
                    needs.update.add(object, &set);
                }
                if !back.is_empty() {
                    needs.update.add(object, &names(back));
                }
            }
            Verb::Delete { object, .. } => once(&mut needs.delete, object),
            Verb::Configure { settings, set } => {
                once(&mut needs.settings, settings);
                needs.configure.add(settings, &names(set));
            }
        }
    }
    needs
}

fn once(names: &mut Vec<String>, name: &str) {
    if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        names.push(name.to_owned());
    }
}

fn inputs(scope: &Scope) -> Json {
    let required: Vec<&str> = scope
        .inputs
        .iter()
        .filter(|input| input.default.is_none() && !input.is_optional)
        .map(|input| input.name.as_str())
        .collect();
    let properties = scope.inputs.iter().map(|input| {
        let may_be_unknown = !scope.computed.contains(&input.name);
        (input.name.clone(), input_schema(input, may_be_unknown))
    });
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties.collect::<Map<String, Json>>(),
    })
}

fn outputs(results: &[Outcome]) -> Json {
    let required: Vec<&str> = results.iter().map(|result| result.name.as_str()).collect();
    let properties = results
        .iter()
        .map(|result| (result.name.clone(), result.schema.clone()));
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties.collect::<Map<String, Json>>(),
    })
}
