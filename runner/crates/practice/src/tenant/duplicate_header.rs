//! `Sforce-Duplicate-Rule-Header`: how duplicate rules treat the saves of a request
//! (docs/salesforce/accounts.md#duplicate-rules).

use http::HeaderValue;

/// The options of the header that matter here; none of them is on without it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct DuplicateHeader {
    /// Rules that alert do not refuse.
    pub(crate) allow_save: bool,
    /// A refusal shows fields of the records that it found.
    pub(crate) include_record_details: bool,
}

impl DuplicateHeader {
    /// Reads `allowSave=true; includeRecordDetails=true`.
    pub(crate) fn of(header: Option<&HeaderValue>) -> Self {
        let header = header.and_then(|header| header.to_str().ok());
        let options: Vec<(&str, &str)> = header
            .unwrap_or_default()
            .split(';')
            .filter_map(|option| option.split_once('='))
            .map(|(name, value)| (name.trim(), value.trim()))
            .collect();
        let is_on = |wanted: &str| options.contains(&(wanted, "true"));
        Self {
            allow_save: is_on("allowSave"),
            include_record_details: is_on("includeRecordDetails"),
        }
    }
}
