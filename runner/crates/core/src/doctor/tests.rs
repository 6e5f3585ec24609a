//! Findings, once each, with the steps that they are about; and what a user may not know.

use std::sync::Arc;

use std::collections::BTreeSet;

use expect_test::expect;
use serde_json::{Map, json};
use usher_contract::change::{Note, NoteSeverity, StepPlan};
use usher_contract::read::{Identity, OrgKind};

use super::{
    DAILY_REQUESTS, DOUBTS, Fact, Facts, Finding, License, Limit, Place, Scope, Settings, Site,
    User, Wanted, anyway, of_plan,
};
use crate::plan::{Plan, PlannedStep, ProblemClass, ReadNeeds, Requests, StepState};

fn identity(org_kind: OrgKind) -> Identity {
    Identity {
        org_id: "00DJca000000001MAA".into(),
        org_kind,
        user_id: "005Jca000000001MAA".into(),
        username: "ada@acme.example".into(),
        api_version: "66.0".into(),
    }
}

/// An org of which nothing is known.
fn nothing_known() -> Facts {
    let why = || "INSUFFICIENT_ACCESS".to_owned();
    Facts {
        user: Fact::NotKnown(why()),
        edition: Fact::NotKnown(why()),
        rights: Fact::NotKnown(why()),
        limits: Fact::NotKnown(why()),
        licenses: Fact::NotKnown(why()),
        permission_set_licenses: Fact::NotKnown(why()),
        settings: Fact::NotKnown(why()),
        sites: Fact::NotKnown(why()),
    }
}

/// An org in which everything is as it should be.
fn good() -> Facts {
    Facts {
        user: Fact::Known(User {
            name: "Ada Admin".into(),
            profile: "System Administrator".into(),
            license: "Salesforce".into(),
            role: Fact::Known(Some("CEO".into())),
        }),
        edition: Fact::NotKnown("not asked".into()),
        rights: Fact::Known(BTreeSet::new()),
        limits: Fact::Known(vec![requests(100, 100)]),
        licenses: Fact::Known(Vec::new()),
        permission_set_licenses: Fact::Known(Vec::new()),
        settings: Fact::Known(Settings {
            digital_experiences: Some(true),
            ..Settings::default()
        }),
        sites: Fact::Known(Vec::new()),
    }
}

fn requests(max: u64, left: u64) -> Limit {
    Limit {
        name: DAILY_REQUESTS.into(),
        max,
        left,
    }
}

fn note(severity: NoteSeverity, code: &str, summary: &str) -> Note {
    Note {
        severity,
        code: code.into(),
        summary: summary.into(),
        remedy: Some("do this".into()),
        rule: None,
        at: String::new(),
    }
}

fn step(id: &str, state: StepState, notes: Vec<Note>) -> PlannedStep {
    PlannedStep {
        id: id.into(),
        item: None,
        plugin: None,
        state,
        input: Map::new().into(),
        plan: StepPlan {
            outputs: json!({}).into(),
            notes,
            ..StepPlan::default()
        },
        before: Default::default(),
        bound: None,
        only_if: Default::default(),
        relies_on: Vec::new(),
        kept_with: Default::default(),
        of_loop: None,
        reads: Arc::default(),
        terms: crate::plan::Terms::default(),
    }
}

fn failed(id: &str, notes: Vec<Note>) -> PlannedStep {
    let state = StepState::Failed {
        class: ProblemClass::Unmet,
        problems: notes,
    };
    step(id, state, Vec::new())
}

fn plan(steps: Vec<PlannedStep>) -> Plan {
    Plan {
        recipe: "fsc/customer-user".into(),
        title: "Give a customer access".into(),
        org: identity(OrgKind::Sandbox),
        now: "2026-11-22T10:00:00Z".into(),
        inputs: Default::default(),
        left_out: Vec::new(),
        requests: Requests { read: 9, write: 5 },
        steps,
    }
}

fn lines(findings: &[Finding]) -> String {
    let line = |finding: &Finding| {
        let scope = match &finding.scope {
            Scope::Plan { steps } => format!("plan {}", steps.join("+")),
            Scope::Anyway => "anyway".to_owned(),
        };
        let place = finding.place.map_or("", Place::in_words);
        format!(
            "{:?} {} [{scope}] {} @ {place}\n",
            finding.weight, finding.code, finding.what
        )
    };
    findings.iter().map(line).collect()
}

