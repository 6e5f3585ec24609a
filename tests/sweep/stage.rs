//! The stage that the cases of one recipe share: the org at the start, after an undisturbed run, and after its undo;
//! and the numbers of points.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

use crate::sweep::case::{Counts, Phase};
use crate::sweep::dump::Dump;
use crate::sweep::hurt::{Deed, Hurt};
use crate::sweep::rivalry::{Rivalry, rivalries, undo_rivalries};
use crate::sweep::trace::Trace;
use crate::world::{Org, Product};

/// A recipe of the sweep's own, beside those in the box.
pub(crate) const OWN: &str = "./creates.toml";

/// An administrator beside the one that Usher signs in as.
pub(crate) const SECOND_ADMIN: &str = "rita.rival@practice.usher.example";

/// Looks that bring everything in the background to its end.
const LOOKS: usize = 12;

/// The exit codes of an undo that ends well. 2: a recipe that only looks leaves nothing to undo; 20: something of it
/// stays.
pub(crate) const UNDONE: &[u8] = &[0, 2, 20];

/// One recipe, ready to be hurt.
pub(crate) struct Stage {
    pub(crate) recipe: String,
    /// The practice org below a home: an example may start from an org of its own.
    practice: String,
    begun: Product,
    applied: Product,
    pub(crate) start: Dump,
    pub(crate) whole: Dump,
    pub(crate) undone: Dump,
    apply: Trace,
    undo: Trace,
    rivalries: [Vec<Rivalry>; 2],
}

impl Stage {
    /// Runs the recipe undisturbed and undoes the run.
    pub(crate) fn of(recipe: &str) -> Self {
        let begun = Product::new();
        bring(&begun, recipe);
        let plan = format!("plan {recipe} --org practice --json");
        // Makes the org, and says which.
        let planned = begun.run(&plan);
        assert_eq!(planned.exit, 0, "{recipe}: {}", planned.text());
        let planned = planned.json();
        let alias = planned["org"]["alias"].as_str().expect("an alias");
        let practice = alias.split_once(':').map_or(alias, |(_, name)| name);
        let practice = practice.to_owned();
        // Makes the journal, so that cases can prepare it.
        let runs = begun.run("runs");
        assert_eq!(runs.exit, 0, "{}", runs.text());
        let file = file(&practice);
        let org = Org::open(&begun.path(&file));
        make_second_admin(&org);
        let username = planned["org"]["username"].as_str().expect("a text");
        let user = org.id("User", &format!("Username = '{username}'"));
        drop(org);
        let start = settled(&begun, &file);
        let (begun, planning) = Trace::of(begun, &plan, &[0]);
        let line = format!("{} --json", apply_line(recipe));
        let (applied, apply) = Trace::of(fork(&begun, recipe), &line, &[0]);
        let whole = settled(&applied, &file);
        let line = "undo --yes --yes-destroy --json";
        let (taken_back, undo) = Trace::of(fork(&applied, recipe), line, UNDONE);
        let undone = settled(&taken_back, &file);
        let rivalries = [
            rivalries(&planning, &apply, &whole, &user),
            undo_rivalries(&undo, &undone),
        ];
        Self {
            recipe: recipe.to_owned(),
            practice,
            begun,
            applied,
            start,
            whole,
            undone,
            apply,
            undo,
            rivalries,
        }
    }

    /// The command line that every case begins with.
    pub(crate) fn apply(&self) -> String {
        apply_line(&self.recipe)
    }

    /// The name of the practice org.
    pub(crate) fn practice(&self) -> &str {
        &self.practice
    }

    /// A home in which only the org at the start is.
    pub(crate) fn fresh(&self) -> Product {
        self.fork(&self.begun)
    }

    /// A home in which the recipe was applied undisturbed.
    pub(crate) fn applied(&self) -> Product {
        self.fork(&self.applied)
    }

    /// A home with a copy of another one.
    pub(crate) fn fork(&self, of: &Product) -> Product {
        fork(of, &self.recipe)
    }

    /// The org of a home, once everything in the background has come to its end.
    pub(crate) fn settled(&self, product: &Product) -> Dump {
        settled(product, &file(&self.practice))
    }

