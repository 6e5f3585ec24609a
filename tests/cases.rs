//! Orgs as people have them, and what befell others in them: each state is planned right, or refused before anything is
//! written, with the rule and something that a person can set.

mod accounts;
pub(crate) mod between;
mod fields;
mod kept;
mod names;
mod profiles;
mod rights;
mod roles;
mod users;
mod waits;

use crate::world::{Product, Ran};

/// Runs a command with inputs, which may hold blanks.
pub(crate) fn run(product: &Product, command: &str, org: &str, inputs: &[&str]) -> Ran {
    let mut words: Vec<&str> = command.split_whitespace().collect();
    words.extend(["--org", org]);
    for input in inputs {
        words.extend(["--set", input]);
    }
    product.run_words(&words)
}

/// The exit code, and the lines that hold one of these words.
pub(crate) fn lines(ran: &Ran, words: &[&str]) -> String {
    let all = ran.out.lines().chain(ran.err.lines());
    let mut told = format!("exit {}\n", ran.exit);
    for line in all.filter(|line| words.iter().any(|word| line.contains(word))) {
        told.push_str(line.trim());
        told.push('\n');
    }
    told
}

/// The exit code, and what went wrong without the places in the recipe.
pub(crate) fn refusal(ran: &Ran) -> String {
    lines(ran, &["error: ", "= help: ", "help: ", "code: "])
}
