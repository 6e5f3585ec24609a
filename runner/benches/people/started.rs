//! Start-up, and planning alone: the first plan on a new machine, the same plan again, the plan of a long recipe, and
//! items planned in a second.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Child, Command};

use crate::served::{Measured, Served, finish, spawn};
use crate::table::say;

/// Runs of which the fastest counts.
const TRIES: usize = 10;

/// Steps of the long recipe.
const STEPS: usize = 100;

fn fastest(times: usize, mut once: impl FnMut() -> Measured) -> Measured {
    (0..times)
        .map(|_| once())
        .min_by_key(|measured| measured.wall)
        .expect("it ran")
}

/// Says what the first plan takes on a machine that Usher never ran on, and the same plan again, on a practice org.
pub(crate) fn start_up(folder: &Path) {
    say(&format!(
        "\n{:<40} {:>8} {:>8} {:>5}\n",
        "start-up", "wall ms", "cpu ms", "MiB"
    ));
    for recipe in ["fsc/customer-user", "fsc/assign-permissions"] {
        let words = ["plan", recipe, "--org", "practice"];
        let plan = |home: &str| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_usher"));
            command.args(words);
            finish(folder, &words, || spawn(folder, home, &mut command))
        };
        let home = format!("new-{}", recipe.replace('/', "-"));
        let first = plan(&home);
        let again = fastest(TRIES, || plan(&home));
        for (name, measured) in [("first plan", first), ("again", again)] {
            say(&format!(
                "{:<40} {:>8} {:>8.0} {:>5}\n",
                format!("{recipe}, {name}"),
                measured.wall.as_millis(),
                measured.cpu * 1_000.0,
                measured.peak
            ));
        }
    }
}

/// Says what each step of a recipe of a hundred steps costs beyond a recipe of one step.
pub(crate) fn long_recipe(folder: &Path) {
    let plan = |steps: usize| {
        let name = format!("steps{steps}.toml");
        let mut recipe = String::from("format = 1\ntitle = \"Many records\"\n");
        for step in 0..steps {
            write!(
                recipe,
                "\n[[steps]]\nid = \"account_{step}\"\nuse = \"ensure-record\"\n\
                 with = {{ object = \"Account\", key = {{ Name = \"Bench {step}\" }} }}\n"
            )
            .expect("text");
        }
        std::fs::write(folder.join(&name), recipe).expect("written");
        let run = |words: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_usher"));
            command.args(words);
            finish(folder, words, || spawn(folder, "long", &mut command))
        };
        run(&["allow", &name, "--yes"]);
        run(&["plan", &name, "--org", "practice"]);
        fastest(TRIES, || run(&["plan", &name, "--org", "practice"]))
    };
    let (one, many) = (plan(1), plan(STEPS));
    let per_step = |one: f64, many: f64| (many - one) * 1_000.0 / (STEPS - 1) as f64;
    say(&format!(
        "\na recipe of {STEPS} steps: {:.2} ms wall and {:.2} ms of computing for each step beyond the first, \
         with the practice org in the same process\n",
        per_step(one.wall.as_secs_f64(), many.wall.as_secs_f64()),
        per_step(one.cpu, many.cpu)
    ));
}

/// Says how many items are planned in a second on one core and on two. The org answers without waiting.
pub(crate) fn items(folder: &Path, people: u64, served: &Served) {
    let words = [
        "plan",
        "people.toml",
        "--rows",
        "people.csv",
        "--org",
        &served.url,
    ];
    let plan = |cores: &str| -> Child {
        let mut command = Command::new("taskset");
        command.args(["-c", cores, env!("CARGO_BIN_EXE_usher")]);
        command.args(words).env("USHER_TOKEN", &served.token);
        spawn(folder, "home", &mut command)
    };
    let is_there = Command::new("taskset").args(["-c", "0,1", "true"]).status();
    if !is_there.is_ok_and(|ended| ended.success()) {
        return say("\nno `taskset`, or not two cores: items a second are not measured\n");
    }
    // An item of each person for the user, and one for the permission sets.
    let items = (people * 2) as f64;
    say("\nplanning\n");
    for (name, cores) in [("one core", "0"), ("two cores", "0,1")] {
        let computed = served.cpu();
        let measured = finish(folder, &words, || plan(cores));
        let wall = measured.wall.as_secs_f64();
        let by_org = served.cpu() - computed;
        say(&format!(
            "{name:<10} {:>6.0} items a second of computing, {:>6.0} a second of wall time ({wall:.1} s, of which the org computed {by_org:.1} s)\n",
            items / measured.cpu,
            items / wall,
        ));
    }
}
