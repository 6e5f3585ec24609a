//! The plugins in Rust that others begin with, against their rehearsals and their manifests: the template of
//! `usher plugin new`, and the step that is written in every language. Each is a package outside this workspace, so their
//! sources are taken in here, without their own tests: those look for their rehearsals in the folder of the package.

#[path = "../../examples/account-groups/rust/src/lib.rs"]
mod account_groups;
#[path = "../../languages/rust/template/src/lib.rs"]
mod template;

use serde_json::Value as Json;

fn main() {
    account_groups_answers_as_in_every_language();
    the_template_answers_as_its_rehearsals_say();
}

fn account_groups_answers_as_in_every_language() {
    account_groups::plugin().rehearse_all("../examples/account-groups/tests");
    let shared = include_str!("../../examples/account-groups/manifest.json");
    assert_eq!(
        declared(&account_groups::plugin().manifest()),
        declared(shared)
    );
}

fn the_template_answers_as_its_rehearsals_say() {
    template::plugin().rehearse_all("../languages/rust/template/tests");
    let shared = include_str!("../../languages/js/template/manifest.json");
    assert_eq!(declared(&template::plugin().manifest()), declared(shared));
}

/// A manifest without the name and version of its package, with its names in one order.
fn declared(manifest: &str) -> String {
    let mut manifest: Json = serde_json::from_str(manifest).expect("JSON");
    let keys = manifest.as_object_mut().expect("an object");
    keys.remove("name");
    keys.remove("version");
    for key in ["reads", "writes"] {
        sort(&mut manifest[key]);
    }
    format!("{manifest:#}")
}

fn sort(names: &mut Json) {
    match names {
        Json::Object(sections) => sections.values_mut().for_each(sort),
        Json::Array(names) => names.sort_by_key(ToString::to_string),
        _ => {}
    }
}