    /// The kinds of events of an undisturbed run, in order.
    pub(crate) fn events(&self, phase: Phase) -> &[String] {
        &self.trace(phase).events
    }

    /// The writing requests of an undisturbed run among all, from 1.
    pub(crate) fn writes(&self) -> Vec<u64> {
        self.apply.writes()
    }

    /// The exit code of an undisturbed undo.
    pub(crate) fn undo_exit(&self) -> u8 {
        self.undo.ran.exit
    }

    /// The places where another user can act before the run.
    pub(crate) fn rivalries(&self, phase: Phase, deed: Deed) -> impl Iterator<Item = &Rivalry> {
        let [apply, undo] = &self.rivalries;
        let rivalries = match phase {
            Phase::Apply => apply,
            Phase::Undo => undo,
        };
        rivalries.iter().filter(move |rivalry| rivalry.deed == deed)
    }

    /// Returns the number of points at which a run can be hurt so.
    pub(crate) fn points(&self, phase: Phase, hurt: Hurt) -> u64 {
        let trace = self.trace(phase);
        let count = match hurt.counts() {
            Counts::Events => trace.events.len(),
            Counts::Deeds(deed) => self.rivalries(phase, deed).count(),
            other => trace.count(other),
        };
        count as u64
    }

    fn trace(&self, phase: Phase) -> &Trace {
        match phase {
            Phase::Apply => &self.apply,
            Phase::Undo => &self.undo,
        }
    }
}

/// All events of a home's journal, run by run.
pub(crate) fn events(product: &Product) -> Vec<String> {
    events_in(&product.path(""))
}

/// All events of the journal in a folder.
pub(crate) fn events_in(folder: &Path) -> Vec<String> {
    let file = folder.join("home/state/journal.db");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let Ok(db) = Connection::open_with_flags(file, flags) else {
        return Vec::new();
    };
    let sql = "SELECT event.json FROM event JOIN run ON run.id = event.run ORDER BY run.began_ms, run.id, event.number";
    let mut statement = db.prepare(sql).expect("a journal");
    let found = statement.query_map([], |row| row.get::<_, String>(0));
    let found = found.expect("events");
    found.map(|json| json.expect("an event")).collect()
}

fn apply_line(recipe: &str) -> String {
    format!("apply {recipe} --org practice --yes")
}

fn settled(product: &Product, file: &str) -> Dump {
    let file = product.path(file);
    let org = Org::open(&file);
    for _ in 0..LOOKS {
        org.look();
    }
    drop(org);
    Dump::of(&file)
}

fn fork(of: &Product, recipe: &str) -> Product {
    let fork = of.fork();
    bring(&fork, recipe);
    fork
}

/// Brings the sweep's own recipe, when it is that one.
fn bring(product: &Product, recipe: &str) {
    if recipe == OWN {
        product.write_recipe(OWN, include_str!("creates.toml"));
    }
}

fn file(practice: &str) -> String {
    format!("home/state/practice/{practice}.db")
}

/// Makes the admin before everything else, so that the later case does not add one.
fn make_second_admin(org: &Org) {
    let profile = org.id("Profile", "Name = 'System Administrator'");
    let fields = json!({
        "Username": SECOND_ADMIN, "Email": SECOND_ADMIN, "FirstName": "Rita", "LastName": "Rival",
        "Alias": "rrival", "CommunityNickname": "rita.rival", "ProfileId": profile,
        "TimeZoneSidKey": "America/New_York", "LocaleSidKey": "en_US", "EmailEncodingKey": "UTF-8",
        "LanguageLocaleKey": "en_US",
    });
    org.create("User", &fields);
}

/// `intent` of `{"intent": {…}}`, `resumed` of `"resumed"`.
pub(crate) fn kind(json: &str) -> String {
    let event: Value = serde_json::from_str(json).expect("JSON");
    let name = event.as_object().and_then(|object| object.keys().next());
    name.map(String::as_str)
        .or(event.as_str())
        .unwrap_or_default()
        .to_owned()
}
