use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};
use usher_sdk::testing::{Manifest, rehearse};

use crate::plan;

const MANIFEST: &str = include_str!("../manifest.json");

/// A live site, one under construction, one that an earlier step plans; member groups in each state.
const ORG: &str = r#"
[[records.Network]]
Id = "0DBD00000000001OAA"
Name = "Live"
Status = "Live"
OptionsSendWelcomeEmail = true

[[records.Network]]
Id = "0DBD00000000002OAA"
Name = "Silent"
Status = "Live"
OptionsSendWelcomeEmail = false

[[records.Network]]
Id = { "$ref" = "site:site.id", "$object" = "Network" }
Name = "New"
Status = "UnderConstruction"
OptionsSendWelcomeEmail = { "$ref" = "site:network.OptionsSendWelcomeEmail" }

[[records.Profile]]
Id = "00eD00000000001IAA"
Name = "Customer"

[[records.Profile]]
Id = "00eD00000000002IAA"
Name = "Partner"

[[records.Profile]]
Id = "00eD00000000003IAA"
Name = "Admin"

[[records.Profile]]
Id = "00eD00000000004IAA"
Name = "Failed"

[[records.Profile]]
Id = "00eD00000000005IAA"
Name = "Leaving"

[[records.Profile]]
Id = { "$ref" = "profile:profile.id", "$object" = "Profile" }
Name = "Clone"

[[records.PermissionSet]]
Id = "0PSD00000000001OAA"
Label = "Site Guest"
Name = "SiteGuest"
IsOwnedByProfile = false

[[records.PermissionSet]]
Id = "0PSD00000000002OAA"
Label = "Reader"
Name = "Reader"
NamespacePrefix = "FinServ"
IsOwnedByProfile = false

[[records.PermissionSet]]
Id = "0PSD00000000003OAA"
Label = "Reader"
Name = "OwnReader"
IsOwnedByProfile = false

[[records.PermissionSet]]
Id = "0PSD00000000004OAA"
Label = "Customer"
Name = "X00e"
IsOwnedByProfile = true

[[records.NetworkMemberGroup]]
Id = "0DLD00000000001OAA"
NetworkId = "0DBD00000000001OAA"
ParentId = "00eD00000000003IAA"
AssignmentStatus = "Added"

[[records.NetworkMemberGroup]]
Id = "0DLD00000000002OAA"
NetworkId = "0DBD00000000001OAA"
ParentId = "00eD00000000002IAA"
AssignmentStatus = "AddCalculated"

[[records.NetworkMemberGroup]]
Id = "0DLD00000000003OAA"
NetworkId = "0DBD00000000001OAA"
ParentId = "00eD00000000004IAA"
AssignmentStatus = "FailedAdd"

[[records.NetworkMemberGroup]]
Id = "0DLD00000000004OAA"
NetworkId = "0DBD00000000001OAA"
ParentId = "00eD00000000005IAA"
AssignmentStatus = "WaitingForRemove"

[[records.NetworkMemberGroup]]
Id = { "$ref" = "members:profile/Clone.id", "$object" = "NetworkMemberGroup" }
NetworkId = "0DBD00000000001OAA"
ParentId = { "$ref" = "profile:profile.id", "$object" = "Profile" }
AssignmentStatus = { "$ref" = "members:profile/Clone.AssignmentStatus" }

[[records.User]]
Id = "005D00000000001IAA"
ProfileId = "00eD00000000001IAA"
IsActive = true

[[records.User]]
Id = "005D00000000002IAA"
ProfileId = "00eD00000000001IAA"
IsActive = true

[[records.User]]
Id = "005D00000000003IAA"
ProfileId = "00eD00000000001IAA"
IsActive = false

[[records.User]]
Id = { "$ref" = "user:user.id", "$object" = "User" }
ProfileId = { "$ref" = "profile:profile.id", "$object" = "Profile" }
IsActive = true

[[records.PermissionSetAssignment]]
Id = "0PaD00000000001KAA"
AssigneeId = "005D00000000002IAA"
PermissionSetId = "0PSD00000000001OAA"

