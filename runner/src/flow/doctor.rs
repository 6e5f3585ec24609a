//! Looks at an org before anything is done in it: who the user is, what a plan needs there, and what is missing. Sends
//! reads only, except for the live check when a person wants that.

use usher_core::doctor::{
    Answer as Found, DAILY_REQUESTS, Fact, Facts, Finding, Limit, Wanted, anyway, of_plan,
};
use usher_core::read::{Identity, OrgKind};
use usher_engine::doctor::{examine, live_check};

use crate::connect::{self, Connection};
use crate::error::Error;
use crate::exit::Exit;
use crate::flow::attendant::{Answer, Attendant, Question, Subject};
use crate::flow::failure;
use crate::flow::prepare;
use crate::flow::production::names;
use crate::flow::target::Target;
use crate::home::Home;
use crate::world::World;

/// The edition of an org that a developer has alone.
const DEVELOPER_EDITION: &str = "Developer Edition";

/// An org, looked at.
pub(crate) struct Examined {
    /// The org by the name that the person gave it.
    pub(crate) alias: String,
    pub(crate) identity: Identity,
    pub(crate) facts: Facts,
    /// The plan that it was looked at for.
    pub(crate) wanted: Option<Wanted>,
    /// Those of the plan first.
    pub(crate) findings: Vec<Finding>,
    /// The address of the org in a browser, when it has pages of Setup.
    pub(crate) my_domain: Option<String>,
    /// The error of a plan that cannot be carried out.
    pub(crate) failure: Option<Error>,
}

/// Looks at the org that `named` names.
pub(crate) async fn doctor(named: Option<&str>, world: &World) -> Result<Examined, Error> {
    let home = Home::of(world)?;
    let connection = connect::open(named, &home, world)?;
    let identity = connection.identity().await?;
    let facts = facts(&connection, &identity).await?;
    Ok(Examined {
        findings: anyway(&identity, &facts),
        my_domain: my_domain(&connection, &identity),
        alias: connection.alias,
        identity,
        facts,
        wanted: None,
        failure: None,
    })
}

/// Plans the recipe of `target`, and looks at the org for that plan.
pub(crate) async fn doctor_for(
    target: &Target,
    attendant: &mut dyn Attendant,
    world: &World,
) -> Result<Examined, Error> {
    let opened = prepare::open(target, &[], None, attendant, world).await?;
    let prepared = opened.plan().await?;
    let (connection, identity) = (&opened.connection, &opened.identity);
    let facts = facts(connection, identity).await?;
    let plan = &prepared.plan;
    let mut findings = of_plan(plan, &facts);
    let failure = failure::of_plan(&opened.recipe, plan, false).or_else(|| missing(&findings));
    findings.extend(anyway(identity, &facts));
    Ok(Examined {
        alias: connection.alias.clone(),
        my_domain: my_domain(connection, identity),
        wanted: Some(Wanted::of(plan, &facts)),
        identity: identity.clone(),
        facts,
        findings,
        failure: failure.map(|error| Error {
            // Each is a finding.
            mistakes: Vec::new(),
            ..error
        }),
    })
}

/// Asks for the facts. A user who is not shown the limits hears the requests of the day with every answer.
async fn facts(connection: &Connection, identity: &Identity) -> Result<Facts, Error> {
    let facts = examine(&connection.org, identity).await?;
    let limits = match (facts.limits, connection.usage()) {
        (Fact::NotKnown(_), Some(usage)) => Fact::Known(vec![Limit {
            name: DAILY_REQUESTS.to_owned(),
            max: usage.allowed,
            left: usage.left(),
        }]),
        (limits, _) => limits,
    };
    Ok(Facts { limits, ..facts })
}

/// The error of a plan that can be made, and for which the org lacks something.
fn missing(findings: &[Finding]) -> Option<Error> {
    let first = findings.iter().find(|finding| finding.is_missing())?;
    Some(Error::new(
        Exit::Failed,
        &first.code,
        format!("{}; nothing was changed", first.what),
    ))
}

/// The practice org has no Setup.
fn my_domain(connection: &Connection, identity: &Identity) -> Option<String> {
    match identity.org_kind {
        OrgKind::Practice => None,
        _ => connection.https_address().map(str::to_owned),
    }
}

/// Asks the org what only a live one can answer. `writes`: also what changes the org for a moment, when a person types
/// its name.
pub(crate) async fn live(
    named: Option<&str>,
    writes: bool,
    attendant: &mut dyn Attendant,
    world: &World,
) -> Result<(Identity, Vec<Found>), Error> {
    let home = Home::of(world)?;
    let connection = connect::open(named, &home, world)?;
    let identity = connection.identity().await?;
    if writes {
        must_be_named(&connection, &identity, attendant).await?;
    }
    let answers = live_check(&connection.org, &identity, writes).await?;
    Ok((identity, answers))
}

/// Says whether a production org is a Developer Edition org, in which nobody works (Object Reference, Organization).
async fn is_for_development(connection: &Connection) -> Result<bool, Error> {
    let organizations = connection
        .org
        .query("SELECT OrganizationType FROM Organization")
        .await?;
    let mut editions = organizations.iter().map(|it| &it["OrganizationType"]);
    Ok(editions.all(|edition| edition == DEVELOPER_EDITION) && !organizations.is_empty())
}

/// Refuses to change a production org, and one that nobody has named.
async fn must_be_named(
    connection: &Connection,
    identity: &Identity,
    attendant: &mut dyn Attendant,
) -> Result<(), Error> {
    let refused = |why: String| Error::new(Exit::Refused, "doctor/no-writes", why);
    let alias = &connection.alias;
    if identity.org_kind == OrgKind::Production && !is_for_development(connection).await? {
        let why = format!("`{alias}` is a production org, and the live check changes none");
        return Err(
            refused(why).help("use a sandbox or a developer org; leave `--live-check-writes` out")
        );
    }
    let names = names(connection, identity).await?;
    let question = Question::Approve {
        subject: Subject::LiveCheck,
        because: &[],
        names: &names,
    };
    match attendant.asked(&question).await {
        Answer::Yes => Ok(()),
        Answer::No | Answer::Stop | Answer::Nobody => {
            let why = format!("nobody has typed the name of `{alias}`; nothing was changed");
            Err(refused(why)
                .help("run the command in a terminal, or leave `--live-check-writes` out"))
        }
    }
}
