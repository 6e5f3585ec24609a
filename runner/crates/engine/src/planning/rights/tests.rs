//! Plans of users who lack permissions, against the practice org.

use std::sync::Arc;

use expect_test::{Expect, expect};
use serde_json::{Map, json};
use usher_core::change::{Change, Deferral, Failure, Note, StepPlan, Undo};
use usher_core::diagnostic::SourceText;
use usher_core::manifest::Manifest;
use usher_core::operation::{Condition, CreateRecord, Field, Key, Lookup, Operation};
use usher_core::plan::{Plan, PluginStamp, StepState};
use usher_core::read::{Identity, OrgKind, ReadError};
use usher_core::recipe::{PluginLookup, PluginRef, Recipe, check, parse};
use usher_core::value::Scalar;

use super::own_by;
use crate::conduct::scripted::{Reply, Script};
use crate::inputs::FoundInputs;
use crate::planning::problem::note;
use crate::planning::{Confirmations, Planning};
use crate::port::{Boxed, StepAnswer, StepCall, StepError, Steps};
use crate::reads::Reader;
use crate::testing::{FIXTURE, TestOrg};

const USERNAME: &str = "nora@usher-practice.example";

/// A user whose profile has almost no permission, with a permission set of these.
fn user_with(permissions: &[&str]) -> String {
    let permissions = permissions.iter();
    let permissions: String = permissions
        .map(|name| format!(", Permissions{name} = true"))
        .collect();
    format!(
        r#"{FIXTURE}
[[records]]
object = "User"
ref = "nora"
fields = {{ LastName = "North", Username = "{USERNAME}", Email = "n@example.com", Alias = "nora", CommunityNickname = "nora", TimeZoneSidKey = "Europe/London", LocaleSidKey = "en_GB", LanguageLocaleKey = "en_US", EmailEncodingKey = "UTF-8", ProfileId = "@profile_minimum", IsActive = true }}

[[records]]
object = "PermissionSet"
ref = "own"
fields = {{ Name = "Own", Label = "Own", PermissionsApiEnabled = true{permissions} }}

[[records]]
object = "PermissionSetAssignment"
fields = {{ AssigneeId = "@nora", PermissionSetId = "@own" }}
"#
    )
}

/// Plugins from files: the name in the manifest is not the one that the recipe uses.
struct Plugins(Vec<(&'static str, Manifest, PluginStamp)>);

impl Plugins {
    fn new() -> Self {
        let plugin = |file: &'static str| {
            let name = file.trim_start_matches("./").trim_end_matches(".wasm");
            let json = json!({
                "format": 1, "name": format!("the-{name}"), "version": "0.1.0", "summary": "", "kind": "changing",
                "input": {"type": "object"}, "output": {"type": "object"},
                "reads": {
                    "records": {"User": ["UserRoleId", "Username"], "PermissionSet": ["Label"]},
                    "settings": ["Sharing"]
                },
                "does_without": {"settings": ["Sharing"]},
                "writes": {"create": {"User": ["ContactId"]}}
            });
            let manifest = Manifest::parse(json.to_string().as_bytes()).expect("a manifest");
            let stamp = PluginStamp {
                name: manifest.name.clone(),
                version: "0.1.0".into(),
                digest: name.into(),
                file: Some(file.into()),
            };
            (file, manifest, stamp)
        };
        let files = [
            "./roles.wasm",
            "./sets.wasm",
            "./goes-on.wasm",
            "./fails.wasm",
            "./makes.wasm",
            "./waits.wasm",
        ];
        Self(files.map(plugin).into())
    }

    fn named(&self, name: &str) -> Option<(&Manifest, &PluginStamp)> {
        let mut plugins = self.0.iter();
        let found = plugins.find(|(file, ..)| *file == name);
        found.map(|(_, manifest, stamp)| (manifest, stamp))
    }
}

impl PluginLookup for Plugins {
    fn manifest(&self, plugin: &PluginRef) -> Option<&Manifest> {
        self.named(&plugin.to_string())
            .map(|(manifest, _)| manifest)
    }

    fn names(&self) -> Vec<&str> {
        Vec::new()
    }
}

impl Steps for Plugins {
    fn plugin(&self, name: &str) -> Option<(&Manifest, &PluginStamp)> {
        self.named(name)
    }

    fn plan(&self, name: &str, call: StepCall) -> Boxed<'_, Result<StepAnswer, StepError>> {
        let name = name.to_owned();
        Box::pin(async move { answer(&name, call).await })
    }
}

