//! `tabSettings` of a permission set: rows below the set (docs/salesforce/permission-sets.md#setup-entities).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use usher_core::component::{parts, texts};

use crate::components::Content;
use crate::hand::Hand;
use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text};
use crate::save;
use crate::schema::{Object, object};
use crate::tenant::Tenant;

/// Values of the component and of the row \[inferred\]; a tab that is hidden has no row.
const VISIBILITIES: [(&str, &str); 3] = [
    ("Available", "DefaultOff"),
    ("None", ""),
    ("Visible", "DefaultOn"),
];

/// Returns the settings of the tabs of a set, by tab.
pub(super) fn read(org: &Tenant<'_>, set_id: &str) -> Outcome<Vec<Value>> {
    let mut rows = rows(org, set_id)?;
    rows.sort_by(|one, other| text(one, "Name").cmp(text(other, "Name")));
    let part = |row: &Row| {
        let shown = VISIBILITIES
            .iter()
            .find(|(_, kept)| *kept == text(row, "Visibility"));
        json!({
            "tab": [text(row, "Name")],
            "visibility": [shown.map_or("None", |(shown, _)| *shown)],
        })
    };
    Ok(rows.iter().map(part).collect())
}

/// Replaces the settings of a set.
pub(super) fn write(org: &Tenant<'_>, set_id: &str, content: &Content) -> Outcome<()> {
    let mut wanted: BTreeMap<&str, &str> = BTreeMap::new();
    for part in parts(content, "tabSettings") {
        let tab = texts(part, "tab").next().unwrap_or_default();
        let named = texts(part, "visibility").next().unwrap_or_default();
        let kept = VISIBILITIES.iter().find(|(shown, _)| *shown == named);
        let Some((_, kept)) = kept.filter(|_| !tab.is_empty()) else {
            // [inferred] The text.
            let message =
                format!("'{named}' is not a valid value for the enum 'PermissionSetTabVisibility'");
            return Err(Refusal::save(
                "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
                message,
                &["tabSettings"],
            ));
        };
        wanted.insert(tab, kept);
    }
    wanted.retain(|_, kept| !kept.is_empty());
    for row in rows(org, set_id)? {
        match wanted.remove(text(&row, "Name")) {
            None => save::delete(org, settings(), text(&row, "Id"))?,
            Some(kept) if kept == text(&row, "Visibility") => {}
            Some(kept) => {
                let fields = Map::from_iter([("Visibility".to_owned(), json!(kept))]);
                save::update(org, settings(), text(&row, "Id"), &fields, Hand::Client)?;
            }
        }
    }
    for (tab, kept) in wanted {
        let fields = Map::from_iter([
            ("ParentId".to_owned(), json!(set_id)),
            ("Name".to_owned(), json!(tab)),
            ("Visibility".to_owned(), json!(kept)),
        ]);
        save::create(org, settings(), &fields, Hand::Client)?;
    }
    Ok(())
}

fn rows(org: &Tenant<'_>, set_id: &str) -> Outcome<Vec<Row>> {
    org.rows(settings(), &[("ParentId", Value::from(set_id))])
}

fn settings() -> &'static Object {
    object("PermissionSetTabSetting").expect("the schema has it")
}
