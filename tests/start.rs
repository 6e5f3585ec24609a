//! The first plan on a new machine.

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
