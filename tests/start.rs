//! The first plan on a new machine.

use std::path::PathBuf;

use usher_host::Host;

use crate::world::Product;

/// Code that a home keeps of plugins.
fn kept(product: &Product) -> Vec<String> {
    let files = std::fs::read_dir(product.path("home/cache/compiled")).expect("a folder");
    let names = files.map(|file| file.expect("a file").file_name());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    names.filter(|name| name.ends_with(".cwasm")).collect()
}

#[test]
fn the_plugins_in_the_box_are_compiled_already() {
    let product = Product::new();
    // The cache of the tests is shared: this one is this test's own.
    std::fs::remove_file(product.path("home/cache")).expect("a link");
    for _ in 0..2 {
        let planned = product.run("plan fsc/customer-user --org practice");
        assert_eq!(planned.exit, 0, "{}", planned.text());
    }
    assert_eq!(kept(&product), Vec::<String>::new());
}

/// Usher does not ask these plugins again, each time that it loads them.
#[tokio::test]
async fn the_plugins_in_the_box_describe_themselves_as_their_manifests_do() {
    let no_compiler = PathBuf::from("no compiler");
    let host = Host::compiling_with(no_compiler, usher_ahead::plugins(), None).expect("a host");
    for plugin in usher_packs::plugins() {
        let said = host.describe(plugin.component.into()).await;
        let inspection = usher_host::inspect(plugin.component).expect("a component");
        let manifest = inspection.manifest_text.expect("a manifest");
        assert_eq!(
            said.expect("it describes itself").as_bytes(),
            manifest,
            "{}",
            plugin.name
        );
    }
}
