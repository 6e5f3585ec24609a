//! Names of columns in a file. Case does not count, and a blank or a hyphen is an underscore: a spreadsheet has `Permission
//! Sets` where a recipe has `permission_sets`.

use super::FileFault;
use crate::diagnostic::did_you_mean;
use crate::recipe::Column;
use crate::recipe::rows::short;
use usher_contract::limit;

/// Columns of results begin with it; they are not read, but for [`REPAIR`].
const OWN: &str = "usher.";

/// The column of results with the part of a row that no cell holds. While it has a text, the row is wrong.
pub const REPAIR: &str = "usher.repair";

/// The meaning of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head<'c> {
    Column(&'c Column),
    /// A column of results.
    Own,
    /// The column with parts of rows that no cell holds.
    Repair,
    /// A column without a name, which must be empty.
    Empty,
    Unknown,
}

/// Looks up a header.
pub(super) fn head<'c>(text: &str, columns: &'c [Column]) -> Head<'c> {
    let name = text.trim().to_lowercase();
    if name.is_empty() {
        return Head::Empty;
    }
    if name == REPAIR {
        return Head::Repair;
    }
    if name.starts_with(OWN) {
        return Head::Own;
    }
    let name: String = name
        .chars()
        .map(|c| if c == ' ' || c == '-' { '_' } else { c })
        .collect();
    let column = columns.iter().find(|column| column.name == name);
    column.map_or(Head::Unknown, Head::Column)
}

/// Looks up the headers of a file. All mistakes at once.
pub(super) fn heads<'c>(
    texts: &[String],
    line: usize,
    columns: &'c [Column],
) -> Result<Vec<Head<'c>>, Vec<FileFault>> {
    let mut faults = Vec::new();
    let mut heads: Vec<Head<'c>> = Vec::new();
    for text in texts {
        let head = head(text, columns);
        let name = text.trim();
        if head == Head::Unknown {
            let message = format!("there is no column `{}`", short(name));
            let help = did_you_mean(name, columns.iter().map(|column| column.name.as_str()));
            faults.push(FileFault::new(Some(line), "rows/unknown-column", message).help(help));
        }
        if let Head::Column(column) = head
            && heads.contains(&head)
        {
            let message = format!("the column `{}` is there twice", column.name);
            let fault = FileFault::new(Some(line), "rows/duplicate-column", message);
            faults.push(fault.help("keep one of them").column(&column.name));
        }
        heads.push(head);
    }
    for column in columns {
        let may_lack = column.is_optional || column.default.is_some();
        if !may_lack && !heads.contains(&Head::Column(column)) {
            let name = &column.name;
            let message = format!("the column `{name}` is missing");
            let help = match &column.help {
                Some(help) => format!("add it to the header ({help})"),
                None => "add it to the header".to_owned(),
            };
            faults.push(FileFault::new(Some(line), "rows/missing-column", message).help(help));
        }
    }
    faults.truncate(limit::MISTAKES_MAX);
    match faults.is_empty() {
        true => Ok(heads),
        false => Err(faults),
    }
}
