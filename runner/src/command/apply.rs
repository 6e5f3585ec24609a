//! `usher apply`: show, ask, change exactly that.

use crate::command::console::attended;
use crate::command::ended;
use crate::command::manner::Manner;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow::{self, Applied, Applying};

pub(super) async fn run(
    applying: &Applying,
    manner: Manner<'_>,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    let (mut attendant, world) = attended(desk, manner);
    let applied = flow::apply(applying, &mut attendant, world).await;
    match applied.map_err(|error| ended::refused(error, manner, desk))? {
        Applied::Over(planned) => ended::planned(&planned, manner, desk),
        Applied::NotApproved(plan) => ended::not_approved(plan, manner, desk),
        Applied::Ran(ran) => ended::ran(ran, manner, desk),
    }
}