async fn answer(name: &str, call: StepCall) -> Result<StepAnswer, StepError> {
    let mut plan = StepPlan {
        outputs: json!({}).into(),
        ..StepPlan::default()
    };
    let lookup = |object: &str, field: &str, value: &str| Lookup {
        object: object.into(),
        fields: vec![field.into()],
        conditions: vec![Condition::is(
            if object == "User" { "Username" } else { field },
            Scalar::text(value),
        )],
    };
    let problem =
        |code: &str, why: String| StepError::Failed(Failure::Invalid(vec![note(code, why)]));
    match name {
        "./roles.wasm" => {
            let roles = call
                .reads
                .find_all(vec![lookup("User", "UserRoleId", USERNAME)]);
            if let Err(ReadError::Refused(refusal)) = roles.await.remove(0) {
                return Err(problem("odd", refusal.message));
            }
        }
        "./sets.wasm" => {
            let sets = call
                .reads
                .find_all(vec![lookup("PermissionSet", "Label", "First set")]);
            if sets.await.remove(0).expect("answered").is_empty() {
                return Err(problem("odd", "there is no such set".to_owned()));
            }
        }
        "./goes-on.wasm" => {
            let settings = call.reads.get_settings("Sharing".into()).await;
            if settings.is_err() {
                plan.notes.push(note("assumed", "assumes"));
            }
        }
        "./fails.wasm" => {
            let settings = call.reads.get_settings("Sharing".into()).await;
            assert!(
                matches!(settings, Err(ReadError::Refused(_))),
                "{settings:?}"
            );
            return Err(problem("own", "the input is wrong".to_owned()));
        }
        "./makes.wasm" => plan.changes.push(contact_user()),
        _ => {
            return Err(StepError::Failed(Failure::Deferred(Deferral {
                waiting_for: Vec::new(),
                reason: "waits".to_owned(),
                likely: Vec::new(),
            })));
        }
    }
    Ok(StepAnswer {
        plan,
        denied: Vec::new(),
    })
}

fn contact_user() -> Change {
    Change {
        address: "user".into(),
        summary: String::new(),
        operation: Operation::from(CreateRecord {
            object: "User".into(),
            fields: vec![Field {
                name: "ContactId".into(),
                value: Scalar::text("003000000000001AAA"),
            }],
            key: Key {
                conditions: vec![Condition::is(
                    "ContactId",
                    Scalar::text("003000000000001AAA"),
                )],
                enforced: true,
            },
            options: Vec::new(),
        }),
        after: Vec::new(),
        waits: Vec::new(),
        results: Vec::new(),
        undo: Undo::Nothing,
    }
}

fn recipe(files: &[&str], plugins: &Plugins) -> Recipe {
    let mut text = "title = \"T\"\n".to_owned();
    for (at, file) in files.iter().enumerate() {
        text.push_str(&format!(
            "[[steps]]\nid = \"s{at}\"\nuse = \"./{file}.wasm\"\n"
        ));
    }
    let source = SourceText {
        name: "r.toml".into(),
        text,
    };
    let Ok(raw) = parse(source) else {
        panic!("the text is TOML");
    };
    match check(raw, plugins) {
        Ok(recipe) => recipe,
        Err(mistakes) => panic!("{mistakes:?}"),
    }
}

fn identity(user_id: String) -> Identity {
    Identity {
        org_id: "00D".into(),
        org_kind: OrgKind::Practice,
        user_id,
        username: USERNAME.into(),
        api_version: "66.0".into(),
    }
}

