//! Users whom sign-in refuses.

use crate::row::{Row, text};
use crate::sign_in::Desk;
use crate::sign_in::app::{App, Permitted};
use crate::sign_in::denied::{Denied, Signed};
use crate::sign_in::session::MAY_SIGN_IN;
use crate::sign_in::switches::IP_RESTRICTED;

/// Refuses a user who may not sign in, from here.
pub(super) fn may_sign_in(desk: &Desk<'_>, user: &Row) -> Signed<()> {
    if desk.lists(IP_RESTRICTED, text(user, "Username"))? {
        return Err(Denied::grant("ip restricted"));
    }
    let sql =
        format!("SELECT EXISTS (SELECT 1 FROM \"User\" u WHERE u.\"Id\" = ? AND {MAY_SIGN_IN})");
    let may: bool = desk
        .org
        .db
        .query_row(&sql, [text(user, "Id")], |row| row.get(0))?;
    match may {
        true => Ok(()),
        // [inferred] That a frozen user gets the same answer.
        false => Err(Denied::grant("inactive user")),
    }
}

/// Refuses a user whom an administrator has not approved for an app that asks for it.
pub(super) fn may_use(desk: &Desk<'_>, app: &App, user: &Row) -> Signed<()> {
    match app.permitted == Permitted::Everyone || app.is_approved(&desk.org, user)? {
        true => Ok(()),
        false => Err(Denied::new(
            "invalid_app_access",
            "user is not admin approved to access this app",
        )),
    }
}
