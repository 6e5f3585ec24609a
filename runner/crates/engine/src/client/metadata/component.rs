//! Metadata components over the SOAP face: the list of a kind, and the content of one (Metadata API Developer Guide,
//! `listMetadata()` and `readMetadata()`). A deployment is `deploy`'s.

use serde_json::{Map, Value, json};
use usher_core::component::Content;
use usher_core::read::Record;

use crate::client::metadata::envelope;
use crate::client::metadata::xml::Element;
use crate::client::{Client, OrgError, Purpose, unreadable};

impl Client {
    /// The components of a kind, each `{"fullName", "id"}`, by full name.
    ///
    /// # Errors
    ///
    /// As [`OrgError`]; refused when the org knows no such kind.
    pub async fn list_components(&self, kind: &str) -> Result<Vec<Record>, OrgError> {
        let body = envelope::list(kind)?;
        let answer = self.call(Purpose::Read, "listMetadata", &body).await?;
        let mut listed = answer
            .children
            .iter()
            .filter(|result| result.name == "result" && !result.nil)
            .map(|result| {
                let text = |name: &str| result.text_of(name).unwrap_or_default().to_owned();
                (text("fullName"), text("id"))
            })
            .collect::<Vec<_>>();
        listed.sort();
        let record = |(full_name, id): (String, String)| {
            Map::from_iter([
                ("fullName".to_owned(), Value::from(full_name)),
                ("id".to_owned(), Value::from(id)),
            ])
        };
        Ok(listed.into_iter().map(record).collect())
    }

    /// Returns the content of a component; none when it does not exist.
    ///
    /// \[inferred\] `readMetadata` answers a whole profile. `retrieve` answers only the parts of a profile that belong
    /// to the other components of the request, and that takes a job and a zip.
    ///
    /// # Errors
    ///
    /// As [`OrgError`]; refused when the org knows no such kind.
    pub async fn read_component(
        &self,
        kind: &str,
        full_name: &str,
    ) -> Result<Option<Content>, OrgError> {
        let body = envelope::read_one(kind, full_name)?;
        let answer = self.call(Purpose::Read, "readMetadata", &body).await;
        let answer = answer.map_err(|error| match error {
            OrgError::TooMuch(why) => OrgError::TooMuch(format!("{kind} `{full_name}`: {why}")),
            other => other,
        })?;
        let Some(result) = answer.child("result") else {
            let error = OrgError::Malformed("it has no `result`".to_owned());
            return Err(unreadable(error));
        };
        let there = |record: &&Element| {
            record.name == "records" && !record.nil && !record.children.is_empty()
        };
        let records: Vec<&Element> = result.children.iter().filter(there).collect();
        match records.as_slice() {
            // Salesforce answers an empty or nil record for a component that does not exist [inferred].
            [] => Ok(None),
            [record] => {
                let mut content = content(record);
                content.remove("fullName");
                Ok(Some(content))
            }
            many => Err(OrgError::Malformed(format!(
                "{} records for one name",
                many.len()
            ))),
        }
    }
}

/// Element name → its occurrences in order.
fn content(element: &Element) -> Content {
    let mut content = Content::new();
    for child in element.children.iter().filter(|child| !child.nil) {
        let occurrence = if child.children.is_empty() {
            Value::from(child.text.as_str())
        } else {
            Value::Object(self::content(child))
        };
        let all = content
            .entry(child.name.clone())
            .or_insert_with(|| json!([]));
        if let Value::Array(all) = all {
            all.push(occurrence);
        }
    }
    content
}

#[cfg(test)]
mod tests;
