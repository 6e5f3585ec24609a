//! `undo` of a change.

use serde_json::Value as Json;
use usher_program::{Template, Undo, Verb};

use crate::recipe::data::Reader;
use crate::recipe::data::fields::fields;
use crate::recipe::keys::Keys;
use crate::recipe::syntax::{Data, Entry};

const EXAMPLE: &str = "`undo = \"restore\"`, `undo = \"nothing\"`, or a table with `impossible`, or with `set`, `stays`, `destroys`";

pub(super) fn read(entry: Option<&Entry>, verb: Option<&Verb>, reader: &mut Reader<'_>) -> Undo {
    let is_delete = matches!(verb, Some(Verb::Delete { .. }));
    let Some(entry) = entry else {
        return match is_delete {
            true => Undo::Impossible(Template::Value(Json::from("the record was deleted"))),
            false => restored(),
        };
    };
    let table = match &entry.value.data {
        Data::Text(text) if text == "nothing" => return Undo::Nothing,
        Data::Text(text) if text == "restore" && !is_delete => return restored(),
        Data::Table(table) => table,
        _ => {
            reader
                .mistakes
                .wrong_type("undo", &entry.value, "a way back", EXAMPLE);
            return restored();
        }
    };
    let mut keys = Keys::new(table, "`undo`");
    let impossible = keys.optional("impossible");
    let set = keys.optional("set");
    let stays = keys.optional("stays");
    let destroys = keys.optional("destroys");
    keys.finish(&[], &mut reader.mistakes);
    let others = [set, stays, destroys];
    if let Some(impossible) = impossible {
        for other in others.into_iter().flatten() {
            let message = format!("an undo that is impossible has no `{}`", other.key);
            let help = "leave it out, or leave out `impossible`";
            reader
                .mistakes
                .add("unknown-key", other.key_span.clone(), message, help);
        }
        return Undo::Impossible(reader.text(impossible));
    }
    let is_set = matches!(verb, Some(Verb::Update { .. } | Verb::Ensure { .. }) | None);
    if is_delete {
        let message = "a record that was deleted does not come back";
        let help = "write `undo = { impossible = \"…\" }`, or leave it out";
        reader
            .mistakes
            .add("wrong-type", entry.value.span.clone(), message, help);
    } else if let Some(set) = set.filter(|_| !is_set) {
        let message = "`set` of an undo gives values to a record, and this change has none";
        let help = "leave it out: settings get their former values";
        reader
            .mistakes
            .add("unknown-key", set.key_span.clone(), message, help);
    }
    let set = match set {
        Some(_) => fields("set", set, &table.span, reader),
        None => vec![],
    };
    Undo::Possible {
        set,
        stays: stays.map(|entry| reader.text(entry)),
        destroys: destroys.map(|entry| reader.text(entry)),
    }
}

fn restored() -> Undo {
    Undo::Possible {
        set: vec![],
        stays: None,
        destroys: None,
    }
}
