use std::process::Command;
use std::time::Duration;

use super::run;

fn sh(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

#[test]
fn output_is_given_and_failure_says_why() {
    assert_eq!(
        run(&mut sh("echo out; echo err >&2"), None),
        Ok("out\n".into())
    );
    assert_eq!(
        run(&mut sh("echo out; echo err >&2; exit 3"), None),
        Err("`sh` ended with exit status: 3\nerr".into())
    );
    let error = run(&mut Command::new("no-such-program"), None).expect_err("it is not there");
    assert!(
        error.starts_with("`no-such-program` cannot be started"),
        "{error}"
    );
}

#[test]
fn what_takes_too_long_is_ended() {
    let error = run(&mut sh("exec sleep 60"), Some(Duration::from_millis(50)));
    assert_eq!(error, Err("`sh` gave no answer in 0 s".into()));
}
