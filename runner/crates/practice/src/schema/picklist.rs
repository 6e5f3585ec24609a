//! Picklists: value and label.
//!
//! Time zones, locales and languages are the platform's commonly documented ones, not all it has \[inferred\]; a value
//! that is missing here is a line to add.

/// The stored value behind the label `User` is `Worker`; both are taken on write
/// (docs/salesforce/users.md#portal-role).
pub(crate) static PORTAL_ROLES: &[(&str, &str)] = &[
    ("Executive", "Executive"),
    ("Manager", "Manager"),
    ("Worker", "User"),
    ("PersonAccount", "Person Account"),
];

/// Values of docs/salesforce/roles.md#role-records.
pub(crate) static PORTAL_TYPES: &[(&str, &str)] = &[
    ("None", "None"),
    ("CustomerPortal", "CustomerPortal"),
    ("Partner", "Partner"),
];

/// Values of docs/salesforce/users.md#user-types.
pub(crate) static USER_TYPES: &[(&str, &str)] = &[
    ("Standard", "Standard"),
    ("PowerPartner", "Partner"),
    ("CspLitePortal", "High Volume Portal"),
    ("CustomerSuccess", "Customer Portal User"),
    ("PowerCustomerSuccess", "Customer Portal Manager"),
    ("CsnOnly", "Chatter Free"),
    ("Guest", "Guest"),
];

/// Values of docs/salesforce/licenses.md#user-licenses.
pub(crate) static LICENSE_STATES: &[(&str, &str)] =
    &[("Active", "Active"), ("Disabled", "Disabled")];

/// Values of docs/salesforce/queries.md#automation; the platform has more.
pub(crate) static PROCESS_TYPES: &[(&str, &str)] = &[
    ("AutoLaunchedFlow", "Autolaunched Flow"),
    ("Flow", "Screen Flow"),
    ("Workflow", "Workflow"),
    ("InvocableProcess", "Invocable Process"),
];

pub(crate) static FLOW_TRIGGERS: &[(&str, &str)] = &[
    ("RecordBeforeSave", "Record—Run Before Save"),
    ("RecordAfterSave", "Record—Run After Save"),
    ("RecordBeforeDelete", "Record—Run Before Delete"),
    ("Scheduled", "Scheduled"),
    ("PlatformEvent", "Platform Event"),
];

pub(crate) static RECORD_TRIGGERS: &[(&str, &str)] = &[
    ("Create", "Created"),
    ("Update", "Updated"),
    ("CreateAndUpdate", "Created or Updated"),
    ("Delete", "Deleted"),
];

pub(crate) static TRIGGER_STATES: &[(&str, &str)] = &[
    ("Active", "Active"),
    ("Inactive", "Inactive"),
    ("Deleted", "Deleted"),
];

/// Types of groups that the practice org knows (docs/salesforce/sharing.md#groups); the platform has more.
pub(crate) static GROUP_TYPES: &[(&str, &str)] = &[
    ("Regular", "Regular"),
    ("Queue", "Queue"),
    ("Role", "Role"),
    ("RoleAndSubordinates", "Role and Subordinates"),
    (
        "RoleAndSubordinatesInternal",
        "Role and Internal Subordinates",
    ),
];

/// The values of the platform's standard picklist \[inferred\].
pub(crate) static LEAD_SOURCES: &[(&str, &str)] = &[
    ("Web", "Web"),
    ("Phone Inquiry", "Phone Inquiry"),
    ("Partner Referral", "Partner Referral"),
    ("Purchased List", "Purchased List"),
    ("Other", "Other"),
];

/// Only `Updated` groups are assignable (docs/salesforce/permission-sets.md#groups).
pub(crate) static GROUP_STATES: &[(&str, &str)] = &[
    ("Updated", "Updated"),
    ("Outdated", "Outdated"),
    ("Updating", "Updating"),
    ("Failed", "Failed"),
];

/// Kinds of permission sets.
pub(crate) static SET_TYPES: &[(&str, &str)] = &[
    ("Regular", "Regular"),
    ("Standard", "Standard"),
    ("Session", "Session"),
    ("Profile", "Profile"),
    ("Group", "Group"),
];

/// Values of docs/salesforce/sites.md#states.
pub(crate) static NETWORK_STATES: &[(&str, &str)] = &[
    ("Live", "Published"),
    ("DownForMaintenance", "Offline"),
    ("UnderConstruction", "Preview"),
];

