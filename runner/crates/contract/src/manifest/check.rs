//! Checks everything in a manifest that a person sees or that goes to the org, name by name. All mistakes are found at
//! once, each with its place.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::manifest::schema::escape;
use crate::manifest::{Problem, Raw};
use crate::name::{fold, is_api, is_field, is_kebab, is_property, is_read, is_written};
use crate::operation::Method;
use crate::resource;

/// Longest version: three numbers and a word or two after them.
const VERSION_BYTES_MAX: usize = 64;

const OBJECT: &str = "name of an object as the API has it";
const FIELD: &str = "name of a field as the API has it";
const WRITTEN: &str = "name of a field as the API has it, or `*__c` for every custom field";
const PATH: &str =
    "name of a field, or of one of a parent (`Account.Owner.Name`, five parents at most)";
const SETTINGS: &str = "name of settings as the API has it";
const METADATA_TYPE: &str = "metadata type";
const DECLARED: &str = "read that `reads` declares, written as it stands there";

/// Lists below names, as in a manifest.
type ByName = BTreeMap<String, Vec<String>>;

/// Finds every mistake outside of the schemas.
pub(super) fn problems(raw: &Raw) -> Vec<Problem> {
    let mut found = Found::default();
    if !is_kebab(&raw.name) {
        let wanted = "name of a plugin: lower-case letters, digits and single hyphens, 64 at most";
        found.no(wanted, &raw.name, "/name");
    }
    if raw.version.len() > VERSION_BYTES_MAX || semver::Version::parse(&raw.version).is_err() {
        found.no(
            "version: three numbers, as in 1.2.0",
            &raw.version,
            "/version",
        );
    }
    let reads = &raw.reads;
    found.by_name("/reads/records", &reads.records, OBJECT, PATH, is_read);
    found.by_name("/reads/queries", &reads.queries, OBJECT, PATH, is_field);
    found.names("/reads/describes", &reads.describes, OBJECT);
    found.names("/reads/settings", &reads.settings, SETTINGS);
    found.names("/reads/components", &reads.components, METADATA_TYPE);
    found.each("/reads/resources", &reads.resources, RESOURCE, is_resource);
    let writes = &raw.writes;
    found.by_name(
        "/writes/create",
        &writes.create,
        OBJECT,
        WRITTEN,
        is_written,
    );
    found.by_name(
        "/writes/update",
        &writes.update,
        OBJECT,
        WRITTEN,
        is_written,
    );
    found.by_name(
        "/writes/configure",
        &writes.configure,
        SETTINGS,
        FIELD,
        is_api,
    );
    found.names("/writes/delete", &writes.delete, OBJECT);
    found.names("/writes/deploy", &writes.deploy, METADATA_TYPE);
    found.each("/writes/requests", &writes.requests, REQUEST, is_request);
    let predicts = &raw.predicts;
    found.by_name(
        "/predicts/records",
        &predicts.records,
        OBJECT,
        FIELD,
        is_api,
    );
    found.by_name(
        "/predicts/settings",
        &predicts.settings,
        SETTINGS,
        FIELD,
        is_api,
    );
    found.by_name(
        "/predicts/objects",
        &predicts.objects,
        OBJECT,
        FIELD,
        is_api,
    );
    found.does_without(raw);
    found.secrets(raw);
    for (place, schema) in [("/input", &raw.input), ("/output", &raw.output)] {
        found.properties(schema, place);
    }
    found.problems
}

const RESOURCE: &str = "resource: plain segments joined by `/`, `*` for one that may be anything";
const REQUEST: &str =
    "request: `POST`, `PUT`, `PATCH` or `DELETE`, a blank, and a resource of plain segments or `*`";

/// Segments joined by `/`; each plain, or `*`.
pub(super) fn is_resource(pattern: &str) -> bool {
    let plain =
        |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'~' | b'@' | b'+');
    !pattern.is_empty()
        && pattern.split('/').all(|segment| {
            segment == "*" || (segment.bytes().all(plain) && resource::segment(segment).is_ok())
        })
}

/// A method that writes, and a resource.
pub(super) fn is_request(pattern: &str) -> bool {
    pattern
        .split_once(' ')
        .is_some_and(|(method, below)| Method::of_name(method).is_some() && is_resource(below))
}

/// A wrong name with every odd character escaped, because the mistake may be one that cannot be seen.
pub(super) fn shown(name: &str) -> String {
    crate::text::line(&name.escape_debug().to_string(), SHOWN_BYTES_MAX)
}

/// Bytes of a wrong name that a message repeats.
const SHOWN_BYTES_MAX: usize = 80;

#[derive(Default)]
struct Found {
    problems: Vec<Problem>,
}

