//! Operations that are refused: those that the practice org does not know, and those that no WSDL has.

use crate::refusal::Refusal;
use crate::soap_api::envelope::Fault;
use crate::soap_api::face::Face;

/// The operations of the partner WSDL that the practice org does not know (docs/salesforce/soap.md#calls).
const OF_DATA: [&str; 40] = [
    "convertLead",
    "deleteByExample",
    "describeAllTabs",
    "describeAppMenu",
    "describeApprovalLayout",
    "describeAvailableQuickActions",
    "describeCompactLayouts",
    "describeDataCategoryGroupStructures",
    "describeDataCategoryGroups",
    "describeDataCategoryMappings",
    "describeGlobalTheme",
    "describeKnowledgeSettings",
    "describeLayout",
    "describeNouns",
    "describePathAssistants",
    "describePrimaryCompactLayouts",
    "describeQuickActions",
    "describeQuickActionsForRecordType",
    "describeSObjectListViews",
    "describeSearchLayouts",
    "describeSearchScopeOrder",
    "describeSearchableEntities",
    "describeSoftphoneLayout",
    "describeSoqlListViews",
    "describeTabs",
    "describeTheme",
    "describeVisualForce",
    "executeListView",
    "findDuplicates",
    "findDuplicatesByIds",
    "merge",
    "performQuickActions",
    "process",
    "renderEmailTemplate",
    "renderStoredEmailTemplate",
    "retrieveMassQuickActionTemplates",
    "retrieveQuickActionTemplates",
    "search",
    "sendEmail",
    "sendEmailMessage",
];

/// The operations of the Apex WSDL.
const OF_APEX: [&str; 6] = [
    "compileAndTest",
    "compileClasses",
    "compileTriggers",
    "executeAnonymous",
    "runTests",
    "wsdlToApex",
];

/// The fault of an operation.
pub(super) fn refused(face: Face, name: &str) -> Fault {
    let known = match face {
        Face::Partner | Face::Enterprise => OF_DATA.contains(&name),
        Face::Apex => OF_APEX.contains(&name),
        // No WSDL of the Tooling API is at hand.
        Face::Tooling => true,
    };
    if !known {
        // The text that client libraries have met.
        return Fault::of_client(&format!(
            "No operation available for request {{{}}}{name}, please check the WSDL for the service.",
            face.namespace()
        ));
    }
    // Not the platform's words: it has the operation, the practice org has not.
    let message = match face {
        Face::Apex => {
            format!("the practice org runs no Apex: it does not know the operation `{name}`")
        }
        Face::Tooling => {
            format!(
                "the practice org has no Tooling API over SOAP: it does not know the operation `{name}`"
            )
        }
        _ => format!("the practice org does not know the operation `{name}`"),
    };
    Refusal::new(500, "INVALID_OPERATION", message).into()
}
