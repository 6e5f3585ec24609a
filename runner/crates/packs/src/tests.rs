use sha2::{Digest, Sha256};
use usher_core::manifest::Manifest;
use wasmparser::{ComponentExternName, Encoding, Parser, Payload};

use crate::{EmbeddedPlugin, plugins};

/// The facts that a component gives about itself before any of it is compiled.
#[derive(Default)]
struct Outside {
    imports: Vec<String>,
    exports: Vec<String>,
    manifests: Vec<Vec<u8>>,
}

fn outside(plugin: &EmbeddedPlugin) -> Outside {
    let mut outside = Outside::default();
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(plugin.component) {
        match payload.expect("the component parses") {
            Payload::Version { encoding, .. } if depth == 0 => {
                assert_eq!(encoding, Encoding::Component);
                depth = 1;
            }
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentImportSection(imports) if depth == 1 => {
                for import in imports {
                    let ComponentExternName { name, .. } = import.expect("an import").name;
                    outside.imports.push(name.to_owned());
                }
            }
            Payload::ComponentExportSection(exports) if depth == 1 => {
                for export in exports {
                    outside
                        .exports
                        .push(export.expect("an export").name.name.to_owned());
                }
            }
            Payload::CustomSection(section) if depth == 1 && section.name() == "usher:manifest" => {
                outside.manifests.push(section.data().to_vec());
            }
            _ => {}
        }
    }
    outside
}

#[test]
fn plugins_import_nothing_but_the_contract() {
    assert!(!plugins().is_empty());
    for plugin in plugins() {
        let outside = outside(plugin);
        for import in &outside.imports {
            assert!(
                import.starts_with("usher:step/"),
                "`{}` imports `{import}`",
                plugin.name
            );
        }
        assert_eq!(
            outside.exports,
            ["usher:step/planner@1.0.0-rc"],
            "{}",
            plugin.name
        );
    }
}

#[test]
fn every_plugin_carries_one_manifest_that_names_it() {
    for plugin in plugins() {
        let outside = outside(plugin);
        let [manifest] = outside.manifests.as_slice() else {
            panic!(
                "`{}` has {} manifests",
                plugin.name,
                outside.manifests.len()
            );
        };
        let manifest = Manifest::parse(manifest).expect("the manifest is one");
        assert_eq!(manifest.name, plugin.name);
    }
}

#[test]
fn digests_are_of_the_bytes() {
    for plugin in plugins() {
        let hash = Sha256::digest(plugin.component);
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(plugin.digest, hex);
    }
}