async fn planned(permissions: &[&str], files: &[&str]) -> Plan {
    let org = TestOrg::of_user(&user_with(permissions), USERNAME);
    let identity = identity(org.id("User", &format!("Username = '{USERNAME}'")).await);
    let plugins = Plugins::new();
    let planning = Planning {
        recipe: &recipe(files, &plugins),
        inputs: &FoundInputs {
            values: Map::new(),
            used: Arc::default(),
            secrets: Default::default(),
        },
        identity: &identity,
        now: "2026-11-22T10:00:00Z",
        org: Arc::clone(&org.org),
        reader: Arc::new(Reader::new(Arc::clone(&org.org))),
        steps: &plugins,
        confirmations: &Confirmations::default(),
    };
    planning.plan().await
}

/// Each step with its state, problems and notes.
async fn check_plan(permissions: &[&str], files: &[&str], expected: Expect) {
    let plan = planned(permissions, files).await;
    let mut text = String::new();
    for (step, file) in plan.steps.iter().zip(files) {
        let (state, problems): (&str, &[Note]) = match &step.state {
            StepState::Changes => ("changes", &[]),
            StepState::AsWanted => ("as wanted", &[]),
            StepState::Deferred(_) => ("deferred", &[]),
            StepState::Failed { problems, .. } => ("failed", problems),
            _ => ("other", &[]),
        };
        text.push_str(&format!("{file}: {state}\n"));
        for note in problems.iter().chain(&step.plan.notes) {
            let why = note.summary.replace(USERNAME, "nora");
            text.push_str(&format!("  {:?} {}: {why}\n", note.severity, note.code));
        }
        let sights = &step.reads.sights;
        if !sights.is_empty() {
            text.push_str(&format!("  {sights:?}\n"));
        }
    }
    expected.assert_eq(&text);
}

