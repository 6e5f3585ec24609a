use crate::names::{api_names, is_license, labels, license_names, loosely_same};

#[test]
fn the_label_of_a_document_has_the_spellings_of_an_api_name() {
    assert_eq!(
        api_names("DocGen Run-time Community User"),
        [
            "DocGen Run-time Community User",
            "DocGenRuntimeCommunityUser",
            "DocGen_Run_time_Community_User",
            "DocGenRun_timeCommunityUser",
        ]
    );
    assert_eq!(api_names("CLMRuntimeUser"), ["CLMRuntimeUser"]);
    assert_eq!(license_names("ClmUser"), ["ClmUser", "ClmUserPsl"]);
    assert_eq!(
        labels("DocGen Run-time User"),
        [
            "DocGen Run-time User",
            "DocGen Run time User",
            "DocGen Runtime User"
        ]
    );
}

#[test]
fn hyphens_blanks_underscores_and_case_do_not_count() {
    assert!(loosely_same("DocGen Run-time User", "docgen_runtimeUser"));
    assert!(!loosely_same("DocGen User", "DocGen Users"));
    assert!(is_license(
        "ContractLifecycleManagementUserPsl",
        "Contract Lifecycle Management User"
    ));
    assert!(is_license("DocGenUserPsl", "docgenuserpsl"));
    assert!(!is_license("DocGenUserPsl", "DocGen"));
}
