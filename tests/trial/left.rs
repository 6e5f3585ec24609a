//! Things that an undo leaves: settings, components and fields count as records do.

use crate::world::Product;

/// A plugin of data that turns on a setting. `undo`: the lines behind it.
fn turns_on(undo: &str) -> Product {
    let product = Product::new();
    product.write(
        "mine/plugin.toml",
        format!(
            "name = \"partner-users\"\nversion = \"0.1.0\"\nsummary = \"Partner users are allowed\"\n\n[[change]]\n\
             name = \"partner_users\"\nconfigure = \"Communities\"\nset = {{ enableEnablePRM = true }}\n\
             says = \"Allow partner users\"\n{undo}"
        ),
    );
    product.write(
        "mine/recipe.toml",
        "title = \"Mine\"\n\n[[steps]]\nid = \"mine\"\nuse = \"./partner-users.wasm\"\n",
    );
    product.write("mine/practice.toml", "");
    let built = product.run("plugin build mine");
    assert_eq!(built.exit, 0, "{}", built.text());
    product
}

/// The line of the report about the undo, and the next one.
fn undo(product: &Product, exit: u8) -> String {
    let ran = product.run("plugin test mine --cases 0");
    assert_eq!(ran.exit, exit, "{}", ran.text());
    let lines = ran.out.lines().skip_while(|line| !line.contains(" Undo"));
    let lines: Vec<&str> = lines.take(2).map(str::trim).collect();
    lines.join("\n").trim_end().to_owned()
}

#[test]
fn a_setting_that_an_undo_leaves_is_a_difference() {
    let restored = turns_on("");
    assert_eq!(
        undo(&restored, 0),
        "ok      Undo: the org is as it was before"
    );
    let stays = turns_on("undo = { impossible = \"It cannot be turned off again\" }\n");
    assert_eq!(
        undo(&stays, 0),
        "ok      Undo: none of the changes can be undone, as they say"
    );
    // One change is undone, the other one is said to leave nothing.
    let left = turns_on(
        "undo = \"nothing\"\n\n[[change]]\nname = \"workspaces\"\nconfigure = \"Communities\"\n\
         set = { canModerateInternalFeedPosts = true }\nsays = \"Let moderators moderate\"\n",
    );
    let shown = undo(&left, 20);
    assert!(shown.starts_with("FAILED  Undo"), "{shown}");
    assert!(
        shown.contains("enableEnablePRM was `false` and is `true`"),
        "{shown}"
    );
}