#[tokio::test]
async fn a_read_that_was_refused_explains_the_step_of_a_file() {
    check_plan(&[], &["roles"], expect![[r#"
        roles: failed
          Error user/lacks-permission: nora may not see roles: one of *View Roles and Role Hierarchy*, *View Setup and Configuration*, *Manage Roles* and *Manage Users* is missing
          Error user/lacks-permission: nora may not see permission sets: one of *View Setup and Configuration*, *Assign Permission Sets* and *Manage Users* is missing
          Error user/lacks-permission: nora may not make or change external users: one of *Manage External Users*, *Delegated External User Administrator* and *Manage External Users (Limited)* is missing
          {Roles: Missed, PermissionSets: Later, Metadata: Without}
    "#]]).await;
    check_plan(
        &["ViewRoles"],
        &["roles"],
        expect![[r#"
        roles: as wanted
          {Roles: Needed}
    "#]],
    )
    .await;
}

#[tokio::test]
async fn rows_that_the_org_hides_explain_the_step() {
    check_plan(&[], &["sets"], expect![[r#"
        sets: failed
          Error user/lacks-permission: nora may not see permission sets: one of *View Setup and Configuration*, *Assign Permission Sets* and *Manage Users* is missing
          Error user/lacks-permission: nora may not see roles: one of *View Roles and Role Hierarchy*, *View Setup and Configuration*, *Manage Roles* and *Manage Users* is missing
          Error user/lacks-permission: nora may not make or change external users: one of *Manage External Users*, *Delegated External User Administrator* and *Manage External Users (Limited)* is missing
          {Roles: Later, PermissionSets: Missed, Metadata: Without}
    "#]]).await;
    check_plan(
        &["ViewSetup"],
        &["sets"],
        expect![[r#"
        sets: as wanted
          {PermissionSets: Needed}
    "#]],
    )
    .await;
}

#[tokio::test]
async fn a_step_that_does_without_is_not_refused() {
    check_plan(
        &[],
        &["goes-on"],
        expect![[r#"
        goes-on: as wanted
          Error assumed: assumes
          {Metadata: Without}
    "#]],
    )
    .await;
    // Its own problem stays.
    check_plan(
        &[],
        &["fails"],
        expect![[r#"
        fails: failed
          Error own: the input is wrong
          {Roles: Later, PermissionSets: Later, Metadata: Without}
    "#]],
    )
    .await;
}

#[tokio::test]
async fn everything_that_is_missing_is_said_at_once() {
    check_plan(&[], &["makes", "waits", "sets"], expect![[r#"
        makes: failed
          Error user/lacks-permission: nora may not make or change external users: one of *Manage External Users*, *Delegated External User Administrator* and *Manage External Users (Limited)* is missing
        waits: failed
          Error user/lacks-permission: nora may not make or change external users: one of *Manage External Users*, *Delegated External User Administrator* and *Manage External Users (Limited)* is missing
          Error user/lacks-permission: nora may not see roles: one of *View Roles and Role Hierarchy*, *View Setup and Configuration*, *Manage Roles* and *Manage Users* is missing
          Error user/lacks-permission: nora may not see permission sets: one of *View Setup and Configuration*, *Assign Permission Sets* and *Manage Users* is missing
          {Roles: Later, PermissionSets: Later, Metadata: Without}
        sets: failed
          Error user/lacks-permission: nora may not see permission sets: one of *View Setup and Configuration*, *Assign Permission Sets* and *Manage Users* is missing
          Error user/lacks-permission: nora may not see roles: one of *View Roles and Role Hierarchy*, *View Setup and Configuration*, *Manage Roles* and *Manage Users* is missing
          Error user/lacks-permission: nora may not make or change external users: one of *Manage External Users*, *Delegated External User Administrator* and *Manage External Users (Limited)* is missing
          {Roles: Later, PermissionSets: Missed, Metadata: Without}
    "#]]).await;
}

#[tokio::test]
async fn a_step_that_is_planned_later_may_lack_permissions_then() {
    check_plan(&["ManagePartners"], &["makes", "waits"], expect![[r#"
        makes: changes
        waits: deferred
          Warning user/lacks-permission: nora may not see roles: one of *View Roles and Role Hierarchy*, *View Setup and Configuration*, *Manage Roles* and *Manage Users* is missing
          Warning user/lacks-permission: nora may not see permission sets: one of *View Setup and Configuration*, *Assign Permission Sets* and *Manage Users* is missing
          {Roles: Later, PermissionSets: Later, Metadata: Without}
    "#]]).await;
}

#[tokio::test]
async fn a_permission_for_some_external_users_is_a_warning() {
    check_plan(
        &["DelegatedPortalUserAdmin"],
        &["makes"],
        expect![[r#"
            makes: changes
              Warning user/limited-permission: nora has *Delegated External User Administrator*, which may not be enough to make or change external users: it lets external users create, edit and deactivate users of the accounts that they manage, and no document says that it counts outside of a site
        "#]],
    )
    .await;
    check_plan(
        &["ManageMyExternalUsers"],
        &["makes"],
        expect![[r#"
            makes: changes
              Warning user/limited-permission: nora has *Manage External Users (Limited)*, which may not be enough to make or change external users: no public document says which users it is for
        "#]],
    )
    .await;
}

#[tokio::test]
async fn an_org_that_lacks_a_column_shows_the_others() {
    let refused = json!([{
        "errorCode": "INVALID_FIELD",
        "message": "No such column 'PermissionsManageMyExternalUsers' on entity 'PermissionSet'."
    }]);
    let described = json!({"fields": [{"name": "Id"}, {"name": "PermissionsManagePartners"}]});
    let found = json!({
        "totalSize": 1, "done": true, "records": [{"PermissionsManagePartners": true}]
    });
    let replies = [(400, refused), (200, described), (200, found)];
    let replies = replies.map(|(status, body)| Reply::Json(status, body));
    let (org, script) = Script::org(replies.into());
    let has = own_by(
        &Reader::new(Arc::new(org)),
        &identity("005000000000001AAA".into()),
    )
    .await;
    assert_eq!(has, Ok(["ManagePartners".to_owned()].into()));
    let asked = script.asked();
    let last = asked.lines().last().unwrap_or_default();
    assert!(!last.contains("ManageMyExternalUsers"), "{asked}");
}