impl Found {
    fn no(&mut self, wanted: &str, name: &str, at: &str) {
        self.problems.push(Problem {
            at: at.to_owned(),
            message: format!("`{}` is not a valid {wanted}", shown(name)),
        });
    }

    fn twice<'a>(&mut self, names: impl Iterator<Item = (&'a String, String)>) {
        let mut seen = BTreeSet::new();
        for (name, at) in names {
            if !seen.insert(fold(name)) {
                let message = format!("`{}` is there twice", shown(name));
                self.problems.push(Problem { at, message });
            }
        }
    }

    fn each(&mut self, at: &str, names: &[String], wanted: &str, fits: fn(&str) -> bool) {
        for (index, name) in names.iter().enumerate() {
            if !fits(name) {
                self.no(wanted, name, &format!("{at}/{index}"));
            }
        }
        let places = names.iter().enumerate();
        self.twice(places.map(|(index, name)| (name, format!("{at}/{index}"))));
    }

    fn names(&mut self, at: &str, names: &[String], wanted: &str) {
        self.each(at, names, wanted, is_api);
    }

    fn by_name(
        &mut self,
        at: &str,
        all: &ByName,
        wanted: &str,
        wanted_below: &str,
        fits_below: fn(&str) -> bool,
    ) {
        for (name, below) in all {
            let at = format!("{at}/{}", escape(name));
            if !is_api(name) {
                self.no(wanted, name, &at);
            }
            self.each(&at, below, wanted_below, fits_below);
        }
        self.twice(
            all.keys()
                .map(|name| (name, format!("{at}/{}", escape(name)))),
        );
    }

    /// Reads that the plugin does without: each is one that `reads` declares.
    fn does_without(&mut self, raw: &Raw) {
        let (reads, without) = (&raw.reads, &raw.does_without);
        let names = [
            ("describes", &without.describes, &reads.describes),
            ("settings", &without.settings, &reads.settings),
            ("components", &without.components, &reads.components),
            ("resources", &without.resources, &reads.resources),
        ];
        for (kind, without, declared) in names {
            self.declared(&format!("/does_without/{kind}"), without, declared);
        }
        let tables = [
            ("records", &without.records, &reads.records),
            ("queries", &without.queries, &reads.queries),
        ];
        for (kind, without, declared) in tables {
            for (object, fields) in without {
                let at = format!("/does_without/{kind}/{}", escape(object));
                match declared.get(object) {
                    Some(declared) => self.declared(&at, fields, declared),
                    None => self.no(DECLARED, object, &at),
                }
            }
        }
    }

    fn declared(&mut self, at: &str, names: &[String], declared: &[String]) {
        for (index, name) in names.iter().enumerate() {
            if !declared.contains(name) {
                self.no(DECLARED, name, &format!("{at}/{index}"));
            }
        }
    }

    /// Secrets: each is an input that takes one, or a result; each place is one that is written.
    fn secrets(&mut self, raw: &Raw) {
        for (name, places) in &raw.secrets {
            let at = format!("/secrets/{}", escape(name));
            let property = raw.input.get("properties").and_then(|all| all.get(name));
            let takes = |schema: &Value| schema.get("x-usher-secret") == Some(&Value::Bool(true));
            if !is_property(name) {
                self.no("name of an input or a result", name, &at);
            } else if property.is_some_and(|schema| !takes(schema)) {
                let message = format!(
                    "the input `{name}` takes no secret: its schema does not say `x-usher-secret`"
                );
                self.problems.push(Problem {
                    at: at.clone(),
                    message,
                });
            }
            for (index, place) in places.iter().enumerate() {
                if !raw.writes.has_place(place) {
                    let wanted = "place that `writes` declares: `create Object.Field`, `update Object.Field`, or a request \
                                  as it stands there";
                    self.no(wanted, place, &format!("{at}/{index}"));
                }
            }
        }
    }

    /// Names of properties, at every depth of a schema.
    fn properties(&mut self, schema: &Value, at: &str) {
        match schema {
            Value::Object(keywords) => {
                for (keyword, value) in keywords {
                    let at = format!("{at}/{}", escape(keyword));
                    match keyword.as_str() {
                        "default" | "const" | "enum" | "examples" => {}
                        "properties" => {
                            for (name, schema) in value.as_object().into_iter().flatten() {
                                let at = format!("{at}/{}", escape(name));
                                if !is_property(name) {
                                    let wanted = "name of a property: letters, digits, `_` and `-`, no digit first, \
                                                  64 at most";
                                    self.no(wanted, name, &at);
                                }
                                self.properties(schema, &at);
                            }
                        }
                        _ => self.properties(value, &at),
                    }
                }
            }
            Value::Array(schemas) => {
                for (index, schema) in schemas.iter().enumerate() {
                    self.properties(schema, &format!("{at}/{index}"));
                }
            }
            _ => {}
        }
    }
}
