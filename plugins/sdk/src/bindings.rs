//! The contract `wit/step.wit` as Rust types and functions, generated; nothing here is written manually. The types
//! compile natively too; the functions work in a component only.

wit_bindgen::generate!({
    path: "../../wit",
    world: "step",
    generate_all,
    pub_export_macro: true,
    export_macro_name: "export_bindings",
    default_bindings_module: "usher_sdk::bindings",
    additional_derives: [PartialEq],
});
