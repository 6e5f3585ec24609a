//! Objects of the Tooling API that an org has, and of which the practice org has no record.

use serde_json::{Value, json};
use usher_core::soql::{Item, Query};

/// Code, packages and pages. Not here: what the practice org knows in another form (flows, validation rules, custom
/// fields), of which it would be wrong to say that there is none.
const OBJECTS: &[&str] = &[
    "ApexClass",
    "ApexCodeCoverage",
    "ApexCodeCoverageAggregate",
    "ApexComponent",
    "ApexEmailNotification",
    "ApexLog",
    "ApexOrgWideCoverage",
    "ApexPage",
    "ApexTestQueueItem",
    "ApexTestResult",
    "ApexTestRunResult",
    "ApexTestSuite",
    "AuraDefinition",
    "AuraDefinitionBundle",
    "CompactLayout",
    "ContainerAsyncRequest",
    "CustomApplication",
    "CustomObject",
    "CustomTab",
    "DebugLevel",
    "FlexiPage",
    "HomePageComponent",
    "HomePageLayout",
    "InstalledSubscriberPackage",
    "Layout",
    "LightningComponentBundle",
    "LightningComponentResource",
    "MetadataContainer",
    "PathAssistant",
    "QuickActionDefinition",
    "RemoteProxy",
    "StaticResource",
    "TestSuiteMembership",
    "TraceFlag",
    "WebLink",
    "WorkflowAlert",
    "WorkflowFieldUpdate",
    "WorkflowOutboundMessage",
    "WorkflowRule",
    "WorkflowTask",
];

/// The object of that name, in any case.
pub(super) fn object(name: &str) -> Option<&'static str> {
    let mut objects = OBJECTS.iter().copied();
    objects.find(|object| object.eq_ignore_ascii_case(name))
}

/// The records of a query that finds nothing: none, or the one row of aggregates without groups.
pub(super) fn records(query: &Query) -> Vec<Value> {
    let mut row = json!({ "attributes": { "type": "AggregateResult" } });
    let mut number = 0;
    for item in &query.items {
        let Item::Aggregate {
            function,
            path: Some(_),
            alias,
        } = item
        else {
            continue;
        };
        let name = alias.clone().unwrap_or_else(|| {
            number += 1;
            format!("expr{}", number - 1)
        });
        let counts = format!("{function:?}").starts_with("Count");
        row[name] = match counts {
            true => Value::from(0),
            false => Value::Null,
        };
    }
    let has_values = row.as_object().is_some_and(|row| row.len() > 1);
    match has_values && query.group_by.is_empty() {
        true => vec![row],
        false => Vec::new(),
    }
}
