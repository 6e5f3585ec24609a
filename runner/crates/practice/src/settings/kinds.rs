//! The kinds of settings that the Metadata API reads and writes here, with their fields from the WSDLs
//! (docs/salesforce/settings.md#fields-of-settings). All are checkboxes. A field has the versions in which the WSDLs
//! have it.

use std::ops::RangeInclusive;

/// One kind of settings: a type of the Metadata API with one component.
#[derive(Debug)]
pub(crate) struct SettingsKind {
    pub(crate) name: &'static str,
    pub(crate) full_name: &'static str,
    /// Name and versions.
    pub(crate) fields: &'static [(&'static str, RangeInclusive<u32>)],
}

/// The last version of a field that has not gone away.
const NOW: u32 = 99;

pub(crate) static KINDS: &[SettingsKind] = &[
    SettingsKind {
        name: "CommunitiesSettings",
        full_name: "Communities",
        fields: &[
            ("canModerateAllFeedPosts", 47..=NOW),
            ("canModerateInternalFeedPosts", 47..=NOW),
            ("embeddedVisualforcePages", 47..=NOW),
            ("enableCommunityWorkspaces", 47..=NOW),
            ("enableCspContactVisibilityPref", 47..=NOW),
            ("enableCspNotesOnAccConPref", 47..=NOW),
            ("enableEnablePRM", 47..=NOW),
            ("enableExternalAccHierPref", 47..=NOW),
            ("enableGuestRecordReassignOrgPref", 47..=62),
            ("enableInviteChatterGuestEnabled", 47..=NOW),
            ("enableNetPortalUserReportOpts", 47..=NOW),
            ("enableNetworksEnabled", 47..=NOW),
            ("enableOotbProfExtUserOpsEnable", 47..=NOW),
            ("enablePRMAccRelPref", 47..=NOW),
            ("enablePowerCustomerCaseStatus", 47..=NOW),
            ("enableRelaxPartnerAccountFieldPref", 47..=NOW),
            ("enableUsernameUniqForOrgPref", 47..=NOW),
            ("enableUnsupportedBrowserModalPref", 48..=NOW),
            ("applyLoginPageTypeToEmbeddedLogin", 49..=NOW),
            ("enableGuestSecurityOptOutCruc", 49..=NOW),
            ("enableGuestPermDisOptOutCruc", 50..=NOW),
            ("enableGuvSecurityOptOutPref", 50..=NOW),
            ("blockEmbeddedLoginUnknownURLRedirect", 52..=NOW),
            ("enablePreventBadgeGuestAccess", 53..=NOW),
            ("enableNameFieldsUserPIIEnabled", 54..=NOW),
        ],
    },
    SettingsKind {
        name: "SharingSettings",
        full_name: "Sharing",
        fields: &[
            ("enableAccountRoleOptimization", 47..=NOW),
            ("enableAssetSharing", 47..=NOW),
            ("enableCommunityUserVisibility", 47..=NOW),
            ("enableExternalSharingModel", 47..=NOW),
            ("enableManagerGroups", 47..=NOW),
            ("enableManualUserRecordSharing", 47..=NOW),
            ("enablePartnerSuperUserAccess", 47..=NOW),
            ("enablePortalUserCaseSharing", 47..=NOW),
            ("enablePortalUserVisibility", 47..=NOW),
            ("enableRemoveTMGroupMembership", 47..=NOW),
            ("enableStandardReportVisibility", 47..=NOW),
            ("enableTerritoryForecastManager", 47..=NOW),
            ("enableRestrictAccessLookupRecords", 48..=NOW),
            ("enableSecureGuestAccess", 48..=NOW),
            ("enableCaseRuntimeChildImp", 49..=55),
            ("enableShareObjectReportTypes", 49..=NOW),
            ("deferGroupMembership", 50..=NOW),
            ("deferSharingRules", 50..=NOW),
        ],
    },
    SettingsKind {
        name: "AccountSettings",
        full_name: "Account",
        fields: &[
            ("enableAccountOwnerReport", 29..=NOW),
            ("enableAccountTeams", 29..=NOW),
            ("showViewHierarchyLink", 29..=NOW),
            ("b2CEnableAllowed", 46..=46),
            ("enableContactHistoryTracking", 46..=NOW),
            ("enablePersonAccountApi", 46..=46),
            ("enableAccountHistoryTracking", 47..=NOW),
            ("enableAccountInsightsInMobile", 47..=NOW),
            ("enableRelateContactToMultipleAccounts", 47..=NOW),
            ("enableAccountDiscovery", 57..=NOW),
            ("enableReportsToOnPersonAccount", 62..=NOW),
        ],
    },
    SettingsKind {
        name: "UserManagementSettings",
        full_name: "UserManagement",
        fields: &[
            ("enableEnhancedPermsetMgmt", 46..=NOW),
            ("enableEnhancedProfileMgmt", 46..=NOW),
            ("enableNewProfileUI", 46..=NOW),
            ("enableUserSelfDeactivate", 46..=NOW),
            ("enableCanAnswerContainUsername", 47..=NOW),
            ("enableCanSaveUserPerm", 47..=47),
            ("enableConcealPersonalInfo", 47..=NOW),
            ("enableContactlessExternalIdentityUsers", 47..=NOW),
            ("enableScrambleUserData", 47..=NOW),
            ("enableProfileFiltering", 50..=NOW),
            ("restrictedProfileCloning", 50..=NOW),
            ("psaExpirationUIEnabled", 52..=NOW),
            ("enableEnhancedConcealPersonalInfo", 53..=NOW),
            ("enableRestrictEmailDomains", 53..=NOW),
            ("permsetsInFieldCreation", 56..=NOW),
            ("userAccessPoliciesEnabled", 58..=NOW),
            ("enableEnhcUiUserAccessPolicies", 60..=NOW),
            ("enhancedUserListView", 62..=NOW),
            ("groupSummaryUIEnhancement", 62..=NOW),
            ("enhancedPermSetList", 63..=NOW),
            ("enhancedUserRoleListView", 63..=NOW),
            ("userFieldHistoryTracking", 65..=NOW),
        ],
    },
];
