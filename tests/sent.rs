//! A person approves what is sent: each field of each body that leaves Usher is in the plan before.

mod leaves;
mod recorded;

use leaves::{Leaf, leaves};
use recorded::Recorded;

use crate::world::Product;

/// The recipes in the box.
fn recipes(product: &Product) -> Vec<String> {
    let listed = product.run("recipe list --json").json();
    let recipes = listed["recipes"].as_array().expect("recipes").clone();
    let names = recipes
        .iter()
        .map(|recipe| recipe["name"].as_str().expect("a name").to_owned());
    names.collect()
}

/// Runs a recipe's example, and returns everything that was shown before it was sent, and the requests that wrote.
fn carried_out(recipe: &str) -> (String, Recorded) {
    let mut product = Product::new();
    let planned = product.run(&format!("plan {recipe} --org practice --json"));
    let planned = planned.json();
    let alias = planned["org"]["alias"].as_str().expect("an alias");
    let name = alias.split_once(':').map_or(alias, |(_, name)| name);
    let mut shown = product
        .run(&format!("plan {recipe} --org practice --full"))
        .out;
    let recorded = Recorded::start(product.practice_named(name));
    product.set("USHER_TOKEN", recorded.token());
    let url = &recorded.url;
    let ran = product.run(&format!(
        "apply {recipe} --org {url} --yes --yes-later --yes-destroy"
    ));
    assert_eq!(ran.exit, 0, "{}", ran.text());
    // Steps that are planned during the run are shown when their turn comes.
    shown.push_str(&ran.err);
    (shown, recorded)
}

/// The leaf when the shown text has no place for it.
fn missing(leaf: &Leaf, shown: &str, recorded: &Recorded) -> Option<String> {
    let is_there = match leaf {
        Leaf::Field { name, value } => {
            let field = format!("{name}: ");
            let mut rests = shown.split(&field).skip(1);
            rests.any(|rest| {
                let rest = rest.lines().next().unwrap_or_default();
                let is_shown = rest.starts_with(value) || rest.contains(&format!("-> {value}"));
                // An id that the run itself has made stands for the change that makes it.
                is_shown || (rest.starts_with('<') && recorded.has_answered(value))
            })
        }
        Leaf::Word(word) => shown.contains(word.as_str()) || recorded.has_answered(word),
        Leaf::Row(cells) => shown.lines().any(|line| {
            let line: Vec<&str> = line.split_whitespace().collect();
            line == *cells
        }),
        Leaf::Listed { list, name } => {
            let mut lists = shown
                .lines()
                .filter_map(|line| line.trim().strip_prefix(list.as_str()));
            lists.any(|names| names.split(", ").any(|one| one.trim() == name))
        }
    };
    (!is_there).then(|| format!("{leaf:?}"))
}

#[test]
fn each_field_of_each_body_that_leaves_is_in_the_plan() {
    let mut leaves_seen = 0;
    let mut kinds = std::collections::BTreeSet::new();
    for recipe in recipes(&Product::new()) {
        let (shown, recorded) = carried_out(&recipe);
        for request in recorded.writes() {
            kinds.insert(request.kind());
            for leaf in leaves(&request) {
                leaves_seen += 1;
                if let Some(missing) = missing(&leaf, &shown, &recorded) {
                    panic!("{recipe}: {missing} of {request:?} was not shown:\n{shown}");
                }
            }
        }
    }
    // All ways in which Usher writes were met.
    let expected = ["collection", "connect", "delete", "deployment", "settings"];
    let expected = expected.map(str::to_owned).into_iter();
    let unseen: Vec<String> = expected.filter(|kind| !kinds.contains(kind)).collect();
    assert_eq!(unseen, ["delete"], "no recipe in the box deletes");
    assert!(leaves_seen > 100, "{leaves_seen}");
}

#[test]
fn a_field_that_is_not_shown_is_found() {
    let (shown, recorded) = carried_out("fsc/customer-user");
    let writes = recorded.writes();
    let user = writes
        .iter()
        .flat_map(leaves)
        .find(|leaf| matches!(leaf, Leaf::Field { name, .. } if name == "TimeZoneSidKey"));
    let user = user.expect("the user is made");
    assert_eq!(missing(&user, &shown, &recorded), None);
    let hidden = shown.replace("TimeZoneSidKey: America/New_York, ", "");
    assert!(missing(&user, &hidden, &recorded).is_some());
}
