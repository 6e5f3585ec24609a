//! The fields in the body of a request. What belongs to the protocol, and is the same in every request, is left out:
//! `allOrNone`, the options of a deployment, the session, the version of a package.

use std::io::Read;

use flate2::read::DeflateDecoder;
use rawzip::{CompressionMethod, ZipArchive};
use serde_json::Value;

use crate::sent::recorded::Sent;

/// One field of a body, as a plan shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Leaf {
    /// `name: value`.
    Field { name: String, value: String },
    /// A name of an object, a record, a component.
    Word(String),
    /// A row of a table.
    Row(Vec<String>),
    /// A name in a list.
    Listed { list: String, name: String },
}

/// The columns of the table of a profile's objects, in its order.
const OBJECT_COLUMNS: [&str; 6] = [
    "allowRead",
    "allowCreate",
    "allowEdit",
    "allowDelete",
    "viewAllRecords",
    "modifyAllRecords",
];

pub(super) fn leaves(sent: &Sent) -> Vec<Leaf> {
    match sent.kind().as_str() {
        "collection" => of_collection(&json(sent)),
        "connect" => of_path(&sent.path)
            .chain(of_json("", &json(sent)))
            .collect(),
        "settings" => of_settings(&String::from_utf8_lossy(&sent.body)),
        "deployment" => of_package(&sent.body),
        other => panic!("a request of another kind: {other}"),
    }
}

fn json(sent: &Sent) -> Value {
    match sent.body.is_empty() {
        true => Value::Null,
        false => serde_json::from_slice(&sent.body).expect("JSON"),
    }
}

fn of_collection(body: &Value) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    for record in body["records"].as_array().expect("records") {
        for (name, value) in record.as_object().expect("a record") {
            match (name.as_str(), value) {
                ("attributes", value) => leaves.push(word(&value["type"])),
                ("Id", value) => leaves.push(word(value)),
                (_, value) => leaves.extend(of_json(name, value)),
            }
        }
    }
    leaves
}

fn word(value: &Value) -> Leaf {
    Leaf::Word(value.as_str().expect("a text").to_owned())
}

/// The segments of a path below `connect`.
fn of_path(path: &str) -> impl Iterator<Item = Leaf> {
    let (_, below) = path.split_once("/connect/").expect("a path of Connect");
    below
        .split('/')
        .map(|segment| Leaf::Word(segment.to_owned()))
}

fn of_json(name: &str, value: &Value) -> Vec<Leaf> {
    let field = |value: String| {
        vec![Leaf::Field {
            name: name.to_owned(),
            value,
        }]
    };
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| of_json(name, value))
            .collect(),
        Value::Array(values) => values
            .iter()
            .flat_map(|value| of_json(name, value))
            .collect(),
        Value::Null if name.is_empty() => Vec::new(),
        Value::Null => field("nothing".to_owned()),
        Value::String(text) if text.is_empty() => field("(empty)".to_owned()),
        Value::String(text) => field(text.clone()),
        other => field(other.to_string()),
    }
}

fn of_settings(body: &str) -> Vec<Leaf> {
    let (_, body) = body.split_once("<soapenv:Body>").expect("a body");
    let fields = elements(body).into_iter();
    let leaf = |(name, value): (String, String)| match name.as_str() {
        "fullName" => Leaf::Word(value),
        _ => Leaf::Field { name, value },
    };
    fields.map(leaf).collect()
}

/// Elements with a text, in their order.
fn elements(xml: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for part in xml.split('<').skip(1) {
        let Some((tag, text)) = part.split_once('>') else {
            continue;
        };
        let name = tag.split(' ').next().unwrap_or_default();
        if !tag.starts_with('/') && !text.trim().is_empty() {
            found.push((name.to_owned(), text.to_owned()));
        }
    }
    found
}

/// The parts of `<name>…</name>` in a text.
fn parts<'x>(xml: &'x str, name: &str) -> Vec<&'x str> {
    let (begin, end) = (format!("<{name}>"), format!("</{name}>"));
    let parts = xml.split(begin.as_str()).skip(1);
    parts
        .filter_map(|part| part.split(end.as_str()).next())
        .collect()
}

fn of_package(body: &[u8]) -> Vec<Leaf> {
    let begin = body.windows(4).position(|four| four == b"PK\x03\x04");
    let archive = ZipArchive::from_slice(&body[begin.expect("an archive")..]).expect("an archive");
    let mut entries = archive.entries();
    let mut leaves = Vec::new();
    while let Some(entry) = entries.next_entry().expect("an entry") {
        let path = entry.file_path().try_normalize().expect("a path");
        let path = path.as_ref().to_owned();
        let file = archive.get_entry(entry.wayfinder()).expect("a file");
        let mut xml = String::new();
        let read = match entry.compression_method() {
            CompressionMethod::STORE => file.data().read_to_string(&mut xml),
            _ => DeflateDecoder::new(file.data()).read_to_string(&mut xml),
        };
        read.expect("a text");
        leaves.extend(of_file(&path, &xml));
    }
    assert!(!leaves.is_empty(), "a package without files");
    leaves
}

fn of_file(path: &str, xml: &str) -> Vec<Leaf> {
    if path == "package.xml" {
        return parts(xml, "members")
            .into_iter()
            .map(|name| Leaf::Word(name.to_owned()))
            .collect();
    }
    let mut leaves = Vec::new();
    let mut rest = xml.to_owned();
    for part in parts(xml, "objectPermissions") {
        let value = |name: &str| parts(part, name).first().map_or("", |value| value);
        let mut row = vec![value("object").to_owned()];
        row.extend(OBJECT_COLUMNS.map(|column| match value(column) {
            "true" => "yes".to_owned(),
            _ => "no".to_owned(),
        }));
        leaves.push(Leaf::Row(row));
        rest = rest.replace(part, "");
    }
    for part in parts(xml, "userPermissions") {
        let value = |name: &str| parts(part, name).first().map_or("", |value| value);
        let list = match value("enabled") {
            "true" => "user permissions on: ",
            _ => "user permissions off: ",
        };
        leaves.push(Leaf::Listed {
            list: list.to_owned(),
            name: value("name").to_owned(),
        });
        rest = rest.replace(part, "");
    }
    let others = elements(&rest)
        .into_iter()
        .filter(|(name, _)| name != "?xml");
    leaves.extend(others.map(|(name, value)| Leaf::Field { name, value }));
    leaves
}
