//! The files of a package as Salesforce writes them: XML with four blanks for each depth.

use serde_json::Value;

use crate::components::Content;
use crate::metadata;
use crate::xml::escape;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NAMESPACE: &str = "http://soap.sforce.com/2006/04/metadata";

/// The file of a component.
pub(super) fn of(root: &str, content: &Content) -> String {
    let mut xml = format!("{HEAD}<{root} xmlns=\"{NAMESPACE}\">\n");
    elements(&mut xml, content, 1);
    xml.push_str(&format!("</{root}>\n"));
    xml
}

/// `package.xml` of those components: type and full names.
pub(super) fn manifest(types: &[(&str, Vec<String>)], version: u32) -> String {
    let mut xml = format!("{HEAD}<Package xmlns=\"{NAMESPACE}\">\n");
    for (name, members) in types {
        xml.push_str("    <types>\n");
        for member in members {
            xml.push_str(&format!("        <members>{}</members>\n", escape(member)));
        }
        xml.push_str(&format!("        <name>{name}</name>\n    </types>\n"));
    }
    xml.push_str(&format!("    <version>{version}.0</version>\n</Package>\n"));
    xml
}

fn elements(xml: &mut String, content: &Content, depth: usize) {
    let indent = "    ".repeat(depth);
    for (name, occurrences) in metadata::in_order(content) {
        for occurrence in occurrences.as_array().into_iter().flatten() {
            match occurrence {
                Value::Object(part) => {
                    xml.push_str(&format!("{indent}<{name}>\n"));
                    elements(xml, part, depth + 1);
                    xml.push_str(&format!("{indent}</{name}>\n"));
                }
                Value::String(text) => {
                    xml.push_str(&format!("{indent}<{name}>{}</{name}>\n", escape(text)));
                }
                other => xml.push_str(&format!("{indent}<{name}>{other}</{name}>\n")),
            }
        }
    }
}
