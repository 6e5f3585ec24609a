//! `usher resume`: go on with a run that ended early.

use crate::command::console::attended;
use crate::command::ended;
use crate::command::manner::Manner;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow::{self, Resumed, Resuming};

pub(super) async fn run(
    resuming: &Resuming,
    manner: Manner<'_>,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    let (mut attendant, world) = attended(desk, manner);
    match flow::resume(resuming, &mut attendant, world).await? {
        Resumed::NotApproved(plan) => ended::not_approved(plan, manner, desk),
        Resumed::Ran(ran) => ended::ran(ran, manner, desk),
    }
}
