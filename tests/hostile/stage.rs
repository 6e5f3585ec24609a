//! The stage of one case: a home, the plugin, the recipe, and the grants that a person pastes.

use std::process::Command;

use serde_json::Value as Json;

use crate::conformance::component;
use crate::hostile::bytes;
use crate::hostile::case::Case;
use crate::hostile::measure::{self, MIB_MAX, Measured, SECONDS_MAX};
use crate::world::{Product, lines_to_add};

const RECIPE: &str = "r.toml";

/// A product with the plugin, the recipe and the grants of a case.
pub(super) struct Stage {
    product: Product,
    variables: Vec<(String, String)>,
}

impl Stage {
    pub(super) fn of(case: &Case) -> Self {
        let product = Product::new();
        match &case.bytes {
            Some(name) => bytes::write(name, &product.path("evil.wasm")),
            None => product.write("evil.wasm", component::under(&case.manifest())),
        }
        product.write(RECIPE, recipe(case));
        let stage = Self {
            product,
            variables: Vec::new(),
        };
        if case.granted {
            stage.grant(&case.run);
        }
        stage
    }

    /// Pastes the lines that the refusal shows.
    fn grant(&self, run: &[String]) {
        let words = run.last().map(String::as_str).unwrap_or_default();
        let set = words.split_whitespace().skip_while(|word| *word != "--set");
        let set: Vec<&str> = set.collect();
        let mut words = vec!["plan", RECIPE, "--org", "practice"];
        words.extend(set);
        let refused = self.usher(&words);
        self.product.grant(&lines_to_add(&refused.said));
        self.product.grant_raises(&self.usher(&words).said);
    }

    fn usher(&self, words: &[&str]) -> Measured {
        let variables: Vec<(&str, &str)> = self
            .variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        measure::usher(&self.product.path(""), words, &variables)
    }

    /// Runs the case. Returns the line that reports its result, and the reason why the result is wrong.
    pub(super) fn try_it(&self, case: &Case) -> (String, Option<String>) {
        let mut last: Option<Measured> = None;
        for line in &case.run {
            if let Some(line) = line.strip_prefix('!') {
                let folder = self.product.path("");
                let shell = Command::new("sh")
                    .args(["-c", line])
                    .current_dir(folder)
                    .status();
                if !shell.expect("a shell").success() {
                    let said = last.map_or(String::new(), |ran| ran.said);
                    let why = format!("{}: `{line}` fails\n{said}", case.id);
                    return (case.id.clone(), Some(why));
                }
                continue;
            }
            let words: Vec<&str> = line.split_whitespace().collect();
            last = Some(self.usher(&words));
        }
        let ran = last.expect("a case runs something");
        let mut wrong = judge(case, &ran);
        wrong.extend(self.org_differs(case));
        let line = format!(
            "{:<12} exit {:>4}  {:>6.2} s  {:>4} MiB  {}",
            case.id,
            ran.exit
                .map_or("killed".to_owned(), |exit| exit.to_string()),
            ran.seconds,
            ran.mib,
            case.attack
        );
        let why =
            (!wrong.is_empty()).then(|| format!("{}: {}\n{}", case.id, wrong.join("; "), ran.said));
        (line, why)
    }

    fn org_differs(&self, case: &Case) -> Vec<String> {
        let mut wrong = Vec::new();
        if case.holds.is_empty() {
            return wrong;
        }
        let org = self.product.practice();
        for holds in &case.holds {
            let found = Json::Array(org.query(&holds.soql));
            if found != holds.is {
                wrong.push(format!("`{}` finds {found}, not {}", holds.soql, holds.is));
            }
        }
        wrong
    }
}

fn judge(case: &Case, ran: &Measured) -> Vec<String> {
    let mut wrong = Vec::new();
    if ran.exit != Some(case.exit) {
        wrong.push(format!("exit {:?}, not {}", ran.exit, case.exit));
    }
    if ran.seconds > SECONDS_MAX {
        wrong.push(format!("it took {:.1} s", ran.seconds));
    }
    if ran.mib > MIB_MAX {
        wrong.push(format!("it took {} MiB", ran.mib));
    }
    if ran.said.contains("panicked at") {
        wrong.push("it panicked".to_owned());
    }
    let raw = |said: char| said.is_control() && said != '\n';
    if let Some(raw) = ran.said.chars().find(|said| raw(*said)) {
        wrong.push(format!("a raw {raw:?} is shown"));
    }
    for says in &case.says {
        if !ran.said.contains(says) {
            wrong.push(format!("it does not say `{says}`"));
        }
    }
    for hides in &case.hides {
        if ran.said.contains(hides) {
            wrong.push(format!("it says `{hides}`"));
        }
    }
    wrong
}

fn recipe(case: &Case) -> String {
    let mut steps = case.before.clone();
    let mut evil = toml::Table::new();
    evil.insert("id".to_owned(), "evil".into());
    evil.insert("use".to_owned(), "./evil.wasm".into());
    evil.insert("with".to_owned(), case.input().into());
    steps.push(evil);
    steps.extend(case.behind.iter().cloned());
    let steps: Vec<toml::Value> = steps.into_iter().map(toml::Value::Table).collect();
    let mut recipe = toml::Table::new();
    recipe.insert("title".to_owned(), "Attacked".into());
    if !case.inputs.is_empty() {
        recipe.insert("inputs".to_owned(), case.inputs.clone().into());
    }
    recipe.insert("steps".to_owned(), steps.into());
    toml::to_string(&recipe).expect("a recipe")
}
