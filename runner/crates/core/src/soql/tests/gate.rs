//! The gate before free SOQL (`usher_contract::soql`) understands no SOQL; the parser does. Of every query that
//! the parser takes, both name the same objects, or a plugin could read what its manifest does not declare.

use crate::soql::{Condition, Item, Query, parse};

/// The objects of a query in the order of its text.
fn objects(query: &Query) -> Vec<String> {
    let mut found = Vec::new();
    for item in &query.items {
        if let Item::Children(children) = item {
            found.extend(objects(children));
        }
    }
    found.push(query.from.clone());
    if let Some(condition) = &query.condition {
        in_condition(condition, &mut found);
    }
    found
}

fn in_condition(condition: &Condition, found: &mut Vec<String>) {
    match condition {
        Condition::And(all) | Condition::Or(all) => {
            all.iter().for_each(|one| in_condition(one, found));
        }
        Condition::Not(one) => in_condition(one, found),
        Condition::SemiJoin { query, .. } => found.extend(objects(query)),
        Condition::Compare { .. } | Condition::Like { .. } | Condition::OneOf { .. } => {}
    }
}

#[test]
fn the_gate_and_the_parser_agree_on_the_objects() {
    let selects = [
        "Id",
        "COUNT()",
        "Id, Account.Owner.Name",
        "Id, (SELECT Id FROM Contacts)",
        "Id, (SELECT Id FROM Contacts WHERE Name = 'x'), (SELECT Id FROM Cases LIMIT 1)",
    ];
    let froms = [
        "Account",
        "account",
        "Account a",
        "Account AS a",
        "FinServ__Thing__c",
    ];
    let conditions = [
        "",
        "WHERE Name = 'FROM Profile'",
        r"WHERE Name = 'a\' FROM Profile'",
        r"WHERE Name LIKE '\\' AND Site = 'FROM User'",
        "WHERE Id IN (SELECT AccountId FROM User)",
        "WHERE NOT (Name = '' OR Id NOT IN (SELECT AccountId FROM Contact WHERE Email != null))",
        "WHERE Id IN (SELECT AccountId FROM User) AND OwnerId IN ('005D00000000001AAA')",
        "ORDER BY Name LIMIT 3",
    ];
    let mut taken = 0;
    for select in selects {
        for from in froms {
            for condition in conditions {
                for text in [
                    format!("SELECT {select} FROM {from} {condition}"),
                    format!("select {select}\nfrom\t{from}\n{condition}"),
                ] {
                    let Ok(query) = parse(&text) else { continue };
                    taken += 1;
                    let named: Vec<String> = usher_contract::soql::objects(&text)
                        .unwrap_or_else(|why| panic!("{why}: {text}"))
                        .into_iter()
                        .map(str::to_owned)
                        .collect();
                    assert_eq!(named, objects(&query), "{text}");
                }
            }
        }
    }
    assert!(taken >= 200, "the parser takes only {taken} of these");
}
