//! Every recipe for a user who has all permissions but one: exactly that one is named. `USHER_LACKING=all` tries each
//! permission that a plan needs, `USHER_LACKING=RECIPE` each that the plan of one recipe needs; else one of each recipe is
//! tried, chosen by `USHER_LACKING_SEED`.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use usher_core::rights::ALL;

use crate::cases::between::served;
use crate::flavours::Example;
use crate::flavours::rights::{USERNAME, user_with};
use crate::world::{Org, Product, Ran};

/// The ends of the names of columns.
type Names = BTreeSet<String>;

fn all() -> Names {
    ALL.iter().map(|right| right.name.to_owned()).collect()
}

/// A need of a plan, as `doctor` shows it.
struct Need {
    to: String,
    rights: Names,
    /// A public page asks for it, and no step does without.
    is_required: bool,
}

fn needs(doctored: &Value) -> Vec<Need> {
    let needs = doctored["plan"]["needs"].as_array().expect("needs");
    let need = |need: &Value| Need {
        to: need["to"].as_str().expect("a text").to_owned(),
        rights: need["one_of"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|name| name.as_str().expect("a name").to_owned())
            .collect(),
        is_required: need["rule"].is_string() && need["is_optional"] == false,
    };
    needs.iter().map(need).collect()
}

/// Gives the user these permissions and no other.
fn give(org: &Org, set: &str, has: &Names) {
    let fields = all().into_iter().map(|name| {
        let is_held = has.contains(&name);
        (format!("Permissions{name}"), Value::Bool(is_held))
    });
    let fields: Map<String, Value> = fields.collect();
    org.update("PermissionSet", set, &json!(fields));
}

/// The things that the user may not do, as the findings of the plan name them.
fn named(doctored: &Value) -> BTreeSet<String> {
    let findings = doctored["findings"].as_array().expect("findings");
    let of_rights = findings.iter().filter(|finding| {
        finding["code"] == "user/lacks-permission" && finding["weight"] == "missing"
    });
    let named = of_rights.filter_map(|finding| {
        let told = finding["message"].as_str()?;
        let (_, told) = told.split_once(" may not ")?;
        Some(told.split_once(": ")?.0.to_owned())
    });
    named.collect()
}

/// The part of a try that went otherwise.
fn wrong(
    recipe: &str,
    lacking: &Need,
    expected: &BTreeSet<String>,
    has: &Names,
    ran: &Ran,
) -> Option<String> {
    let mut found = named(&ran.json());
    // A step without a plan may need more than one with a plan: what the user lacks for that is named as well.
    for need in needs(&ran.json()) {
        if need.rights.is_disjoint(has) && !expected.contains(&need.to) {
            found.remove(&need.to);
        }
    }
    let exit = if expected.is_empty() { 0 } else { 20 };
    let is_right = found == *expected && ran.exit == exit;
    (!is_right).then(|| {
        format!(
            "{recipe}, a user who may not {}: exit {}, named {found:?} instead of {expected:?}",
            lacking.to, ran.exit
        )
    })
}

#[test]
fn exactly_the_permission_that_is_missing_is_named() {
    let wanted = std::env::var("USHER_LACKING").ok();
    let only = wanted.as_deref().filter(|wanted| *wanted != "all");
    let seed = std::env::var("USHER_LACKING_SEED").unwrap_or("1".to_owned());
    let seed: usize = seed.parse().expect("a number");
    let mut breaches = Vec::new();
    let mut tried = 0;
    let examples = Example::all();
    let examples = examples.iter().enumerate();
    for (place, example) in
        examples.filter(|(_, example)| only.is_none_or(|only| only == example.recipe))
    {
        let mut product = Product::new();
        let alias = example.org(None);
        // The practice org is there with the first command.
        let planned = example.command(&product, "plan --json", &alias);
        assert_eq!(planned.exit, 0, "{}", planned.text());
        let name = alias.split_once(':').map_or("practice", |(_, name)| name);
        let org = Arc::new(product.practice_named(name));
        let set = user_with(&org, &all());
        let token = org.token_of(USERNAME);
        let url = served(&mut product, Arc::clone(&org));
        product.set("USHER_TOKEN", &token);
        let doctored = example.command(&product, "org doctor --json --for", &url);
        if doctored.exit != 0 {
            breaches.push(format!("{}: {}", example.recipe, doctored.text()));
            continue;
        }
        let needs = needs(&doctored.json());
        let chosen: Vec<&Need> = match wanted.is_some() {
            true => needs.iter().collect(),
            false => {
                let needs = needs.iter().cycle().skip(seed + place);
                needs.take(1).collect()
            }
        };
        for lacking in chosen {
            let has: Names = all().difference(&lacking.rights).cloned().collect();
            give(&org, &set, &has);
            // Permissions for one thing may be all those for another.
            let missing = needs.iter().filter(|need| need.is_required);
            let missing = missing.filter(|need| need.rights.is_disjoint(&has));
            let expected = missing.map(|need| need.to.clone()).collect();
            let ran = example.command(&product, "org doctor --json --for", &url);
            breaches.extend(wrong(&example.recipe, lacking, &expected, &has, &ran));
            tried += 1;
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
    assert!(tried > 0);
}
