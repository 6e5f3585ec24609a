//! `User` and `UserLogin` (docs/salesforce/users.md).

use crate::schema::picklist::{
    DIGEST, EMAIL_ENCODINGS, GROUP_DIGEST, LANGUAGES, LOCALES, PORTAL_ROLES, TIME_ZONES, USER_TYPES,
};
use crate::schema::{Area, Field, FieldKind, Object, Preset, Shown, Verb};

pub(crate) static USER: Object = Object {
    name: "User",
    label: "User",
    plural: "Users",
    prefix: "005",
    own: FIELDS,
    // Users are never deleted, only deactivated (docs/salesforce/users.md#never-deleted).
    verbs: &[Verb::Create, Verb::Update],
    area: Area::Setup,
    shown: Shown::Always,
};

/// The row that keeps a user from signing in (docs/salesforce/users.md#freezing). The platform makes one for each user.
pub(crate) static USER_LOGIN: Object = Object {
    name: "UserLogin",
    label: "User Login",
    plural: "User Login",
    prefix: "0Yw",
    own: LOGIN_FIELDS,
    verbs: &[Verb::Update],
    area: Area::Setup,
    shown: Shown::Always,
};

static LOGIN_FIELDS: &[Field] = &[
    Field::reference("UserId", "User ID", &["User"], "User", "")
        .required()
        .read_only(),
    Field::truth("IsFrozen", "Frozen").update_only(),
    // Can be set to false only: the rule.
    Field::truth("IsPasswordLocked", "Password Locked").update_only(),
];

/// `FirstName LastName`, as the platform joins them.
const NAME: &str = "TRIM(IFNULL({t}.\"FirstName\" || ' ', '') || IFNULL({t}.\"LastName\", ''))";

/// The license decides, through the profile (docs/salesforce/users.md#user-types).
const TYPE: &str = "(SELECT l.\"PracticeUserType\" FROM \"Profile\" p JOIN \"UserLicense\" l ON l.\"Id\" = p.\"UserLicenseId\" WHERE p.\"Id\" = {t}.\"ProfileId\")";

static FIELDS: &[Field] = &[
    // 80 characters [inferred]: no document gives a length (docs/salesforce/users.md#username).
    Field::new("Username", "Username", FieldKind::Email(80))
        .required()
        .unique()
        .id_lookup(),
    Field::text("LastName", "Last Name", 80).required(),
    Field::text("FirstName", "First Name", 40),
    Field::text("Name", "Full Name", 121)
        .required()
        .computed(NAME),
    Field::text("CompanyName", "Company Name", 80),
    Field::text("Division", "Division", 80),
    Field::text("Department", "Department", 80),
    Field::text("Title", "Title", 80),
    Field::new("Street", "Street", FieldKind::LongText(255)),
    Field::text("City", "City", 40),
    Field::text("State", "State/Province", 80),
    Field::text("PostalCode", "Zip/Postal Code", 20),
    Field::text("Country", "Country", 80),
    Field::new("Email", "Email", FieldKind::Email(128))
        .required()
        .id_lookup(),
    Field::new("Phone", "Phone", FieldKind::Phone(40)),
    Field::new("MobilePhone", "Mobile", FieldKind::Phone(40)),
    Field::text("Alias", "Alias", 8).required(),
    // Salesforce derives one when a client sends none [inferred]: see `rules::user`
    // (docs/salesforce/users.md#nickname).
    Field::text("CommunityNickname", "Nickname", 40)
        .required()
        .unique()
        .preset(Preset::Rule),
    Field::truth("IsActive", "Active").preset(Preset::Truth(true)),
    Field::pick("TimeZoneSidKey", "Time Zone", TIME_ZONES).required(),
    Field::reference("UserRoleId", "Role ID", &["UserRole"], "UserRole", "Users"),
    Field::pick("LocaleSidKey", "Locale", LOCALES).required(),
    Field::truth("ReceivesInfoEmails", "Info Emails"),
    Field::truth("ReceivesAdminInfoEmails", "Admin Info Emails"),
    Field::pick("EmailEncodingKey", "Email Encoding", EMAIL_ENCODINGS).required(),
    Field::reference("ProfileId", "Profile ID", &["Profile"], "Profile", "Users").required(),
    Field::pick("UserType", "User Type", USER_TYPES).computed(TYPE),
    Field::pick("LanguageLocaleKey", "Language", LANGUAGES).required(),
    Field::text("EmployeeNumber", "Employee Number", 20),
    Field::reference("ManagerId", "Manager ID", &["User"], "Manager", ""),
    Field::new("LastLoginDate", "Last Login", FieldKind::DateTime).read_only(),
    Field::new(
        "NumberOfFailedLogins",
        "Failed Login Attempts",
        FieldKind::Integer,
    )
    .required()
    .preset(Preset::Number(0))
    .read_only(),
    Field::truth("UserPermissionsMarketingUser", "Marketing User"),
    Field::truth(
        "UserPermissionsCallCenterAutoLogin",
        "Auto-login To Call Center",
    ),
    Field::truth(
        "UserPermissionsSFContentUser",
        "Salesforce CRM Content User",
    ),
    Field::truth("UserPermissionsKnowledgeUser", "Knowledge User"),
    Field::truth("UserPermissionsInteractionUser", "Flow User"),
    Field::truth("UserPermissionsSupportUser", "Service Cloud User"),
    Field::text("FederationIdentifier", "SAML Federation ID", 512).id_lookup(),
    // Fixed once set: only `IsPortalEnabled = false` takes it away (docs/salesforce/users.md#contact).
    Field::reference("ContactId", "Contact ID", &["Contact"], "Contact", "Users")
        .create_only()
        .shown(Shown::Experiences),
    Field::reference("AccountId", "Account ID", &["Account"], "Account", "Users")
        .read_only()
        .shown(Shown::Experiences),
    Field::pick("PortalRole", "Portal Role Level", PORTAL_ROLES).shown(Shown::Experiences),
    Field::truth("IsPortalEnabled", "External User Has Access to Sites")
        .update_only()
        .shown(Shown::Experiences),
    Field::truth("IsPortalSelfRegistered", "Portal Self Registered")
        .create_only()
        .shown(Shown::Experiences),
    Field::truth("IsPrmSuperUser", "Partner Super User").shown(Shown::Experiences),
    Field::pick(
        "DigestFrequency",
        "Chatter Email Highlights Frequency",
        DIGEST,
    )
    .required()
    .preset(Preset::Text("D")),
    Field::pick(
        "DefaultGroupNotificationFrequency",
        "Default Notification Frequency when Joining Groups",
        GROUP_DIGEST,
    )
    .required()
    .preset(Preset::Text("N")),
    Field::truth("HasUserVerifiedEmail", "Has User Verified Email").read_only(),
];