/// Values are the labels without blanks \[inferred\] (docs/salesforce/sites.md#member-groups).
pub(crate) static ASSIGNMENT_STATES: &[(&str, &str)] = &[
    ("WaitingForAdd", "Waiting for Add"),
    ("AddCalculated", "Add Calculated"),
    ("Added", "Added"),
    ("FailedAdd", "Failed Add"),
    ("WaitingForRemove", "Waiting for Remove"),
    ("RemoveCalculated", "Remove Calculated"),
    ("FailedRemove", "Failed Remove"),
];

/// Values of docs/salesforce/sites.md#jobs.
pub(crate) static JOB_STATES: &[(&str, &str)] = &[
    ("New", "New"),
    ("Scheduled", "Scheduled"),
    ("Canceled", "Canceled"),
    ("Merged", "Merged"),
    ("Waiting", "Waiting"),
    ("Running", "Running"),
    ("Error", "Error"),
    ("Complete", "Complete"),
];

/// Values of docs/salesforce/sites.md#jobs.
pub(crate) static JOB_TYPES: &[(&str, &str)] = &[
    ("SiteTaskCreate", "SiteTaskCreate"),
    ("SiteTaskPublish", "SiteTaskPublish"),
];

/// Access of an account's owner to what others own.
pub(crate) static ACCESS: &[(&str, &str)] = &[("None", "None"), ("Read", "Read"), ("Edit", "Edit")];

/// Access that a share gives to its record: `All` is the owner's (docs/salesforce/sharing.md#shares).
pub(crate) static LEVELS: &[(&str, &str)] = &[
    ("Read", "Read Only"),
    ("Edit", "Read/Write"),
    ("All", "Owner"),
];

/// Access that an account's share gives to records below the account (docs/salesforce/sharing.md#shares).
pub(crate) static CHILD_LEVELS: &[(&str, &str)] = &[
    ("None", "Private"),
    ("Read", "Read Only"),
    ("Edit", "Read/Write"),
];

/// Causes of shares; the platform has more (docs/salesforce/sharing.md#shares).
pub(crate) static ROW_CAUSES: &[(&str, &str)] = &[("Owner", "Owner"), ("Manual", "Manual Sharing")];

/// Values of `MaxAccessLevel`, lowest first (docs/salesforce/sharing.md#userrecordaccess).
pub(crate) static ACCESS_LEVELS: &[(&str, &str)] = &[
    ("None", "None"),
    ("Read", "Read"),
    ("Edit", "Edit"),
    ("Delete", "Delete"),
    ("Transfer", "Transfer"),
    ("All", "All"),
];

/// Objects whose records a profile or a permission set opens: those that documents name, and those of the practice org
/// (docs/salesforce/profiles.md#object-permissions).
pub(crate) static PERMITTED_OBJECTS: &[(&str, &str)] = &[
    ("Account", "Account"),
    ("Case", "Case"),
    ("Contact", "Contact"),
    ("Contract", "Contract"),
    ("Lead", "Lead"),
    ("Opportunity", "Opportunity"),
];

/// Suggestions of a fresh org.
pub(crate) static CASE_STATES: &[(&str, &str)] = &[
    ("New", "New"),
    ("Working", "Working"),
    ("Escalated", "Escalated"),
    ("Closed", "Closed"),
];

/// Suggestions of a fresh org.
pub(crate) static PRIORITIES: &[(&str, &str)] =
    &[("High", "High"), ("Medium", "Medium"), ("Low", "Low")];

/// Suggestions of a fresh org.
pub(crate) static LEAD_STATES: &[(&str, &str)] = &[
    ("Open - Not Contacted", "Open - Not Contacted"),
    ("Working - Contacted", "Working - Contacted"),
    ("Closed - Converted", "Closed - Converted"),
    ("Closed - Not Converted", "Closed - Not Converted"),
];

/// Suggestions of a fresh org.
pub(crate) static STAGES: &[(&str, &str)] = &[
    ("Prospecting", "Prospecting"),
    ("Qualification", "Qualification"),
    ("Needs Analysis", "Needs Analysis"),
    ("Value Proposition", "Value Proposition"),
    ("Proposal/Price Quote", "Proposal/Price Quote"),
    ("Negotiation/Review", "Negotiation/Review"),
    ("Closed Won", "Closed Won"),
    ("Closed Lost", "Closed Lost"),
];

