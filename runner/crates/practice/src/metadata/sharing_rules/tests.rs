//! Sharing rules as metadata (docs/salesforce/sharing.md#sharing-rules): what is read, what a deployment adds, what
//! is refused.

use expect_test::expect;

use crate::testing::{org, org_with};

const GROUP: &str = r#"
[[records]]
object = "Group"
fields = { Name = "Reviewers", DeveloperName = "Reviewers" }
"#;

fn package(kind: &str, members: &[&str]) -> String {
    let members: String = members
        .iter()
        .map(|name| format!("<members>{name}</members>"))
        .collect();
    format!("<Package><types>{members}<name>{kind}</name></types><version>66.0</version></Package>")
}

fn rules(inner: &str) -> String {
    format!("<SharingRules>{inner}</SharingRules>")
}

fn criteria(name: &str, shared_to: &str, items: &str) -> String {
    format!(
        "<sharingCriteriaRules><fullName>{name}</fullName><accessLevel>Read</accessLevel><label>{name}</label><sharedTo>{shared_to}</sharedTo>{items}<includeRecordsOwnedByAll>false</includeRecordsOwnedByAll></sharingCriteriaRules>"
    )
}

fn owner(name: &str, shared_from: &str, shared_to: &str) -> String {
    format!(
        "<sharingOwnerRules><fullName>{name}</fullName><accessLevel>Edit</accessLevel><label>{name}</label><sharedFrom>{shared_from}</sharedFrom><sharedTo>{shared_to}</sharedTo></sharingOwnerRules>"
    )
}

const WEB: &str = "<criteriaItems><field>LeadSource</field><operation>equals</operation><value>Web</value></criteriaItems>";
const CFO: &str = "<role>CFO</role>";
const PARTNERS: &str = "<allPartnerUsers></allPartnerUsers>";

