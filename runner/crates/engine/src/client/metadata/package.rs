//! A package: the files of a deployment in a zip (Metadata API Developer Guide, "Deploying and Retrieving Metadata with
//! the Zip File"). The same components make the same bytes.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use rawzip::{CompressionMethod, ZipArchiveWriter};
use serde_json::Value;
use usher_core::component::Content;
use usher_core::package;

use crate::client::metadata::envelope::escaped;
use crate::client::{ApiVersion, OrgError};

/// The components that one deployment makes and deletes. Names and contents hold known values only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    pub components: Vec<PackagedComponent>,
    /// Kind and full name.
    pub removals: Vec<(String, String)>,
}

/// One component of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackagedComponent {
    pub kind: String,
    pub full_name: String,
    pub content: Content,
}

impl Package {
    /// The package as a zip.
    pub(super) fn zip(&self) -> Result<Vec<u8>, OrgError> {
        let mut zip = ZipArchiveWriter::new(Vec::new());
        for (path, text) in self.files()? {
            // Compressed, because Java's reader refuses a plain file whose size is written behind it.
            let file = zip.new_file(&path);
            let file = file.compression_method(CompressionMethod::DEFLATE);
            let (mut entry, config) = file.start().map_err(unwritten)?;
            let encoder = DeflateEncoder::new(&mut entry, Compression::default());
            let mut writer = config.wrap(encoder);
            writer.write_all(text.as_bytes()).map_err(unwritten)?;
            let (encoder, descriptor) = writer.finish().map_err(unwritten)?;
            encoder.finish().map_err(unwritten)?;
            entry.finish(descriptor).map_err(unwritten)?;
        }
        zip.finish().map_err(unwritten)
    }

    /// Path and text of each file, `package.xml` first.
    pub(super) fn files(&self) -> Result<Vec<(String, String)>, OrgError> {
        let named = self.components.iter();
        let named = named.map(|one| (one.kind.as_str(), one.full_name.as_str()));
        let removed = self.removals.iter();
        let removed: Vec<_> = removed
            .map(|(kind, name)| (kind.as_str(), name.as_str()))
            .collect();
        let mut files = vec![("package.xml".to_owned(), listing(named.collect())?)];
        if !removed.is_empty() {
            files.push(("destructiveChanges.xml".to_owned(), listing(removed)?));
        }
        for document in self.documents()? {
            let text = document.text()?;
            files.push((document.path, text));
        }
        Ok(files)
    }

    /// The files of the components, in their order; components that share a file are in one.
    fn documents(&self) -> Result<Vec<Document>, OrgError> {
        let mut documents: Vec<Document> = Vec::new();
        for component in &self.components {
            let path = package::path(&component.kind, &component.full_name);
            let path = path.map_err(|fault| OrgError::Malformed(fault.to_string()))?;
            let within = package::place(&component.kind).and_then(|place| place.within);
            let (Some(within), Some((_, name))) = (within, package::parted(&component.full_name))
            else {
                documents.push(Document {
                    path,
                    kind: component.kind.clone(),
                    content: component.content.clone(),
                });
                continue;
            };
            let mut part = component.content.clone();
            part.insert(FULL_NAME.to_owned(), Value::from(vec![name]));
            let at = match documents.iter().position(|other| other.path == path) {
                Some(at) => at,
                None => {
                    documents.push(Document {
                        path,
                        kind: within.kind.to_owned(),
                        content: Content::new(),
                    });
                    documents.len() - 1
                }
            };
            let content = &mut documents[at].content;
            let parts = content
                .entry(within.element)
                .or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(parts) = parts {
                parts.push(Value::Object(part));
            }
        }
        Ok(documents)
    }
}

/// A file of components.
struct Document {
    path: String,
    kind: String,
    content: Content,
}

/// `package.xml` or `destructiveChanges.xml`.
fn listing(mut named: Vec<(&str, &str)>) -> Result<String, OrgError> {
    named.sort_unstable();
    let mut types = String::new();
    let kinds = named.chunk_by(|one, other| one.0 == other.0);
    for names in kinds {
        types.push_str("    <types>\n");
        for (_, full_name) in names {
            let full_name = escaped(full_name)?;
            types.push_str(&format!("        <members>{full_name}</members>\n"));
        }
        types.push_str(&format!(
            "        <name>{}</name>\n    </types>\n",
            names[0].0
        ));
    }
    Ok(format!(
        "{HEAD}<Package xmlns=\"{NAMESPACE}\">\n{types}    <version>{}</version>\n</Package>\n",
        // Components are written as this version has them, whatever the org knows beside it.
        ApiVersion::OLDEST
    ))
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const FULL_NAME: &str = "fullName";
const NAMESPACE: &str = "http://soap.sforce.com/2006/04/metadata";

impl Document {
    fn text(&self) -> Result<String, OrgError> {
        let kind = &self.kind;
        let mut out = format!("{HEAD}<{kind} xmlns=\"{NAMESPACE}\">\n");
        elements(&self.content, 1, &mut out)?;
        out.push_str(&format!("</{kind}>\n"));
        Ok(out)
    }
}

fn elements(content: &Content, depth: usize, out: &mut String) -> Result<(), OrgError> {
    let mut names: Vec<&String> = content.keys().collect();
    // The WSDL is a sequence in the order of the alphabet, behind the name.
    names.sort_by_key(|name| (*name != FULL_NAME, *name));
    for name in names {
        if !package::is_element(name) {
            return Err(OrgError::Malformed(format!(
                "`{}` is not a valid name of an element",
                name.escape_debug()
            )));
        }
        let indent = "    ".repeat(depth);
        for occurrence in content[name].as_array().into_iter().flatten() {
            match occurrence {
                Value::String(text) => {
                    let text = escaped(text)?;
                    writeln!(out, "{indent}<{name}>{text}</{name}>").map_err(unwritten)?;
                }
                Value::Object(part) => {
                    writeln!(out, "{indent}<{name}>").map_err(unwritten)?;
                    elements(part, depth + 1, out)?;
                    writeln!(out, "{indent}</{name}>").map_err(unwritten)?;
                }
                _ => {
                    return Err(OrgError::Malformed(format!(
                        "`{name}` is neither a text nor elements"
                    )));
                }
            }
        }
    }
    Ok(())
}

fn unwritten(error: impl std::fmt::Display) -> OrgError {
    OrgError::Malformed(format!("the package cannot be made: {error}"))
}

#[cfg(test)]
mod tests;
