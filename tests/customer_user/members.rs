//! A site with many members: the org counts them, and Usher reads none of them.

use serde_json::json;

use crate::world::Product;

use super::RECIPE;

const MEMBERS: usize = 3_000;

#[test]
fn members_are_counted_beside_the_one_that_is_planned() {
    let mut product = Product::new();
    let org = product.practice();
    let site = org.id("Network", "Name = 'Client Portal'");
    let there = org
        .query(&format!(
            "SELECT Id FROM NetworkMember WHERE NetworkId = '{site}'"
        ))
        .len();
    let member = org.id("User", "Username = 'admin@practice.usher.example'");
    let row = json!({ "NetworkId": site, "MemberId": member });
    let rows = vec![row; MEMBERS - there];
    org.send("POST", "/practice/records/NetworkMember", &json!(rows));
    product.set("USHER_LOG", "requests");
    let planned = product.run(&format!("plan {RECIPE} --org practice"));
    assert_eq!(planned.exit, 0, "{}", planned.text());
    let says = "The site `Client Portal` mails its 3001 members how to get in";
    assert!(planned.out.contains(says), "{}", planned.text());
    let requests = planned.err.lines();
    let requests: Vec<&str> = requests
        .filter_map(|line| Some(line.split_once("query?q=")?.1))
        .filter(|soql| soql.contains("FROM NetworkMember ") && !soql.contains(&member))
        .collect();
    let counted = format!("SELECT COUNT() FROM NetworkMember WHERE NetworkId = '{site}'");
    assert_eq!(requests, [counted]);
}
