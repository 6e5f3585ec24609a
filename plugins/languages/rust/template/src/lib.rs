//! A user has a title.

use usher_sdk::{
    Answer, Change, Diagnostic, Failure, Id, Input, Org, Output, ReadRecord, StepPlan, WriteRecord,
};

// A person allows what stands here, and nothing else compiles.
usher_sdk::plugin! {
    summary: "A user has a title",
    plan: plan,
    reads: [User],
    updates: [Title],
}

#[derive(Input)]
struct Given {
    /// Id of the user
    user: Id<User>,
    /// The title that the user gets
    #[input(also = r#"{"minLength": 1, "maxLength": 80}"#)]
    title: String,
}

#[derive(Output)]
struct Outputs {
    /// Id of the user
    user_id: Id<User>,
}

#[derive(ReadRecord)]
#[record(object = "User")]
struct User {
    id: Id<User>,
    username: String,
    title: String,
}

#[derive(WriteRecord)]
#[record(of = User)]
struct Title {
    title: String,
}

fn plan(input: Given, org: &dyn Org) -> Result<Answer<Outputs>, Failure> {
    let Some(user) = org.with_id::<User>(&input.user)? else {
        let problem = Diagnostic::error("unknown-user", "/user", "There is no such user");
        return Err(Failure::invalid(problem));
    };
    let mut plan = StepPlan::new();
    if !User::TITLE.is_as_wanted(&user.title, &input.title) {
        let who = &user.username;
        let summary = format!("Give {who} the title {}", input.title);
        let title = Title { title: input.title };
        plan.change(Change::new(
            format!("title/{who}"),
            summary,
            title.update(&user.id),
        ));
    }
    Ok(plan.outputs(Outputs { user_id: user.id }))
}

#[cfg(test)]
mod tests {
    /// The rehearsals of `usher plugin test`, natively: `cargo test`.
    #[test]
    fn rehearsals_are_as_expected() {
        super::plugin().rehearse_all("tests");
    }
}
