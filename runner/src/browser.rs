//! The browser of the person. It is given addresses that hold no token: the list of processes shows them to everyone on
//! the machine.

mod page;

use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use crate::world::World;

pub(crate) use page::Page;

/// Opens an address in the browser of the person, if there is one. It is not waited for.
pub(crate) fn open(address: &str, world: &World) -> bool {
    let Some((program, mut args)) = opener(world) else {
        return false;
    };
    match args.iter_mut().find(|arg| arg.contains("%s")) {
        Some(arg) => *arg = arg.replace("%s", address),
        None => args.push(address.to_owned()),
    }
    // A browser gets no variable of Usher, as those may hold tokens.
    let variables = world.variables.iter();
    let variables = variables.filter(|(name, _)| !name.starts_with("USHER_"));
    let child = Command::new(program)
        .args(args)
        .env_clear()
        .envs(variables)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn();
    let Ok(mut child) = child else {
        return false;
    };
    // Some programs are the browser itself and stay: nobody waits for those.
    std::thread::spawn(move || child.wait());
    true
}

/// The program, with its arguments: that of `BROWSER`, else the platform's.
fn opener(world: &World) -> Option<(String, Vec<String>)> {
    if let Some(browser) = world.variable("BROWSER") {
        let first = browser.split(':').next().unwrap_or_default();
        let mut words = first.split_whitespace().map(str::to_owned);
        return words.next().map(|program| (program, words.collect()));
    }
    if cfg!(target_os = "macos") {
        return Some(("open".to_owned(), Vec::new()));
    }
    // Without a display, the opener may start a browser in this terminal.
    let has_display = ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| world.variable(name).is_some());
    has_display.then(|| ("xdg-open".to_owned(), Vec::new()))
}
