//! The cases as they are written in `hostile/cases/*.toml`.

use std::fs;

use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use crate::hostile::{evil, schemas};

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/hostile/cases");

/// One attack, and its expected result.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    /// Short, once in the suite.
    pub(super) id: String,
    /// The attack, in one sentence.
    pub(super) attack: String,
    /// Laid over a manifest that asks for nothing: objects are merged, everything else is replaced.
    #[serde(default)]
    manifest: Map<String, Json>,
    /// Questions of the plugin, in order.
    #[serde(default)]
    reads: Vec<Json>,
    /// The plugin's answer. None: a plan without a change.
    answer: Option<Json>,
    /// The name of a schema that is laid over the manifest's.
    schema: Option<String>,
    /// The name of bytes that a generator makes, instead of the plugin that plays a script.
    pub(super) bytes: Option<String>,
    /// The step's input beside the script, as in a recipe.
    #[serde(default)]
    pub(super) with: toml::Table,
    /// The recipe's inputs.
    #[serde(default)]
    pub(super) inputs: toml::Table,
    /// Steps before and after the plugin's, which is called `evil`.
    #[serde(default)]
    pub(super) before: Vec<toml::Table>,
    #[serde(default)]
    pub(super) behind: Vec<toml::Table>,
    /// Command lines; the last one is judged. One that begins with `!` is for the shell.
    #[serde(default = "apply")]
    pub(super) run: Vec<String>,
    /// Says whether a person grants what the manifest asks for.
    #[serde(default = "yes")]
    pub(super) granted: bool,
    pub(super) exit: i32,
    /// Texts that the last command's output must have, and texts that it must not have.
    #[serde(default)]
    pub(super) says: Vec<String>,
    #[serde(default)]
    pub(super) hides: Vec<String>,
    /// Records that the org must hold then.
    #[serde(default)]
    pub(super) holds: Vec<Holds>,
}

/// The records that a query of the practice org must find.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Holds {
    pub(super) soql: String,
    /// Records without attributes.
    pub(super) is: Json,
}

fn apply() -> Vec<String> {
    vec!["apply r.toml --org practice --yes --yes-later --yes-destroy".to_owned()]
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

/// The cases of one file, in their order.
pub(super) fn of(file: &str) -> Vec<Case> {
    let path = format!("{CASES}/{file}.toml");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    file.case
}

impl Case {
    /// The manifest of the component that attacks.
    pub(super) fn manifest(&self) -> String {
        let mut manifest = evil(&Json::Object(self.manifest.clone()));
        if let Some(name) = &self.schema {
            schemas::lay(name, &mut manifest);
        }
        manifest.to_string()
    }

    /// The step's input.
    pub(super) fn input(&self) -> toml::Table {
        let mut input = self.with.clone();
        if self.bytes.is_none() {
            let mut script = json!({ "reads": self.reads });
            if let Some(answer) = &self.answer {
                script["answer"] = answer.clone();
            }
            let script = toml::Value::try_from(script).expect("TOML holds it");
            input.insert("script".to_owned(), script);
        }
        input
    }
}
