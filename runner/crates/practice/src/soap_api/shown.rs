//! Records of answers (docs/salesforce/soap.md#records): with the partner WSDL each names its type, repeats its id and
//! shows empty fields as nil; with the enterprise WSDL its type is that of the element, and empty fields are left out.

use serde_json::{Map, Value};

use crate::refusal::Outcome;
use crate::schema::{FieldKind, Object, object};
use crate::soap_api::face::Face;
use crate::soap_api::order::Order;
use crate::soap_api::sequence::{scalar, time};
use crate::tenant::Tenant;

/// The way in which the records of one answer are shown.
pub(super) struct Shown<'a> {
    pub(super) face: Face,
    pub(super) org: &'a Tenant<'a>,
}

impl Shown<'_> {
    /// A record as the element `tag`; null is nil.
    pub(super) fn record(&self, tag: &str, record: &Value, order: &Order) -> Outcome<String> {
        match record.as_object() {
            None => Ok(format!("<{tag} xsi:nil=\"true\"/>")),
            Some(fields) => self.fields(tag, fields, order, ""),
        }
    }

    /// The parts of a result of a query, between the element's tags.
    pub(super) fn result(&self, page: &Value, order: &Order) -> Outcome<String> {
        let mut text = format!("<done>{}</done>", page["done"] != Value::Bool(false));
        let next = page["nextRecordsUrl"].as_str();
        let locator = next.and_then(|url| url.rsplit('/').next());
        match locator {
            None => text.push_str("<queryLocator xsi:nil=\"true\"/>"),
            Some(locator) => text.push_str(&format!("<queryLocator>{locator}</queryLocator>")),
        }
        for record in page["records"].as_array().into_iter().flatten() {
            text.push_str(&self.record("records", record, order)?);
        }
        let size = page["totalSize"].as_u64().unwrap_or_default();
        text.push_str(&format!("<size>{size}</size>"));
        Ok(text)
    }

    /// `path` leads from the record of the query to this one: `Owner.`
    fn fields(
        &self,
        tag: &str,
        fields: &Map<String, Value>,
        order: &Order,
        path: &str,
    ) -> Outcome<String> {
        let type_name = fields
            .get("attributes")
            .and_then(|all| all["type"].as_str());
        let type_name = type_name.unwrap_or("AggregateResult");
        let object = object(type_name);
        let id = fields.get("Id").and_then(Value::as_str);
        let mut text = match self.face {
            Face::Enterprise => {
                let id = id.map(|id| format!("<sf:Id>{id}</sf:Id>"));
                format!(
                    "<{tag} xsi:type=\"sf:{type_name}\">{}",
                    id.unwrap_or_default()
                )
            }
            _ => {
                let id = match id {
                    Some(id) => format!("<sf:Id>{id}</sf:Id>"),
                    None => "<sf:Id xsi:nil=\"true\"/>".to_owned(),
                };
                format!("<{tag} xsi:type=\"sf:sObject\"><sf:type>{type_name}</sf:type>{id}")
            }
        };
        let mut shown: Vec<(&String, &Value)> = fields
            .iter()
            .filter(|(name, _)| *name != "attributes")
            .filter(|(name, _)| self.face != Face::Enterprise || *name != "Id")
            .collect();
        if self.face != Face::Enterprise {
            shown.sort_by_cached_key(|(name, _)| order.place(&format!("{path}{name}")));
        }
        for (name, value) in shown {
            text.push_str(&self.field(object, name, value, order, path)?);
        }
        text.push_str(&format!("</{tag}>"));
        Ok(text)
    }

    fn field(
        &self,
        object: Option<&Object>,
        name: &str,
        value: &Value,
        order: &Order,
        path: &str,
    ) -> Outcome<String> {
        let tag = format!("sf:{name}");
        match value {
            Value::Null if self.face == Face::Enterprise => Ok(String::new()),
            Value::Object(fields) if fields.contains_key("records") => {
                let first = Order::default();
                let order = order.below(name).unwrap_or(&first);
                let result = self.result(value, order)?;
                Ok(format!("<{tag} xsi:type=\"QueryResult\">{result}</{tag}>"))
            }
            Value::Object(fields) if fields.contains_key("attributes") => {
                self.fields(&tag, fields, order, &format!("{path}{name}."))
            }
            Value::Object(fields) => {
                let parts = fields.iter();
                let parts = parts.map(|(name, part)| content(&format!("sf:{name}"), scalar(part)));
                Ok(content(&tag, Some(parts.collect())))
            }
            value => {
                let shown = scalar(value);
                let field = match shown.as_deref().is_some_and(looks_like_time) {
                    true => object
                        .map(|object| self.org.any_field(object, name))
                        .transpose()?,
                    false => return Ok(content(&tag, shown)),
                };
                // A value that was calculated has no field: its form says what it is.
                match field
                    .flatten()
                    .is_none_or(|field| matches!(field.kind, FieldKind::DateTime))
                {
                    true => Ok(content(&tag, shown.map(|shown| time(&shown)))),
                    false => Ok(content(&tag, shown)),
                }
            }
        }
    }
}

fn content(tag: &str, content: Option<String>) -> String {
    match content {
        Some(content) => format!("<{tag}>{content}</{tag}>"),
        None => format!("<{tag} xsi:nil=\"true\"/>"),
    }
}

fn looks_like_time(text: &str) -> bool {
    let form = "0000-00-00T00:00:00.000+0000";
    let digit = |(a, b): (u8, u8)| {
        if b == b'0' {
            a.is_ascii_digit()
        } else {
            a == b
        }
    };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(digit)
}