#[test]
fn a_problem_of_two_steps_is_one_finding() {
    let lacks = || {
        note(
            NoteSeverity::Error,
            "user/lacks-permission",
            "ada may not see roles",
        )
    };
    let warns = note(NoteSeverity::Warning, "not-a-member", "ada is no member");
    let told = note(NoteSeverity::Info, "told", "only told");
    let plan = plan(vec![
        step("live", StepState::Changes, vec![warns, told]),
        failed("owner_role", vec![lacks()]),
        failed("user", vec![lacks()]),
    ]);
    let findings = of_plan(&plan, &good());
    expect![[r#"
        Missing user/lacks-permission [plan owner_role+user] ada may not see roles @ Setup > Permission Sets
        Warning not-a-member [plan live] ada is no member @ 
    "#]]
    .assert_eq(&lines(&findings));
    assert!(findings[0].is_missing() && !findings[1].is_missing());
}

#[test]
fn a_plan_that_sends_more_than_the_org_takes_today_is_kept_back() {
    let facts = Facts {
        limits: Fact::Known(vec![requests(15_000, 4)]),
        ..good()
    };
    let plan = plan(Vec::new());
    expect![[r#"
        Missing doctor/few-requests [plan ] the org takes 4 more API requests today, and the plan sends 5 at least @ Setup > Company Information
    "#]]
    .assert_eq(&lines(&of_plan(&plan, &facts)));
    assert!(of_plan(&plan, &good()).is_empty());
    assert!(of_plan(&plan, &nothing_known()).is_empty());
}

#[test]
fn an_org_in_order_has_no_findings() {
    assert!(anyway(&identity(OrgKind::Sandbox), &good()).is_empty());
}

#[test]
fn everything_that_is_there_anyway() {
    let license = |label: &str, is_external, used| License {
        id: "100".into(),
        label: label.into(),
        key: "PID".into(),
        total: 5,
        used,
        is_external,
    };
    let facts = Facts {
        user: Fact::Known(User {
            name: "Ada Admin".into(),
            profile: "System Administrator".into(),
            license: "Salesforce".into(),
            role: Fact::Known(None),
        }),
        limits: Fact::Known(vec![requests(15_000, 700)]),
        licenses: Fact::Known(vec![
            license("Customer Community", true, 5),
            license("Partner Community", true, 4),
            license("Salesforce", false, 5),
        ]),
        settings: Fact::Known(Settings {
            digital_experiences: Some(false),
            ..Settings::default()
        }),
        sites: Fact::Known(vec![Site {
            name: "Client Portal".into(),
            status: "Live".into(),
            is_member: false,
        }]),
        ..good()
    };
    expect![[r#"
        Warning doctor/digital-experiences-off [anyway] Digital Experiences is off, so there are no sites and no external users @ Setup > Digital Experiences > Settings
        Warning doctor/few-requests [anyway] the org takes 700 more API requests today, of 15000 @ Setup > Company Information
        Warning doctor/no-seat [anyway] no seat is free of `Customer Community` @ Setup > Company Information
        Note doctor/production [anyway] this is a production org: Usher asks for its name before it changes anything @ 
        Note doctor/no-role [anyway] Ada Admin has no role, and Salesforce asks the owner of an account with external users for one @ Setup > Users
        Note doctor/not-member [anyway] ada@acme.example is not a member of `Client Portal`, and Salesforce lets members alone customize or publish a site @ Setup > All Sites > Workspaces > Administration > Members
    "#]]
    .assert_eq(&lines(&anyway(&identity(OrgKind::Production), &facts)));
}

#[test]
fn what_is_not_shown_is_one_finding() {
    expect![[r#"
        Note doctor/not-shown [anyway] the org does not show ada@acme.example the limits, the user licenses, the permission set licenses, the settings and the sites @ Setup > Permission Sets
    "#]]
    .assert_eq(&lines(&anyway(&identity(OrgKind::Sandbox), &nothing_known())));
}

#[test]
fn a_need_whose_permissions_are_not_known_is_not_compared() {
    let mut one = step("members", StepState::AsWanted, Vec::new());
    let needs: ReadNeeds =
        serde_json::from_value(json!({ "sights": { "roles": "needed" } })).expect("needs");
    one.reads = needs.into();
    let plan = plan(vec![one]);
    let met = |facts: &Facts| Wanted::of(&plan, facts).needs[0].met;
    assert_eq!(met(&nothing_known()), None);
    let rights = BTreeSet::from(["ViewRoles".to_owned()]);
    let facts = Facts {
        rights: Fact::Known(rights),
        ..good()
    };
    assert_eq!(met(&facts), Some(crate::rights::Met::Yes));
    assert_eq!(met(&good()), Some(crate::rights::Met::No));
}

#[test]
fn a_page_of_setup_has_an_address_where_sources_agree_on_it() {
    let domain = "https://acme.my.salesforce.com";
    assert_eq!(
        Place::Users.address(domain).as_deref(),
        Some("https://acme.my.salesforce.com/lightning/setup/ManageUsers/home")
    );
    assert_eq!(Place::SiteMembers.address(domain), None);
}

#[test]
fn every_doubt_has_a_key_of_its_own() {
    let keys: BTreeSet<&str> = DOUBTS.iter().map(|doubt| doubt.key).collect();
    assert_eq!(keys.len(), DOUBTS.len());
}