/// Values of docs/salesforce/users.md#fields.
pub(crate) static DIGEST: &[(&str, &str)] = &[("D", "Daily"), ("W", "Weekly"), ("N", "Never")];

/// Values of docs/salesforce/users.md#fields.
pub(crate) static GROUP_DIGEST: &[(&str, &str)] = &[
    ("P", "Email on Each Post"),
    ("D", "Daily Digests"),
    ("W", "Weekly Digests"),
    ("N", "Never"),
];

/// Encodings of outgoing mail.
pub(crate) static EMAIL_ENCODINGS: &[(&str, &str)] = &[
    ("UTF-8", "Unicode (UTF-8)"),
    (
        "ISO-8859-1",
        "General US & Western Europe (ISO-8859-1, ISO-LATIN-1)",
    ),
    ("Shift_JIS", "Japanese (Shift-JIS)"),
    ("ISO-2022-JP", "Japanese (JIS)"),
    ("EUC-JP", "Japanese (EUC-JP)"),
    ("ks_c_5601-1987", "Korean (ks_c_5601-1987)"),
    ("Big5", "Traditional Chinese (Big5)"),
    ("GB2312", "Simplified Chinese (GB2312)"),
];

/// Suggestions of a fresh org.
pub(crate) static ACCOUNT_TYPES: &[(&str, &str)] = &[
    ("Prospect", "Prospect"),
    ("Customer - Direct", "Customer - Direct"),
    ("Customer - Channel", "Customer - Channel"),
    ("Channel Partner / Reseller", "Channel Partner / Reseller"),
    ("Installation Partner", "Installation Partner"),
    ("Technology Partner", "Technology Partner"),
    ("Other", "Other"),
];

/// Suggestions of a fresh org.
pub(crate) static INDUSTRIES: &[(&str, &str)] = &[
    ("Agriculture", "Agriculture"),
    ("Banking", "Banking"),
    ("Construction", "Construction"),
    ("Consulting", "Consulting"),
    ("Education", "Education"),
    ("Energy", "Energy"),
    ("Finance", "Finance"),
    ("Government", "Government"),
    ("Healthcare", "Healthcare"),
    ("Insurance", "Insurance"),
    ("Manufacturing", "Manufacturing"),
    ("Media", "Media"),
    ("Not For Profit", "Not For Profit"),
    ("Retail", "Retail"),
    ("Technology", "Technology"),
    ("Telecommunications", "Telecommunications"),
    ("Transportation", "Transportation"),
    ("Utilities", "Utilities"),
    ("Other", "Other"),
];

/// Suggestions of a fresh org.
pub(crate) static RATINGS: &[(&str, &str)] = &[("Hot", "Hot"), ("Warm", "Warm"), ("Cold", "Cold")];

/// Suggestions of a fresh org.
pub(crate) static SALUTATIONS: &[(&str, &str)] = &[
    ("Mr.", "Mr."),
    ("Ms.", "Ms."),
    ("Mrs.", "Mrs."),
    ("Dr.", "Dr."),
    ("Prof.", "Prof."),
    ("Mx.", "Mx."),
];

