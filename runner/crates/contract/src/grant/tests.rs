use serde_json::json;

use super::{Grant, is_never_granted, lines_to_add};
use crate::manifest::Manifest;

fn manifest(resources: &[&str]) -> Manifest {
    let json = json!({
        "format": 1, "name": "p", "version": "1.0.0", "summary": "", "kind": "changing",
        "input": {"type": "object"}, "output": {"type": "object"},
        "reads": {"records": {"User": [], "Profile": []}, "resources": resources},
        "writes": {"create": {"PermissionSetAssignment": []}}
    });
    Manifest::parse(json.to_string().as_bytes()).expect("a manifest")
}

#[test]
fn what_is_not_granted_is_named_with_the_lines_to_add() {
    let grant = Grant {
        read: ["user".to_owned()].into(),
        ..Grant::default()
    };
    let missing = grant.missing(&manifest(&["query"]));
    assert_eq!(
        lines_to_add("p", &missing),
        "[plugins.p]\ncreate = [\"PermissionSetAssignment\"]\nread = [\"Profile\"]"
    );
    assert_eq!(
        missing
            .iter()
            .filter(|need| need.never)
            .map(|need| need.what.as_str())
            .collect::<Vec<_>>(),
        ["query"]
    );
}

#[test]
fn resources_that_carry_other_calls_are_never_granted() {
    for resource in [
        "query",
        "queryAll",
        "composite/sobjects",
        "POST tooling/executeAnonymous",
        "jobs/ingest",
        "*",
        "*/x",
        "..",
        "connect/../query",
        "https://evil.example",
        "Search",
        "",
    ] {
        assert!(is_never_granted(resource), "{resource}");
    }
    for resource in [
        "connect/communities",
        "POST connect/communities/*/publish",
        "limits",
    ] {
        assert!(!is_never_granted(resource), "{resource}");
    }
}
