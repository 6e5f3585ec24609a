//! Mails that the org would have sent. None leaves: they are listed at `GET /practice/mails`, which no real org has.
//! Salesforce sends them on the occasions of docs/salesforce/users.md#mails; the subjects are invented.

use serde_json::{Value, json};

use crate::refusal::Outcome;
use crate::row::{text, truth};
use crate::schema::object;
use crate::stamp;
use crate::tenant::Tenant;

/// The welcome of a site, once for each member, when the site is live and welcomes at all.
pub(crate) fn welcome(org: &Tenant<'_>, network_id: &str, user_id: &str) -> Outcome<()> {
    let Some(subject) = welcome_subject(org, network_id)? else {
        return Ok(());
    };
    let sql = "SELECT EXISTS (SELECT 1 FROM practice_mail WHERE kind = 'welcome' AND user_id = ? AND network_id = ?)";
    let sent: bool = org
        .db
        .prepare_cached(sql)?
        .query_row([user_id, network_id], |row| row.get(0))?;
    match sent {
        true => Ok(()),
        false => send(org, "welcome", user_id, Some(network_id), &subject),
    }
}

/// The welcome of a site for every member that was not welcomed yet, in the order of the members. One
/// statement: sites have a hundred thousand members and more.
pub(crate) fn welcome_all(org: &Tenant<'_>, network_id: &str) -> Outcome<()> {
    let Some(subject) = welcome_subject(org, network_id)? else {
        return Ok(());
    };
    let sql = "INSERT INTO practice_mail (at, kind, address, user_id, network_id, subject) SELECT ?1, 'welcome', IFNULL(u.\"Email\", ''), m.\"MemberId\", ?2, ?3 FROM \"NetworkMember\" m LEFT JOIN \"User\" u ON u.\"Id\" = m.\"MemberId\" WHERE m.\"NetworkId\" = ?2 AND NOT EXISTS (SELECT 1 FROM practice_mail e WHERE e.user_id = m.\"MemberId\" AND e.network_id = ?2 AND e.kind = 'welcome') GROUP BY m.\"MemberId\" ORDER BY MIN(m.\"Id\")";
    let at = stamp::date_time(org.now_ms);
    let values = (at, network_id, subject);
    org.db.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

/// The subject of a site's welcome; none where the site is not live or sends no welcome mail.
fn welcome_subject(org: &Tenant<'_>, network_id: &str) -> Outcome<Option<String>> {
    let networks = object("Network").expect("the schema has it");
    let needed = ["Name", "OptionsSendWelcomeEmail", "Status"];
    let network = org.part(networks, network_id, &needed)?;
    let welcomes = text(&network, "Status") == "Live" && truth(&network, "OptionsSendWelcomeEmail");
    Ok(welcomes.then(|| format!("Welcome to {}", text(&network, "Name"))))
}

/// The mail by which a new user verifies the account: over SOAP, when the call asks for it.
pub(crate) fn new_user(org: &Tenant<'_>, user_id: &str) -> Outcome<()> {
    send(org, "new-user", user_id, None, "Verify your account")
}

/// The link by which a user sets a new password.
pub(crate) fn password_reset(org: &Tenant<'_>, user_id: &str) -> Outcome<()> {
    send(org, "password-reset", user_id, None, "Reset your password")
}

/// Every mail, oldest first.
pub(crate) fn all(org: &Tenant<'_>) -> Outcome<Value> {
    let sql = "SELECT m.at, m.kind, m.address, m.user_id, m.network_id, n.\"Name\", m.subject FROM practice_mail m LEFT JOIN \"Network\" n ON n.\"Id\" = m.network_id ORDER BY m.number";
    let mut statement = org.db.prepare_cached(sql)?;
    let found = statement.query_map([], |row| {
        Ok(json!({
            "at": row.get::<_, String>(0)?,
            "kind": row.get::<_, String>(1)?,
            "to": row.get::<_, String>(2)?,
            "userId": row.get::<_, String>(3)?,
            "networkId": row.get::<_, Option<String>>(4)?,
            "site": row.get::<_, Option<String>>(5)?,
            "subject": row.get::<_, String>(6)?,
        }))
    })?;
    let mails: Vec<Value> = found.collect::<Result<_, _>>()?;
    Ok(json!({ "mails": mails }))
}

fn send(
    org: &Tenant<'_>,
    kind: &str,
    user_id: &str,
    network_id: Option<&str>,
    subject: &str,
) -> Outcome<()> {
    let users = object("User").expect("the schema has it");
    let user = org.row(users, user_id)?.unwrap_or_default();
    let at = stamp::date_time(org.now_ms);
    let sql = "INSERT INTO practice_mail (at, kind, address, user_id, network_id, subject) VALUES (?, ?, ?, ?, ?, ?)";
    let values = (at, kind, text(&user, "Email"), user_id, network_id, subject);
    org.db.prepare_cached(sql)?.execute(values)?;
    Ok(())
}
