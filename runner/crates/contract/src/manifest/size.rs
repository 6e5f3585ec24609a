//! The number of names that a manifest declares. Usher looks up everything that a plan does in it, name by name.

use std::collections::BTreeMap;

use super::Raw;

/// The names in all parts of a manifest.
pub(super) fn names(manifest: &Raw) -> usize {
    let (reads, without) = (&manifest.reads, &manifest.does_without);
    let (writes, predicts) = (&manifest.writes, &manifest.predicts);
    let tables = [
        &reads.records,
        &reads.queries,
        &without.records,
        &without.queries,
        &writes.create,
        &writes.update,
        &writes.configure,
        &predicts.records,
        &predicts.settings,
        &predicts.objects,
    ];
    let lists = [
        &reads.describes,
        &reads.settings,
        &reads.components,
        &reads.resources,
        &without.describes,
        &without.settings,
        &without.components,
        &without.resources,
        &writes.delete,
        &writes.deploy,
        &writes.requests,
    ];
    let of_table = |table: &&BTreeMap<String, Vec<String>>| -> usize {
        table.values().map(|fields| 1 + fields.len()).sum()
    };
    let in_tables: usize = tables.iter().map(of_table).sum();
    in_tables + lists.iter().map(|list| list.len()).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::limit::DECLARED_MAX;
    use crate::manifest::{Manifest, ManifestError};

    #[test]
    fn a_manifest_declares_so_much_and_no_more() {
        let parsed = |names: usize| {
            // The object is a name, too.
            let fields: Vec<String> = (1..names).map(|at| format!("F{at}")).collect();
            let manifest = json!({
                "format": 1, "name": "large", "version": "1.0.0", "summary": "", "kind": "changing",
                "input": {"type": "object"}, "output": {"type": "object"},
                "writes": {"create": {"Account": fields}}
            });
            Manifest::parse(manifest.to_string())
        };
        assert!(parsed(DECLARED_MAX).is_ok());
        let refused = parsed(DECLARED_MAX + 1).expect_err("refused");
        assert_eq!(refused, ManifestError::TooMuch(DECLARED_MAX + 1));
        assert_eq!(
            refused.to_string(),
            "the manifest declares 2001 objects, fields and other names; 2000 are the most"
        );
    }
}