/// Languages of the interface.
pub(crate) static LANGUAGES: &[(&str, &str)] = &[
    ("en_US", "English"),
    ("de", "German"),
    ("es", "Spanish"),
    ("fr", "French"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("sv", "Swedish"),
    ("ko", "Korean"),
    ("zh_TW", "Chinese (Traditional)"),
    ("zh_CN", "Chinese (Simplified)"),
    ("pt_BR", "Portuguese (Brazil)"),
    ("nl_NL", "Dutch"),
    ("da", "Danish"),
    ("th", "Thai"),
    ("fi", "Finnish"),
    ("ru", "Russian"),
    ("es_MX", "Spanish (Mexico)"),
    ("no", "Norwegian"),
    ("hu", "Hungarian"),
    ("pl", "Polish"),
    ("cs", "Czech"),
    ("tr", "Turkish"),
    ("in", "Indonesian"),
    ("ro", "Romanian"),
    ("vi", "Vietnamese"),
    ("uk", "Ukrainian"),
    ("iw", "Hebrew"),
    ("el", "Greek"),
    ("bg", "Bulgarian"),
    ("en_GB", "English (UK)"),
    ("ar", "Arabic"),
    ("sk", "Slovak"),
    ("pt_PT", "Portuguese (European)"),
    ("hr", "Croatian"),
    ("sl", "Slovenian"),
    ("fr_CA", "French (Canada)"),
    ("en_AU", "English (Australian)"),
    ("en_CA", "English (Canadian)"),
    ("en_IN", "English (Indian)"),
];

/// Locales.
pub(crate) static LOCALES: &[(&str, &str)] = &[
    ("ar", "ar"),
    ("ar_AE", "ar_AE"),
    ("ar_BH", "ar_BH"),
    ("ar_EG", "ar_EG"),
    ("ar_JO", "ar_JO"),
    ("ar_KW", "ar_KW"),
    ("ar_LB", "ar_LB"),
    ("ar_QA", "ar_QA"),
    ("ar_SA", "ar_SA"),
    ("bg", "bg"),
    ("bg_BG", "bg_BG"),
    ("bn_BD", "bn_BD"),
    ("bs_BA", "bs_BA"),
    ("ca", "ca"),
    ("ca_ES", "ca_ES"),
    ("cs", "cs"),
    ("cs_CZ", "cs_CZ"),
    ("cy_GB", "cy_GB"),
    ("da", "da"),
    ("da_DK", "da_DK"),
    ("de", "de"),
    ("de_AT", "de_AT"),
    ("de_BE", "de_BE"),
    ("de_CH", "de_CH"),
    ("de_DE", "de_DE"),
    ("de_LU", "de_LU"),
    ("el_CY", "el_CY"),
    ("el_GR", "el_GR"),
    ("en_AU", "en_AU"),
    ("en_BE", "en_BE"),
    ("en_BM", "en_BM"),
    ("en_CA", "en_CA"),
    ("en_CY", "en_CY"),
    ("en_DE", "en_DE"),
    ("en_GB", "en_GB"),
    ("en_GH", "en_GH"),
    ("en_HK", "en_HK"),
    ("en_ID", "en_ID"),
    ("en_IE", "en_IE"),
    ("en_IN", "en_IN"),
    ("en_KE", "en_KE"),
    ("en_MT", "en_MT"),
    ("en_MY", "en_MY"),
    ("en_NG", "en_NG"),
    ("en_NL", "en_NL"),
    ("en_NZ", "en_NZ"),
    ("en_PH", "en_PH"),
    ("en_SG", "en_SG"),
    ("en_US", "en_US"),
    ("en_ZA", "en_ZA"),
    ("es", "es"),
    ("es_AR", "es_AR"),
    ("es_BO", "es_BO"),
    ("es_CL", "es_CL"),
    ("es_CO", "es_CO"),
    ("es_CR", "es_CR"),
    ("es_DO", "es_DO"),
    ("es_EC", "es_EC"),
    ("es_ES", "es_ES"),
    ("es_GT", "es_GT"),
    ("es_HN", "es_HN"),
    ("es_MX", "es_MX"),
    ("es_NI", "es_NI"),
    ("es_PA", "es_PA"),
    ("es_PE", "es_PE"),
    ("es_PR", "es_PR"),
    ("es_PY", "es_PY"),
    ("es_SV", "es_SV"),
    ("es_US", "es_US"),
    ("es_UY", "es_UY"),
    ("es_VE", "es_VE"),
    ("et_EE", "et_EE"),
    ("eu_ES", "eu_ES"),
    ("fi", "fi"),
    ("fi_FI", "fi_FI"),
    ("fr", "fr"),
    ("fr_BE", "fr_BE"),
    ("fr_CA", "fr_CA"),
    ("fr_CH", "fr_CH"),
    ("fr_FR", "fr_FR"),
    ("fr_LU", "fr_LU"),
    ("ga_IE", "ga_IE"),
    ("gu_IN", "gu_IN"),
    ("he_IL", "he_IL"),
    ("hi_IN", "hi_IN"),
    ("hr_HR", "hr_HR"),
    ("hu_HU", "hu_HU"),
    ("hy_AM", "hy_AM"),
    ("in_ID", "in_ID"),
    ("is_IS", "is_IS"),
    ("it", "it"),
    ("it_CH", "it_CH"),
    ("it_IT", "it_IT"),
    ("ja_JP", "ja_JP"),
    ("ka_GE", "ka_GE"),
    ("kk_KZ", "kk_KZ"),
    ("kn_IN", "kn_IN"),
    ("ko_KR", "ko_KR"),
    ("lt_LT", "lt_LT"),
    ("lv_LV", "lv_LV"),
    ("mk_MK", "mk_MK"),
    ("ml_IN", "ml_IN"),
    ("mr_IN", "mr_IN"),
    ("ms_MY", "ms_MY"),
    ("mt_MT", "mt_MT"),
    ("nl", "nl"),
    ("nl_BE", "nl_BE"),
    ("nl_NL", "nl_NL"),
    ("no", "no"),
    ("no_NO", "no_NO"),
    ("pl_PL", "pl_PL"),
    ("pt_BR", "pt_BR"),
    ("pt_PT", "pt_PT"),
    ("ro_RO", "ro_RO"),
    ("ru_RU", "ru_RU"),
    ("sk_SK", "sk_SK"),
    ("sl_SI", "sl_SI"),
    ("sq_AL", "sq_AL"),
    ("sr_RS", "sr_RS"),
    ("sv", "sv"),
    ("sv_FI", "sv_FI"),
    ("sv_SE", "sv_SE"),
    ("ta_IN", "ta_IN"),
    ("te_IN", "te_IN"),
    ("th", "th"),
    ("th_TH", "th_TH"),
    ("tl_PH", "tl_PH"),
    ("tr_TR", "tr_TR"),
    ("uk_UA", "uk_UA"),
    ("ur_PK", "ur_PK"),
    ("vi_VN", "vi_VN"),
    ("zh_CN", "zh_CN"),
    ("zh_HK", "zh_HK"),
    ("zh_SG", "zh_SG"),
    ("zh_TW", "zh_TW"),
];

/// Time zones, east first.
pub(crate) static TIME_ZONES: &[(&str, &str)] = &[
    ("Pacific/Kiritimati", "Pacific/Kiritimati"),
    ("Pacific/Enderbury", "Pacific/Enderbury"),
    ("Pacific/Tongatapu", "Pacific/Tongatapu"),
    ("Pacific/Chatham", "Pacific/Chatham"),
    ("Pacific/Auckland", "Pacific/Auckland"),
    ("Pacific/Fiji", "Pacific/Fiji"),
    ("Asia/Kamchatka", "Asia/Kamchatka"),
    ("Pacific/Norfolk", "Pacific/Norfolk"),
    ("Australia/Lord_Howe", "Australia/Lord_Howe"),
    ("Australia/Sydney", "Australia/Sydney"),
    ("Australia/Melbourne", "Australia/Melbourne"),
    ("Australia/Brisbane", "Australia/Brisbane"),
    ("Australia/Hobart", "Australia/Hobart"),
    ("Australia/Adelaide", "Australia/Adelaide"),
    ("Australia/Darwin", "Australia/Darwin"),
    ("Australia/Perth", "Australia/Perth"),
    ("Pacific/Guadalcanal", "Pacific/Guadalcanal"),
    ("Pacific/Port_Moresby", "Pacific/Port_Moresby"),
    ("Asia/Vladivostok", "Asia/Vladivostok"),
    ("Asia/Seoul", "Asia/Seoul"),
    ("Asia/Tokyo", "Asia/Tokyo"),
    ("Asia/Hong_Kong", "Asia/Hong_Kong"),
    ("Asia/Kuala_Lumpur", "Asia/Kuala_Lumpur"),
    ("Asia/Manila", "Asia/Manila"),
    ("Asia/Shanghai", "Asia/Shanghai"),
    ("Asia/Singapore", "Asia/Singapore"),
    ("Asia/Taipei", "Asia/Taipei"),
    ("Asia/Bangkok", "Asia/Bangkok"),
    ("Asia/Ho_Chi_Minh", "Asia/Ho_Chi_Minh"),
    ("Asia/Jakarta", "Asia/Jakarta"),
    ("Asia/Rangoon", "Asia/Rangoon"),
    ("Asia/Dhaka", "Asia/Dhaka"),
    ("Asia/Kathmandu", "Asia/Kathmandu"),
    ("Asia/Colombo", "Asia/Colombo"),
    ("Asia/Kolkata", "Asia/Kolkata"),
    ("Asia/Karachi", "Asia/Karachi"),
    ("Asia/Tashkent", "Asia/Tashkent"),
    ("Asia/Yekaterinburg", "Asia/Yekaterinburg"),
    ("Asia/Kabul", "Asia/Kabul"),
    ("Asia/Baku", "Asia/Baku"),
    ("Asia/Dubai", "Asia/Dubai"),
    ("Asia/Tbilisi", "Asia/Tbilisi"),
    ("Asia/Yerevan", "Asia/Yerevan"),
    ("Asia/Tehran", "Asia/Tehran"),
    ("Africa/Nairobi", "Africa/Nairobi"),
    ("Asia/Baghdad", "Asia/Baghdad"),
    ("Asia/Kuwait", "Asia/Kuwait"),
    ("Asia/Riyadh", "Asia/Riyadh"),
    ("Europe/Moscow", "Europe/Moscow"),
    ("Europe/Minsk", "Europe/Minsk"),
    ("Europe/Istanbul", "Europe/Istanbul"),
    ("Africa/Cairo", "Africa/Cairo"),
    ("Africa/Johannesburg", "Africa/Johannesburg"),
    ("Asia/Beirut", "Asia/Beirut"),
    ("Asia/Jerusalem", "Asia/Jerusalem"),
    ("Europe/Athens", "Europe/Athens"),
    ("Europe/Bucharest", "Europe/Bucharest"),
    ("Europe/Helsinki", "Europe/Helsinki"),
    ("Europe/Kiev", "Europe/Kiev"),
    ("Africa/Algiers", "Africa/Algiers"),
    ("Africa/Lagos", "Africa/Lagos"),
    ("Europe/Amsterdam", "Europe/Amsterdam"),
    ("Europe/Berlin", "Europe/Berlin"),
    ("Europe/Brussels", "Europe/Brussels"),
    ("Europe/Copenhagen", "Europe/Copenhagen"),
    ("Europe/Madrid", "Europe/Madrid"),
    ("Europe/Oslo", "Europe/Oslo"),
    ("Europe/Paris", "Europe/Paris"),
    ("Europe/Prague", "Europe/Prague"),
    ("Europe/Rome", "Europe/Rome"),
    ("Europe/Stockholm", "Europe/Stockholm"),
    ("Europe/Vienna", "Europe/Vienna"),
    ("Europe/Warsaw", "Europe/Warsaw"),
    ("Europe/Zurich", "Europe/Zurich"),
    ("Africa/Casablanca", "Africa/Casablanca"),
    ("Europe/Dublin", "Europe/Dublin"),
    ("Europe/Lisbon", "Europe/Lisbon"),
    ("Europe/London", "Europe/London"),
    ("GMT", "GMT"),
    ("UTC", "UTC"),
    ("Atlantic/Azores", "Atlantic/Azores"),
    ("Atlantic/Cape_Verde", "Atlantic/Cape_Verde"),
    ("America/Sao_Paulo", "America/Sao_Paulo"),
    ("Atlantic/South_Georgia", "Atlantic/South_Georgia"),
    (
        "America/Argentina/Buenos_Aires",
        "America/Argentina/Buenos_Aires",
    ),
    ("America/Montevideo", "America/Montevideo"),
    ("America/Santiago", "America/Santiago"),
    ("America/St_Johns", "America/St_Johns"),
    ("America/Halifax", "America/Halifax"),
    ("America/Puerto_Rico", "America/Puerto_Rico"),
    ("Atlantic/Bermuda", "Atlantic/Bermuda"),
    ("America/Caracas", "America/Caracas"),
    ("America/Bogota", "America/Bogota"),
    (
        "America/Indiana/Indianapolis",
        "America/Indiana/Indianapolis",
    ),
    ("America/Lima", "America/Lima"),
    ("America/New_York", "America/New_York"),
    ("America/Panama", "America/Panama"),
    ("America/Toronto", "America/Toronto"),
    ("America/Chicago", "America/Chicago"),
    ("America/Mexico_City", "America/Mexico_City"),
    ("America/El_Salvador", "America/El_Salvador"),
    ("America/Denver", "America/Denver"),
    ("America/Phoenix", "America/Phoenix"),
    ("America/Mazatlan", "America/Mazatlan"),
    ("America/Los_Angeles", "America/Los_Angeles"),
    ("America/Tijuana", "America/Tijuana"),
    ("Pacific/Pitcairn", "Pacific/Pitcairn"),
    ("America/Anchorage", "America/Anchorage"),
    ("Pacific/Gambier", "Pacific/Gambier"),
    ("America/Adak", "America/Adak"),
    ("Pacific/Marquesas", "Pacific/Marquesas"),
    ("Pacific/Honolulu", "Pacific/Honolulu"),
    ("Pacific/Niue", "Pacific/Niue"),
    ("Pacific/Pago_Pago", "Pacific/Pago_Pago"),
];