[[records.NetworkMember]]
Id = "0DOD00000000001OAA"
NetworkId = "0DBD00000000001OAA"
MemberId = "005D00000000001IAA"
"#;

#[track_caller]
fn check(input: Json, expected: Expect) {
    check_in(ORG, input, expected);
}

#[track_caller]
fn check_in(org: &str, input: Json, expected: Expect) {
    expected.assert_eq(&rehearse(MANIFEST, org, input, plan));
}

#[test]
fn the_manifest_is_this_crates() {
    let manifest = Manifest::parse(MANIFEST).expect("the manifest parses");
    assert_eq!(manifest.name, env!("CARGO_PKG_NAME"));
    assert_eq!(manifest.version.to_string(), env!("CARGO_PKG_VERSION"));
}

#[test]
fn profiles_and_sets_become_members_of_a_live_site() {
    check(
        json!({ "site": "live", "profiles": ["customer", "Admin"], "permission_sets": ["Site Guest", "SiteGuest"] }),
        expect![[r#"
            + profile/Customer: Make the profile `Customer` a member of the site `Live`
                create NetworkMemberGroup {NetworkId: "0DBD00000000001OAA", ParentId: "00eD00000000001IAA"}
                key: NetworkId = "0DBD00000000001OAA", ParentId = "00eD00000000001IAA", enforced
                wait: Salesforce adds the profile `Customer` — NetworkMemberGroup (NetworkId = "0DBD00000000001OAA", ParentId = "00eD00000000001IAA") {AssignmentStatus}: AssignmentStatus = "Added"
                    failed when AssignmentStatus = "FailedAdd"
                    every 5000 ms, at most 600000 ms
                undo:
                update NetworkMemberGroup @profile/Customer.id {AssignmentStatus: "WaitingForRemove"}
                undo waits: Salesforce takes the profile `Customer` away — NetworkMemberGroup (NetworkId = "0DBD00000000001OAA", ParentId = "00eD00000000001IAA") {}: absent
                    every 5000 ms, at most 600000 ms
            + permission-set/SiteGuest: Make the permission set `Site Guest` a member of the site `Live`
                create NetworkMemberGroup {NetworkId: "0DBD00000000001OAA", ParentId: "0PSD00000000001OAA"}
                key: NetworkId = "0DBD00000000001OAA", ParentId = "0PSD00000000001OAA", enforced
                wait: Salesforce adds the permission set `Site Guest` — NetworkMemberGroup (NetworkId = "0DBD00000000001OAA", ParentId = "0PSD00000000001OAA") {AssignmentStatus}: AssignmentStatus = "Added"
                    failed when AssignmentStatus = "FailedAdd"
                    every 5000 ms, at most 600000 ms
                undo:
                update NetworkMemberGroup @permission-set/SiteGuest.id {AssignmentStatus: "WaitingForRemove"}
                undo waits: Salesforce takes the permission set `Site Guest` away — NetworkMemberGroup (NetworkId = "0DBD00000000001OAA", ParentId = "0PSD00000000001OAA") {}: absent
                    every 5000 ms, at most 600000 ms
            > profile/Customer/added: Salesforce adds the profile `Customer` in the background
                alters NetworkMemberGroup @profile/Customer.id {AssignmentStatus: "Added"}
                certain, because of @profile/Customer
                within 600000 ms
            > permission-set/SiteGuest/added: Salesforce adds the permission set `Site Guest` in the background
                alters NetworkMemberGroup @permission-set/SiteGuest.id {AssignmentStatus: "Added"}
                certain, because of @permission-set/SiteGuest
                within 600000 ms
            > members: One user becomes a member of the site `Live`
                other
                likely, because of @profile/Customer, @permission-set/SiteGuest
            > mails: One user gets the welcome mail of the site `Live`, which is live
                mails 1 to []
                likely, because of @profile/Customer, @permission-set/SiteGuest
            ! warning adding-mails at /site: One user gets the welcome mail of the site `Live`, which is live; mails cannot be called back
                rule: Experience Cloud, why members get no welcome email
            = {"site_id":"0DBD00000000001OAA"}
        "#]],
    );
}

#[test]
fn nobody_is_mailed_where_the_site_does_not_mail() {
    check(
        json!({ "site": "Silent", "profiles": ["Customer"] }),
        expect![[r#"
            + profile/Customer: Make the profile `Customer` a member of the site `Silent`
                create NetworkMemberGroup {NetworkId: "0DBD00000000002OAA", ParentId: "00eD00000000001IAA"}
                key: NetworkId = "0DBD00000000002OAA", ParentId = "00eD00000000001IAA", enforced
                wait: Salesforce adds the profile `Customer` — NetworkMemberGroup (NetworkId = "0DBD00000000002OAA", ParentId = "00eD00000000001IAA") {AssignmentStatus}: AssignmentStatus = "Added"
                    failed when AssignmentStatus = "FailedAdd"
                    every 5000 ms, at most 600000 ms
                undo:
                update NetworkMemberGroup @profile/Customer.id {AssignmentStatus: "WaitingForRemove"}
                undo waits: Salesforce takes the profile `Customer` away — NetworkMemberGroup (NetworkId = "0DBD00000000002OAA", ParentId = "00eD00000000001IAA") {}: absent
                    every 5000 ms, at most 600000 ms
            > profile/Customer/added: Salesforce adds the profile `Customer` in the background
                alters NetworkMemberGroup @profile/Customer.id {AssignmentStatus: "Added"}
                certain, because of @profile/Customer
                within 600000 ms
            > members: 2 users become members of the site `Silent`
                other
                likely, because of @profile/Customer
            = {"site_id":"0DBD00000000002OAA"}
        "#]],
    );
    check(
        json!({ "site": "Silent", "profiles": ["Partner"] }),
        expect![[r#"
            + profile/Partner: Make the profile `Partner` a member of the site `Silent`
                create NetworkMemberGroup {NetworkId: "0DBD00000000002OAA", ParentId: "00eD00000000002IAA"}
                key: NetworkId = "0DBD00000000002OAA", ParentId = "00eD00000000002IAA", enforced
                wait: Salesforce adds the profile `Partner` — NetworkMemberGroup (NetworkId = "0DBD00000000002OAA", ParentId = "00eD00000000002IAA") {AssignmentStatus}: AssignmentStatus = "Added"
                    failed when AssignmentStatus = "FailedAdd"
                    every 5000 ms, at most 600000 ms
                undo:
                update NetworkMemberGroup @profile/Partner.id {AssignmentStatus: "WaitingForRemove"}
                undo waits: Salesforce takes the profile `Partner` away — NetworkMemberGroup (NetworkId = "0DBD00000000002OAA", ParentId = "00eD00000000002IAA") {}: absent
                    every 5000 ms, at most 600000 ms
            > profile/Partner/added: Salesforce adds the profile `Partner` in the background
                alters NetworkMemberGroup @profile/Partner.id {AssignmentStatus: "Added"}
                certain, because of @profile/Partner
                within 600000 ms
            ! info no-new-members: No user who is not a member already has it
            = {"site_id":"0DBD00000000002OAA"}
        "#]],
    );
}

#[test]
fn everything_may_be_planned_only() {
    check(
        json!({ "site": "New", "profiles": ["Clone"] }),
        expect![[r#"
            + profile/Clone: Make the profile `Clone` a member of the site `New`
                create NetworkMemberGroup {NetworkId: ⟨site:site.id⟩, ParentId: ⟨profile:profile.id⟩}
                key: NetworkId = ⟨site:site.id⟩, ParentId = ⟨profile:profile.id⟩, enforced
                wait: Salesforce adds the profile `Clone` — NetworkMemberGroup (NetworkId = ⟨site:site.id⟩, ParentId = ⟨profile:profile.id⟩) {AssignmentStatus}: AssignmentStatus = "Added"
                    failed when AssignmentStatus = "FailedAdd"
                    every 5000 ms, at most 600000 ms
                undo:
                update NetworkMemberGroup @profile/Clone.id {AssignmentStatus: "WaitingForRemove"}
                undo waits: Salesforce takes the profile `Clone` away — NetworkMemberGroup (NetworkId = ⟨site:site.id⟩, ParentId = ⟨profile:profile.id⟩) {}: absent
                    every 5000 ms, at most 600000 ms
            > profile/Clone/added: Salesforce adds the profile `Clone` in the background
                alters NetworkMemberGroup @profile/Clone.id {AssignmentStatus: "Added"}
                certain, because of @profile/Clone
                within 600000 ms
            > members: One user becomes a member of the site `New`
                other
                likely, because of @profile/Clone
            = {"site_id":{"$ref":"site:site.id"}}
        "#]],
    );
    check(
        json!({ "site": "Live", "profiles": ["Clone", "Admin"] }),
        expect![[r#"
            = {"site_id":"0DBD00000000001OAA"}
        "#]],
    );
}

#[test]
fn who_is_being_added_is_waited_for() {
    check(
        json!({ "site": "Live", "profiles": ["Partner"] }),
        expect![[r#"
            ? profile/Partner: Wait until the profile `Partner` is a member of the site `Live`
                wait: Salesforce adds the profile `Partner` — NetworkMemberGroup (NetworkId = "0DBD00000000001OAA", ParentId = "00eD00000000002IAA") {AssignmentStatus}: AssignmentStatus = "Added"
                    failed when AssignmentStatus = "FailedAdd"
                    every 5000 ms, at most 600000 ms
            = {"site_id":"0DBD00000000001OAA"}
        "#]],
    );
}

#[test]
fn who_left_or_failed_is_told() {
    check(
        json!({ "site": "Live", "profiles": ["Failed", "Leaving", "Customer"] }),
        expect![[r#"
            unmet
            ! error member-failed at /profiles/0: Salesforce could not add or remove the profile `Failed` at the site `Live` (FailedAdd)
                remedy: Look at Workspaces > Administration > Members of the site, and add it there; whether an API can try again is not known
                rule: Object Reference, NetworkMemberGroup, AssignmentStatus
            ! error member-leaving at /profiles/1: The site `Live` is just losing the profile `Leaving`
                remedy: Run it again when Salesforce has taken it away, in some minutes
                rule: Object Reference, NetworkMemberGroup, AssignmentStatus
        "#]],
    );
}

#[test]
fn names_that_mean_nothing_or_several() {
    check(
        json!({ "site": "Nowhere", "profiles": ["Nobody"], "permission_sets": ["Reader", "Customer"] }),
        expect![[r#"
            invalid
            ! error unknown-profile at /profiles/0: There is no profile `Nobody`
                remedy: Write another name in {with.profiles}: the name that Setup > Profiles shows, the API name or the id
                rule: docs/salesforce/profiles.md#full-names
            ! error ambiguous-permission-set at /permission_sets/0: `Reader` may mean the permission sets `FinServ__Reader` and `OwnReader`
                remedy: In {with.permission_sets}, write the API name of the one that is meant, or give one of them another label
            ! error unknown-permission-set at /permission_sets/1: There is no permission set with the label or API name `Customer`
                remedy: Compare {with.permission_sets} with Setup > Permission Sets; sets of a package come with the package, and groups cannot be members
            ! error unknown-site at /site: There is no site `Nowhere`
                remedy: Set {with.site} to a site of this org. There are `Live`, `New` and `Silent`
        "#]],
    );
    check(
        json!({ "site": "Live" }),
        expect![[r#"
            invalid
            ! error nobody-named: The step names no profile and no permission set
                remedy: Set {with.profiles}, {with.permission_sets}, or both
        "#]],
    );
    check(
        json!({ "site": "Silent", "permission_sets": ["FinServ__Reader"] }),
        expect![[r#"
            + permission-set/FinServ__Reader: Make the permission set `Reader` a member of the site `Silent`
                create NetworkMemberGroup {NetworkId: "0DBD00000000002OAA", ParentId: "0PSD00000000002OAA"}
                key: NetworkId = "0DBD00000000002OAA", ParentId = "0PSD00000000002OAA", enforced
                wait: Salesforce adds the permission set `Reader` — NetworkMemberGroup (NetworkId = "0DBD00000000002OAA", ParentId = "0PSD00000000002OAA") {AssignmentStatus}: AssignmentStatus = "Added"
                    failed when AssignmentStatus = "FailedAdd"
                    every 5000 ms, at most 600000 ms
                undo:
                update NetworkMemberGroup @permission-set/FinServ__Reader.id {AssignmentStatus: "WaitingForRemove"}
                undo waits: Salesforce takes the permission set `Reader` away — NetworkMemberGroup (NetworkId = "0DBD00000000002OAA", ParentId = "0PSD00000000002OAA") {}: absent
                    every 5000 ms, at most 600000 ms
            > permission-set/FinServ__Reader/added: Salesforce adds the permission set `Reader` in the background
                alters NetworkMemberGroup @permission-set/FinServ__Reader.id {AssignmentStatus: "Added"}
                certain, because of @permission-set/FinServ__Reader
                within 600000 ms
            ! info no-new-members: No user who is not a member already has it
            = {"site_id":"0DBD00000000002OAA"}
        "#]],
    );
    check_in(
        "[records]\nProfile = []\nPermissionSet = []",
        json!({ "site": "Live", "profiles": ["Customer"] }),
        expect![[r#"
            unmet
            ! error digital-experiences-off at /site: This org has no sites: Digital Experiences is off, or the signed-in user may not see them
                remedy: Turn it on in Setup > Digital Experiences > Settings, and make the site
        "#]],
    );
}

#[test]
fn how_many_people_is_not_known() {
    let hidden = format!("{ORG}\n[pending]\nUser = \"import:user.id\"\n");
    check_in(
        &hidden,
        json!({ "site": "Live", "profiles": ["Customer"] }),
        expect![[r#"
            + profile/Customer: Make the profile `Customer` a member of the site `Live`
                create NetworkMemberGroup {NetworkId: "0DBD00000000001OAA", ParentId: "00eD00000000001IAA"}
                key: NetworkId = "0DBD00000000001OAA", ParentId = "00eD00000000001IAA", enforced
                wait: Salesforce adds the profile `Customer` — NetworkMemberGroup (NetworkId = "0DBD00000000001OAA", ParentId = "00eD00000000001IAA") {AssignmentStatus}: AssignmentStatus = "Added"
                    failed when AssignmentStatus = "FailedAdd"
                    every 5000 ms, at most 600000 ms
                undo:
                update NetworkMemberGroup @profile/Customer.id {AssignmentStatus: "WaitingForRemove"}
                undo waits: Salesforce takes the profile `Customer` away — NetworkMemberGroup (NetworkId = "0DBD00000000001OAA", ParentId = "00eD00000000001IAA") {}: absent
                    every 5000 ms, at most 600000 ms
            > profile/Customer/added: Salesforce adds the profile `Customer` in the background
                alters NetworkMemberGroup @profile/Customer.id {AssignmentStatus: "Added"}
                certain, because of @profile/Customer
                within 600000 ms
            > members: The users who have it now become members of the site `Live`
                other
                likely, because of @profile/Customer
            > mails: The users who have it now get the welcome mail of the site `Live`, which is live
                mails ? to []
                likely, because of @profile/Customer
            ! warning adding-mails at /site: The users who have it now get the welcome mail of the site `Live`, which is live; mails cannot be called back
                rule: Experience Cloud, why members get no welcome email
            = {"site_id":"0DBD00000000001OAA"}
        "#]],
    );
}

#[test]
fn members_may_only_be_looked_for() {
    let look =
        |site: &str, profile: &str| json!({ "site": site, "profiles": [profile], "add": false });
    let refused = expect![[r#"
        unmet
        ! error not-a-member at /profiles/0: The site `Live` does not have the profile `Customer` as a member
            remedy: Set {with.add} to true to add it, or choose another profile or site. Its profiles are `Partner`, `Admin`, `Failed`, `Leaving` and `Clone`.
            rule: Object Reference, NetworkMemberGroup
    "#]];
    check(look("Live", "Customer"), refused);
    let refused = expect![[r#"
        unmet
        ! error not-a-member at /profiles/0: The site `Silent` does not have the profile `Customer` as a member
            remedy: Set {with.add} to true to add it, or choose another profile or site.
            rule: Object Reference, NetworkMemberGroup
    "#]];
    check(look("Silent", "Customer"), refused);
    let there = expect![[r#"
        = {"site_id":"0DBD00000000001OAA"}
    "#]];
    check(look("Live", "Admin"), there);
}

#[test]
fn many_users_are_counted_and_not_read() {
    let many: String = (0..201)
        .map(|n| {
            format!(
                "\n[[records.User]]\nId = \"005D00000001{n:03}IAA\"\nProfileId = \"00eD00000000003IAA\"\nIsActive = true\n"
            )
        })
        .collect();
    let counted = expect![[r#"
        + profile/Admin: Make the profile `Admin` a member of the site `Silent`
            create NetworkMemberGroup {NetworkId: "0DBD00000000002OAA", ParentId: "00eD00000000003IAA"}
            key: NetworkId = "0DBD00000000002OAA", ParentId = "00eD00000000003IAA", enforced
            wait: Salesforce adds the profile `Admin` — NetworkMemberGroup (NetworkId = "0DBD00000000002OAA", ParentId = "00eD00000000003IAA") {AssignmentStatus}: AssignmentStatus = "Added"
                failed when AssignmentStatus = "FailedAdd"
                every 5000 ms, at most 600000 ms
            undo:
            update NetworkMemberGroup @profile/Admin.id {AssignmentStatus: "WaitingForRemove"}
            undo waits: Salesforce takes the profile `Admin` away — NetworkMemberGroup (NetworkId = "0DBD00000000002OAA", ParentId = "00eD00000000003IAA") {}: absent
                every 5000 ms, at most 600000 ms
        > profile/Admin/added: Salesforce adds the profile `Admin` in the background
            alters NetworkMemberGroup @profile/Admin.id {AssignmentStatus: "Added"}
            certain, because of @profile/Admin
            within 600000 ms
        > members: Up to 201 users become members of the site `Silent`
            other
            likely, because of @profile/Admin
        = {"site_id":"0DBD00000000002OAA"}
    "#]];
    let admins = json!({ "site": "Silent", "profiles": ["Admin"] });
    check_in(&format!("{ORG}{many}"), admins, counted);
}

#[test]
fn a_user_who_may_enter_by_another_way_needs_no_member() {
    let org = format!(
        "{ORG}{}",
        r#"
[[records.NetworkMemberGroup]]
Id = "0DLD00000000007OAA"
NetworkId = "0DBD00000000001OAA"
ParentId = "0PSD00000000001OAA"
AssignmentStatus = "Added"

[[records.User]]
Id = "005D00000000011IAA"
ContactId = "003D00000000001IAA"
ProfileId = "00eD00000000001IAA"
IsActive = true

[[records.User]]
Id = "005D00000000012IAA"
ContactId = "003D00000000002IAA"
ProfileId = "00eD00000000001IAA"
IsActive = true

[[records.NetworkMember]]
Id = "0DOD00000000011OAA"
NetworkId = "0DBD00000000001OAA"
MemberId = "005D00000000011IAA"

[[records.PermissionSetAssignment]]
Id = "0PaD00000000012KAA"
AssigneeId = "005D00000000012IAA"
PermissionSetId = "0PSD00000000001OAA"
"#
    );
    let refused = |unless: Json| {
        let input =
            json!({ "site": "Live", "profiles": ["Customer"], "add": false, "unless": unless });
        rehearse(MANIFEST, &org, input, plan).contains("not-a-member")
    };
    assert!(!refused(json!({ "contact": "003D00000000001IAA" })));
    assert!(!refused(json!({ "contact": "003D00000000002IAA" })));
    assert!(refused(json!({ "contact": "003D00000000003IAA" })));
    assert!(refused(
        json!({ "contact": "003D00000000003IAA", "permission_sets": ["Reader"] })
    ));
    assert!(!refused(
        json!({ "contact": "003D00000000003IAA", "permission_sets": ["Site Guest"] })
    ));
}