#[test]
fn a_deployment_adds_to_the_rules_that_are_there() {
    let org = org();
    let first = rules(&criteria("Web_Leads", PARTNERS, WEB));
    org.deployed(
        &[
            ("package.xml", &package("SharingRules", &["Lead"])),
            ("sharingRules/Lead.sharingRules", &first),
        ],
        expect![[r#"
            <changed>true</changed>
            <fullName>Lead</fullName>
            <status>Succeeded</status>
        "#]],
    );
    let second = rules(&owner("Finance", CFO, "<portalRole>None</portalRole>"));
    let third = rules(&owner("Finance", CFO, PARTNERS));
    org.deployed(
        &[
            ("package.xml", &package("SharingRules", &["Lead"])),
            ("sharingRules/Lead.sharingRules", &second),
        ],
        expect![[r#"
            <fullName>Lead</fullName>
            <problem>sharedTo not allowed:portalRole - None</problem>
            <status>Failed</status>
        "#]],
    );
    org.deployed(
        &[
            ("package.xml", &package("SharingRules", &["Lead"])),
            ("sharingRules/Lead.sharingRules", &third),
        ],
        expect![[r#"
            <changed>true</changed>
            <fullName>Lead</fullName>
            <status>Succeeded</status>
        "#]],
    );
    org.component(
        "SharingRules",
        "Lead",
        expect![[r#"
            <records xsi:type="SharingRules">
            <fullName>Lead</fullName>
            <sharingCriteriaRules>
            <fullName>Web_Leads</fullName>
            <accessLevel>Read</accessLevel>
            <criteriaItems>
            <field>LeadSource</field>
            <operation>equals</operation>
            <value>Web</value>
            </criteriaItems>
            <includeRecordsOwnedByAll>false</includeRecordsOwnedByAll>
            <label>Web_Leads</label>
            <sharedTo>
            <allPartnerUsers>
            </allPartnerUsers>
            </sharedTo>
            </sharingCriteriaRules>
            <sharingOwnerRules>
            <fullName>Finance</fullName>
            <accessLevel>Edit</accessLevel>
            <label>Finance</label>
            <sharedFrom>
            <role>CFO</role>
            </sharedFrom>
            <sharedTo>
            <allPartnerUsers>
            </allPartnerUsers>
            </sharedTo>
            </sharingOwnerRules>
            </records>
        "#]],
    );
    org.component(
        "SharingRules",
        "Case",
        expect![[r#"
        <records xsi:type="SharingRules">
        <fullName>Case</fullName>
        </records>
    "#]],
    );
    org.component(
        "SharingRules",
        "Task",
        expect![[r#"
        <records xsi:nil="true"/>
    "#]],
    );
    org.component(
        "SharingCriteriaRule",
        "Lead.Web_Leads",
        expect![[r#"
        <records xsi:type="SharingCriteriaRule">
        <fullName>Lead.Web_Leads</fullName>
        <accessLevel>Read</accessLevel>
        <criteriaItems>
        <field>LeadSource</field>
        <operation>equals</operation>
        <value>Web</value>
        </criteriaItems>
        <includeRecordsOwnedByAll>false</includeRecordsOwnedByAll>
        <label>Web_Leads</label>
        <sharedTo>
        <allPartnerUsers>
        </allPartnerUsers>
        </sharedTo>
        </records>
    "#]],
    );
    org.listed(
        "SharingRules",
        expect!["Account, Case, Contact, Lead, Opportunity"],
    );
    org.listed("SharingCriteriaRule", expect!["Lead.Web_Leads"]);
    org.listed("SharingOwnerRule", expect!["Lead.Finance"]);
    // A rule goes by its own name; the others stay.
    org.deployed(
        &[
            ("package.xml", "<Package><version>66.0</version></Package>"),
            (
                "destructiveChanges.xml",
                &package("SharingCriteriaRule", &["Lead.Web_Leads", "Lead.Nothing"]),
            ),
        ],
        expect![[r#"
            <changed>true</changed>
            <deleted>true</deleted>
            <fullName>Lead.Web_Leads</fullName>
            <fullName>Lead.Nothing</fullName>
            <problem>No SharingCriteriaRule named: Lead.Nothing found</problem>
            <status>Succeeded</status>
        "#]],
    );
    org.listed("SharingCriteriaRule", expect![""]);
    org.listed("SharingOwnerRule", expect!["Lead.Finance"]);
}

/// Clients name single rules in a package; their file is that of the object.
#[test]
fn a_package_may_name_single_rules() {
    let org = org_with(GROUP);
    let to = "<group>Reviewers</group>";
    let both = rules(&format!(
        "{}{}",
        criteria("Web_Leads", to, WEB),
        owner("Finance", CFO, to)
    ));
    org.deployed(
        &[
            (
                "package.xml",
                &package("SharingCriteriaRule", &["Lead.Web_Leads", "Lead.Absent"]),
            ),
            ("sharingRules/Lead.sharingRules", &both),
        ],
        expect![[r#"
            <fullName>Lead.Absent</fullName>
            <problem>An object &apos;Lead.Absent&apos; of type SharingCriteriaRule was named in package.xml, but was not found in zipped directory</problem>
            <changed>true</changed>
            <created>true</created>
            <fullName>Lead.Web_Leads</fullName>
            <status>Failed</status>
        "#]],
    );
    org.deployed(
        &[
            (
                "package.xml",
                &package("SharingOwnerRule", &["Lead.Finance"]),
            ),
            ("sharingRules/Lead.sharingRules", &both),
        ],
        expect![[r#"
            <changed>true</changed>
            <created>true</created>
            <fullName>Lead.Finance</fullName>
            <status>Succeeded</status>
        "#]],
    );
    org.listed("SharingCriteriaRule", expect![""]);
    org.listed("SharingOwnerRule", expect!["Lead.Finance"]);
}

#[test]
fn single_rules_are_written_and_deleted_at_once() {
    let org = org();
    let rule = "<metadata xsi:type=\"SharingOwnerRule\"><fullName>Account.Finance</fullName><accessLevel>Read</accessLevel><accountSettings><caseAccessLevel>Read</caseAccessLevel><contactAccessLevel>None</contactAccessLevel><opportunityAccessLevel>Edit</opportunityAccessLevel></accountSettings><label>Finance</label><sharedFrom><role>CFO</role></sharedFrom><sharedTo><roleAndSubordinates>COO</roleAndSubordinates></sharedTo></metadata>";
    expect![[r#"
        200 <createMetadataResponse>
        <result>
        <fullName>Account.Finance</fullName>
        <success>true</success>
        </result>
        </createMetadataResponse>"#]]
    .assert_eq(&org.soap(&format!("<createMetadata>{rule}</createMetadata>")));
    expect![[r#"
        200 <deleteMetadataResponse>
        <result>
        <fullName>Account.Finance</fullName>
        <success>true</success>
        </result>
        </deleteMetadataResponse>"#]].assert_eq(&org.soap("<deleteMetadata><type>SharingOwnerRule</type><fullNames>Account.Finance</fullNames></deleteMetadata>"));
    org.component(
        "SharingRules",
        "Account",
        expect![[r#"
        <records xsi:type="SharingRules">
        <fullName>Account</fullName>
        </records>
    "#]],
    );
}

#[test]
fn rules_that_are_refused() {
    let org = org();
    let problem = |rule: &str| {
        let answer = org.soap(&format!(
            "<updateMetadata><metadata xsi:type=\"SharingRules\"><fullName>Lead</fullName>{rule}</metadata></updateMetadata>"
        ));
        let lines = answer.lines().filter_map(|line| {
            let text = line.strip_prefix("<message>")?.strip_suffix("</message>")?;
            Some(text.to_owned())
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    let refused = [
        criteria("Web", "<role>Nobody</role>", WEB),
        criteria("Web", "<group>Nobody</group>", WEB),
        criteria("Web", "<portalRole>CFO</portalRole>", WEB),
        criteria("Web", "<queue>Leads</queue>", WEB),
        criteria("Web", "", WEB),
        criteria("Web", "<role>CFO</role><role>COO</role>", WEB),
        criteria("Web", CFO, ""),
        criteria("Web", CFO, &WEB.replace("LeadSource", "Nothing__c")),
        criteria("Web", CFO, &WEB.replace("equals", "within")),
        criteria(
            "Web",
            CFO,
            &format!("{WEB}<booleanFilter>1 AND 2</booleanFilter>"),
        ),
        criteria("Web leads", CFO, WEB),
        criteria("Web", CFO, WEB).replace("<accessLevel>Read", "<accessLevel>All"),
        criteria("Web", CFO, WEB).replace(
            "<includeRecordsOwnedByAll>false</includeRecordsOwnedByAll>",
            "",
        ),
        owner("Web", "", CFO),
        format!("{}{}", owner("Web", CFO, CFO), criteria("web", CFO, WEB)),
    ];
    let problems: Vec<String> = refused.iter().map(|rule| problem(rule)).collect();
    expect![[r#"
        sharedTo not allowed:role - Nobody
        sharedTo not allowed:group - Nobody
        sharedTo not allowed:portalRole - CFO
        sharedTo not allowed:queue - Leads
        Required field is missing: sharedTo
        sharedTo can name one group only
        Required field is missing: criteriaItems
        In field: field - no CustomField named Lead.Nothing__c found
        In field: operation - within is not allowed in a sharing rule
        In field: booleanFilter - 1 AND 2 is not allowed in a sharing rule
        The name &quot;Web leads&quot; of the rule can only contain underscores and alphanumeric characters. It must begin with a letter, not include spaces, not end with an underscore, and not contain two consecutive underscores.
        In field: accessLevel - All is not allowed in a sharing rule
        Required field is missing: includeRecordsOwnedByAll
        Required field is missing: sharedFrom
        A SharingCriteriaRule is called Web already"#]].assert_eq(&problems.join("\n"));
    // A rule of accounts says what it opens below an account.
    let rule = owner("Web", CFO, CFO);
    let answer = org.soap(&format!(
        "<updateMetadata><metadata xsi:type=\"SharingRules\"><fullName>Account</fullName>{rule}</metadata></updateMetadata>"
    ));
    assert!(answer.contains("accountSettings"), "{answer}");
}

/// Without digital experiences the group of a hierarchy is *Roles and Internal Subordinates*.
#[test]
fn groups_before_digital_experiences() {
    let org = org_with("[settings]\n'CommunitiesSettings.enableNetworksEnabled' = false");
    let answers: Vec<String> = [
        "roleAndSubordinates",
        "roleAndSubordinatesInternal",
        "role",
    ]
    .iter()
    .map(|kind| {
        let rule = criteria("Web", &format!("<{kind}>CFO</{kind}>"), WEB);
        let answer = org.soap(&format!(
            "<updateMetadata><metadata xsi:type=\"SharingRules\"><fullName>Lead</fullName>{rule}</metadata></updateMetadata>"
        ));
        let message = answer.lines().find(|line| line.starts_with("<message>"));
        message.unwrap_or("accepted").to_owned()
    })
    .collect();
    expect![[r#"
        <message>sharedTo not allowed:roleAndSubordinates - CFO</message>
        accepted
        accepted"#]]
    .assert_eq(&answers.join("\n"));
}
