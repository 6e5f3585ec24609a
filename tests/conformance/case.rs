//! The cases as they are written in `cases/*.toml`. Both runners compile this one file: the product's tests, which
//! try the cases on the host, and the guest's own, which rehearse them.

use std::collections::BTreeSet;
use std::fs;

use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::CASES;

/// The manifest that the cases patch.
pub(crate) const MANIFEST: &str = include_str!("guest/manifest.json");

/// One rule, and an answer that keeps or breaks it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// Kebab-case, once in the suite.
    pub(crate) name: String,
    /// One sentence.
    pub(crate) rule: String,
    /// The item of `wit/step.wit` that states the rule.
    pub(crate) item: String,
    /// Laid over the guest's manifest: objects are merged, everything else is replaced.
    #[serde(default)]
    manifest: Map<String, Json>,
    /// Records and settings of the org.
    #[serde(default)]
    pub(crate) org: toml::Table,
    /// The input beside the script.
    #[serde(default)]
    input: Map<String, Json>,
    /// Questions of the plugin, in order, with the expected answers.
    #[serde(default)]
    reads: Vec<Read>,
    /// The plugin's answer. None: a plan without a change.
    answer: Option<Json>,
    /// Usher's refusal of the answer. None: Usher takes it.
    #[serde(default)]
    pub(crate) refused: Vec<String>,
    /// The kind of the first mistake, for programs.
    pub(crate) fault: Option<String>,
    /// The one runner that can try the case, where the other one cannot.
    pub(crate) only: Option<Runner>,
    /// The reason why the other runner cannot try it.
    pub(crate) because: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Runner {
    /// A component on a host.
    Host,
    /// A planner in its author's tests.
    Rehearsal,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    ask: Json,
    answer: Json,
    #[serde(default = "once")]
    times: usize,
}

fn once() -> usize {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

/// All cases that `runner` can try, in the order of the files.
pub(crate) fn cases(runner: Runner) -> Vec<Case> {
    let mut all = all();
    all.retain(|case| case.only.is_none_or(|only| only == runner));
    all
}

/// Every case of the suite.
pub(crate) fn all() -> Vec<Case> {
    let entries = fs::read_dir(CASES).unwrap_or_else(|error| panic!("{CASES}: {error}"));
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    let mut all: Vec<Case> = vec![];
    for file in files {
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file:?}: {error}"));
        let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{file:?}: {error}"));
        all.extend(file.case);
    }
    all
}

impl Case {
    /// The manifest of the component that tries the case.
    pub(crate) fn manifest(&self) -> String {
        let mut manifest = serde_json::from_str(MANIFEST).expect("the guest's manifest is JSON");
        merge(&mut manifest, &Json::Object(self.manifest.clone()));
        manifest.to_string()
    }

    /// Says that the case tries the guest as it is.
    pub(crate) fn has_the_guests_manifest(&self) -> bool {
        self.manifest.is_empty()
    }

    /// The input with the script in it.
    pub(crate) fn input(&self) -> Map<String, Json> {
        let asked = self.reads.iter();
        let reads: Vec<&Json> = asked
            .flat_map(|read| std::iter::repeat_n(&read.ask, read.times))
            .collect();
        let mut script = json!({ "reads": reads });
        if let Some(answer) = &self.answer {
            script["answer"] = answer.clone();
        }
        let mut input = self.input.clone();
        input.insert("script".to_owned(), script);
        input
    }

    /// Returns the expected answers of the reads. A value is written as JSON text.
    pub(crate) fn answers(&self) -> Vec<Json> {
        let mut answers = vec![];
        for read in &self.reads {
            let mut answer = read.answer.clone();
            if let Some(Json::String(text)) = answer.get("value") {
                let value: Json = serde_json::from_str(text)
                    .unwrap_or_else(|error| panic!("{}: {text}: {error}", self.name));
                answer = json!({ "value": value });
            }
            answers.extend(std::iter::repeat_n(answer, read.times));
        }
        answers
    }

    /// Compares the result of the case with the expected one, and reports the difference.
    pub(crate) fn compare(&self, refused: &[String], log: &[Json]) -> Result<(), String> {
        let mut wrong = vec![];
        if self.refused != refused {
            wrong.push(format!(
                "refused is {refused:?}\n     should be {:?}",
                self.refused
            ));
        }
        let answers = self.answers();
        if answers.len() != log.len() {
            let (few, all) = (log.len(), answers.len());
            wrong.push(format!("{few} of {all} reads were answered"));
        }
        for (index, (is, should)) in log.iter().zip(&answers).enumerate() {
            if is != should {
                wrong.push(format!("read {index} is {is}\n    should be {should}"));
            }
        }
        match wrong.is_empty() {
            true => Ok(()),
            false => {
                let (name, rule, wrong) = (&self.name, &self.rule, wrong.join("\n  "));
                Err(format!("{name}: {rule}\n  {wrong}"))
            }
        }
    }
}

/// Lays a patch over JSON.
pub(crate) fn merge(json: &mut Json, patch: &Json) {
    let Json::Object(patch) = patch else {
        *json = patch.clone();
        return;
    };
    if !json.is_object() {
        *json = json!({});
    }
    for (key, value) in patch {
        merge(&mut json[key.as_str()], value);
    }
}

#[test]
fn every_case_says_what_it_is() {
    let contract = include_str!("../../wit/step.wit");
    let mut names = BTreeSet::new();
    for case in all() {
        let name = &case.name;
        assert!(names.insert(name.clone()), "`{name}` is there twice");
        assert!(
            case.rule.ends_with('.'),
            "the rule of `{name}` is a sentence"
        );
        for part in case.item.split('.') {
            assert!(
                contract.contains(part),
                "`{part}` of `{name}` is not in the contract"
            );
        }
        assert_eq!(
            case.refused.is_empty(),
            case.fault.is_none(),
            "the fault of `{name}`"
        );
        assert_eq!(
            case.only.is_none(),
            case.because.is_none(),
            "the runner of `{name}`"
        );
    }
    assert!(names.len() >= 60, "there are {} cases only", names.len());
}
