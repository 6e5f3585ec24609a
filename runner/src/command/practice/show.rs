//! `usher practice show`: asks the practice org's own REST face, as any client could, and sorts the
//! answers. How they look is `report::practice`.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};
use usher_engine::client::{Client, OrgError};
use usher_engine::session::{Fixed, Secret};
use usher_engine::wire::Wire;

use crate::args::Output;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::practice::{self, Door};
use crate::report::{self, Account, FORMAT, Mail, Role, Shown, Site, User};
use crate::wire::PracticeWire;

const ACCOUNTS: &str =
    "SELECT Id, Name, Owner.Username, Owner.UserRole.Name FROM Account ORDER BY Name, Id";
const EXTERNAL_USERS: &str = "SELECT Username, Name, IsActive, AccountId, UserRole.Name, Profile.Name FROM User WHERE AccountId != null ORDER BY Username";
const USERS: &str = "SELECT UserRoleId FROM User WHERE UserRoleId != null AND IsActive = true";
const ROLES: &str = "SELECT Id, Name, ParentRoleId, PortalType FROM UserRole ORDER BY Name, Id";
const SITES: &str = "SELECT Id, Name, Status, UrlPathPrefix FROM Network ORDER BY Name, Id";
const MEMBERS: &str =
    "SELECT NetworkId, Member.Username FROM NetworkMember ORDER BY Member.Username";

pub(in crate::command) async fn show(
    name: &str,
    output: &Output,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    let practice = Arc::new(practice::open(name, &Home::of(&desk.world)?)?);
    let token = practice::token(&practice)?;
    let door = Door::new(practice, Arc::clone(&desk.world.clock));
    let wire: Arc<dyn Wire> = Arc::new(PracticeWire::new(door));
    let mails = mails(wire.as_ref(), &token).await?;
    let org = Client::new(wire, Arc::new(Fixed::new(Secret::new(token))));
    let sites = sites(&org).await?;
    // Without Digital Experiences users have no accounts.
    let users = match sites {
        Some(_) => org.query(EXTERNAL_USERS).await?,
        None => Vec::new(),
    };
    let shown = Shown {
        accounts: accounts(&org, &users).await?,
        roles: roles(&org).await?,
        sites,
        mails,
    };
    if output.json {
        let mut document = json!({ "format": FORMAT, "practice": name });
        let shown = serde_json::to_value(&shown).expect("texts and lists serialise");
        for (part, value) in shown.as_object().into_iter().flatten() {
            document[part] = value.clone();
        }
        desk.document(&document);
    } else {
        desk.print(report::practice_page(name, &shown));
    }
    Ok(Exit::Done)
}

async fn accounts(org: &Client, users: &[Value]) -> Result<Vec<Account>, OrgError> {
    let mut by_account: BTreeMap<String, Vec<User>> = BTreeMap::new();
    for record in users {
        let account = by_account.entry(text(&record["AccountId"])).or_default();
        account.push(User {
            username: text(&record["Username"]),
            name: text(&record["Name"]),
            active: record["IsActive"] == json!(true),
            profile: text(&record["Profile"]["Name"]),
            role: maybe(&record["UserRole"]["Name"]),
        });
    }
    let account = |record: Value| Account {
        users: by_account.remove(&text(&record["Id"])).unwrap_or_default(),
        id: text(&record["Id"]),
        name: text(&record["Name"]),
        owner: text(&record["Owner"]["Username"]),
        owner_role: maybe(&record["Owner"]["UserRole"]["Name"]),
    };
    Ok(org
        .query(ACCOUNTS)
        .await?
        .into_iter()
        .map(account)
        .collect())
}

async fn roles(org: &Client) -> Result<Vec<Role>, OrgError> {
    let users = org.query(USERS).await?;
    let role = |record: Value| Role {
        users: users
            .iter()
            .filter(|user| user["UserRoleId"] == record["Id"])
            .count(),
        id: text(&record["Id"]),
        name: text(&record["Name"]),
        parent_id: maybe(&record["ParentRoleId"]),
        portal_type: maybe(&record["PortalType"]).filter(|kind| kind != "None"),
    };
    Ok(org.query(ROLES).await?.into_iter().map(role).collect())
}

/// None where Digital Experiences is off, and with it the objects.
async fn sites(org: &Client) -> Result<Option<Vec<Site>>, OrgError> {
    let records = match org.query(SITES).await {
        Err(OrgError::Refused(refusal)) if refusal.code == "INVALID_TYPE" => return Ok(None),
        records => records?,
    };
    let members = org.query(MEMBERS).await?;
    let site = |record: Value| Site {
        members: members
            .iter()
            .filter(|member| member["NetworkId"] == record["Id"])
            .map(|member| text(&member["Member"]["Username"]))
            .collect(),
        id: text(&record["Id"]),
        name: text(&record["Name"]),
        status: text(&record["Status"]),
        path: text(&record["UrlPathPrefix"]),
    };
    Ok(Some(records.into_iter().map(site).collect()))
}

/// A Salesforce org does not show this, so the client has no request for it.
async fn mails(wire: &dyn Wire, token: &str) -> Result<Vec<Mail>, Error> {
    let request = http::Request::get("/practice/mails")
        .header("authorization", format!("Bearer {token}"))
        .body(Bytes::new())
        .expect("a fixed path and a token of letters make a request");
    let broken = |why: String| Error::new(Exit::Failed, "practice/broken", why);
    let answer = wire
        .send(request)
        .await
        .map_err(|error| broken(error.to_string()))?;
    let answer: Value =
        serde_json::from_slice(answer.body()).map_err(|error| broken(error.to_string()))?;
    let mails = answer["mails"].as_array().into_iter().flatten();
    let mail = |mail: &Value| Mail {
        at: text(&mail["at"]),
        to: text(&mail["to"]),
        kind: text(&mail["kind"]),
        subject: text(&mail["subject"]),
        site: maybe(&mail["site"]),
    };
    Ok(mails.map(mail).collect())
}

fn text(value: &Value) -> String {
    maybe(value).unwrap_or_default()
}

fn maybe(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
