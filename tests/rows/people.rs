//! A recipe that keeps the contacts of a list, and an org with the accounts that they belong to.

use serde_json::json;

use crate::world::Product;

pub(super) const RECIPE: &str = r#"title = "People"

[inputs.people]
type = "rows"
key = "email"
help = "The people who are known"
[inputs.people.columns.email]
type = "string"
[inputs.people.columns.last_name]
type = "string"
[inputs.people.columns.account]
type = "record"
object = "Account"
[inputs.people.columns.level]
type = "choice"
choices = ["Executive", "Manager", "User"]
default = "User"
[inputs.people.columns.floor]
type = "integer"
default = 0
[inputs.people.columns.active]
type = "boolean"
default = true
[inputs.people.columns.tags]
type = "list"
default = []

[[steps]]
id = "person"
for_each = "${inputs.people}"
use = "ensure-record"
[steps.with]
object = "Contact"
key = { Email = "${item.email}" }
account = "${item.account}"
values = { LastName = "${item.last_name}", Title = "${item.level}", Department = "Floor ${item.floor}" }
"#;

/// A home with the recipe. The org has an account `Brightwater`, and two that are called `Twin`.
pub(super) fn product() -> Product {
    let product = Product::new();
    product.write_recipe("people.toml", RECIPE);
    let org = product.practice();
    for name in ["Brightwater", "Twin", "Twin"] {
        org.create("Account", &json!({ "Name": name }));
    }
    product
}

/// The number of contacts in the org.
pub(super) fn contacts(product: &Product) -> usize {
    product.practice().query("SELECT Id FROM Contact").len()
}
