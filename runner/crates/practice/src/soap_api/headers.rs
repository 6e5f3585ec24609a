//! The headers of a call (docs/salesforce/soap.md#headers). Those about assignment rules, packages, debugging and
//! the like are accepted and have no effect.

use crate::tenant::duplicate_header::DuplicateHeader;
use crate::xml::Element;

/// The headers that matter here.
#[derive(Clone, Debug, Default)]
pub(super) struct Headers {
    /// Empty: the call has none.
    pub(super) session_id: String,
    pub(super) all_or_none: bool,
    /// Texts that are too long are cut instead of refused.
    pub(super) cuts_texts: bool,
    /// Records of a page.
    pub(super) batch_size: Option<usize>,
    pub(super) duplicates: DuplicateHeader,
    /// Users get a mail about what is done with them.
    pub(super) mails_users: bool,
    /// The org that an external user signs in to; empty: none is named.
    pub(super) organization_id: String,
}

impl Headers {
    pub(super) fn read(envelope: &Element) -> Self {
        let text = |header: &str, name: &str| {
            let headers = envelope.child("Header");
            let found = headers.and_then(|headers| headers.child(header));
            found.map_or("", |found| found.child_text(name)).to_owned()
        };
        let is_on = |header: &str, name: &str| matches!(text(header, name).as_str(), "1" | "true");
        Self {
            session_id: text("SessionHeader", "sessionId"),
            all_or_none: is_on("AllOrNoneHeader", "allOrNone"),
            cuts_texts: is_on("AllowFieldTruncationHeader", "allowFieldTruncation"),
            batch_size: text("QueryOptions", "batchSize").parse().ok(),
            duplicates: DuplicateHeader {
                allow_save: is_on("DuplicateRuleHeader", "allowSave"),
                include_record_details: is_on("DuplicateRuleHeader", "includeRecordDetails"),
            },
            mails_users: is_on("EmailHeader", "triggerUserEmail"),
            organization_id: text("LoginScopeHeader", "organizationId"),
        }
    }
}
