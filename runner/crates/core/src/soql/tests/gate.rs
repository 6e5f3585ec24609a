//! The gate before free SOQL (`usher_contract::soql`) understands no SOQL; the parser does. Of every query that
//! the parser takes, both name the same objects and fields, or a plugin could read what its manifest does not declare.

use crate::soql::{Condition, Item, Query, parse};

/// An object, and the fields that a query names of it.
type Named = (String, Vec<String>);

/// Everything that a query names, in the order of the `FROM`s in its text.
fn named(query: &Query) -> Vec<Named> {
    let mut found = Vec::new();
    let mut fields = Vec::new();
    for item in &query.items {
        match item {
            Item::Children(children) => found.extend(named(children)),
            Item::Field { path, .. } => fields.push(path.to_string()),
            Item::Aggregate { path, .. } => fields.extend(path.iter().map(ToString::to_string)),
        }
    }
    let mut behind = Vec::new();
    if let Some(condition) = &query.condition {
        in_condition(condition, &mut fields, &mut behind);
    }
    fields.extend(query.group_by.iter().map(ToString::to_string));
    let order = query.order_by.iter().map(|order| order.path.to_string());
    fields.extend(order);
    fields.sort();
    found.push((query.from.clone(), fields));
    found.extend(behind);
    found
}

fn in_condition(condition: &Condition, fields: &mut Vec<String>, found: &mut Vec<Named>) {
    match condition {
        Condition::And(all) | Condition::Or(all) => {
            all.iter().for_each(|one| in_condition(one, fields, found));
        }
        Condition::Not(one) => in_condition(one, fields, found),
        Condition::SemiJoin { path, query, .. } => {
            fields.push(path.to_string());
            found.extend(named(query));
        }
        Condition::Compare { path, .. }
        | Condition::Like { path, .. }
        | Condition::OneOf { path, .. } => fields.push(path.to_string()),
    }
}

#[test]
fn the_gate_and_the_parser_agree_on_objects_and_fields() {
    let selects = [
        "Id",
        "COUNT()",
        "Id, Account.Owner.Name",
        "Type, COUNT(Id) number, MAX(CreatedDate)",
        "a.Name, a.Owner.Name",
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
        "GROUP BY Type ORDER BY Type DESC NULLS LAST",
        "WHERE CreatedDate > LAST_N_DAYS:30 AND LastModifiedDate < 2026-11-22T10:00:00Z AND Size__c = 1.5",
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
                    let selected = usher_contract::soql::selected(&text)
                        .unwrap_or_else(|why| panic!("{why}: {text}"));
                    let selected = selected.into_iter().map(|select| {
                        let fields = select.fields.into_iter();
                        let mut fields: Vec<String> = fields.map(str::to_owned).collect();
                        fields.sort();
                        (select.object.to_owned(), fields)
                    });
                    let selected: Vec<Named> = selected.collect();
                    assert_eq!(selected, named(&query), "{text}");
                }
            }
        }
    }
    assert!(taken >= 200, "the parser takes only {taken} of these");
}
