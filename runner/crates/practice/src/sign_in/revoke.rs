//! The end of tokens: `/services/oauth2/revoke`
//! (docs/salesforce/sign-in.md#other-endpoints).

use bytes::Bytes;
use http::{Response, StatusCode};

use crate::sign_in::answer::plain;
use crate::sign_in::denied::{Denied, Signed};
use crate::sign_in::{Desk, end};

pub(super) fn answer(desk: &mut Desk<'_>) -> Signed<Response<Bytes>> {
    let token = desk.needed("token")?;
    match end::one(desk.org.db, token)? {
        true => Ok(plain(StatusCode::OK, "")),
        false => Err(Denied::new("unsupported_token_type", "invalid token")),
    }
}
