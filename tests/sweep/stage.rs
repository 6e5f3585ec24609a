//! What the cases of one recipe share: the org at the start, after an undisturbed run, after that was
//! taken back; and how much there is to count.

use rusqlite::{Connection, OpenFlags};

use crate::sweep::case::{Counts, Hurt, Phase};
use crate::sweep::dump::Dump;
use crate::world::{Org, Product};

/// A recipe of the sweep's own, beside those in the box.
pub(crate) const OWN: &str = "./creates.toml";

/// Looks that bring everything in the background to its end.
const LOOKS: usize = 12;

/// How an undo ends well. 2: a recipe that only looks leaves nothing to take back; 20: something of it stays.
pub(crate) const UNDONE: &[u8] = &[0, 2, 20];

/// One recipe, ready to be hurt.
pub(crate) struct Stage {
    pub(crate) recipe: String,
    /// The practice org's file below a home: an example may start from an org of its own.
    file: String,
    /// What people allow the plugins of the sweep's own recipe.
    grants: Option<String>,
    begun: Product,
    applied: Product,
    pub(crate) start: Dump,
    pub(crate) whole: Dump,
    pub(crate) undone: Dump,
    apply: Traces,
    undo: Traces,
}

/// What an undisturbed run sent and wrote down.
struct Traces {
    /// `POST /services/…`
    requests: Vec<String>,
    /// The kinds of events.
    events: Vec<String>,
}

impl Stage {
    /// Runs the recipe undisturbed and takes the run back.
    pub(crate) fn of(recipe: &str) -> Self {
        let begun = Product::new();
        let grants = bring_own(&begun, recipe);
        // Makes the org, and says which.
        let planned = begun.run(&format!("plan {recipe} --org practice --json"));
        assert_eq!(planned.exit, 0, "{recipe}: {}", planned.text());
        let planned = planned.json();
        let alias = planned["org"]["alias"].as_str().expect("an alias");
        let name = alias.split_once(':').map_or(alias, |(_, name)| name);
        let file = format!("home/state/practice/{name}.db");
        // Makes the journal, so that cases can prepare it.
        let runs = begun.run("runs");
        assert_eq!(runs.exit, 0, "{}", runs.text());
        let start = settled(&begun, &file);
        let applied = fork(&begun, &grants);
        let apply = traces(applied, &apply_line(recipe), &[0]);
        let (applied, apply) = apply;
        let whole = settled(&applied, &file);
        let (taken_back, undo) = traces(fork(&applied, &grants), "undo --yes", UNDONE);
        let undone = settled(&taken_back, &file);
        Self {
            recipe: recipe.to_owned(),
            file,
            grants,
            begun,
            applied,
            start,
            whole,
            undone,
            apply,
            undo,
        }
    }

    /// The command line that every case begins with.
    pub(crate) fn apply(&self) -> String {
        apply_line(&self.recipe)
    }

    /// A home in which only the org at the start is.
    pub(crate) fn fresh(&self) -> Product {
        self.fork(&self.begun)
    }

    /// A home in which the recipe was applied undisturbed.
    pub(crate) fn applied(&self) -> Product {
        self.fork(&self.applied)
    }

    /// A home that holds what another one does.
    pub(crate) fn fork(&self, of: &Product) -> Product {
        fork(of, &self.grants)
    }

    /// The org of a home, once everything in the background has come to its end.
    pub(crate) fn settled(&self, product: &Product) -> Dump {
        settled(product, &self.file)
    }

    /// The kinds of events of an undisturbed run, in order.
    pub(crate) fn events(&self, phase: Phase) -> &[String] {
        &self.traces(phase).events
    }

    /// The writing requests of an undisturbed run among all, from 1.
    pub(crate) fn writes(&self) -> Vec<u64> {
        let places = self.apply.requests.iter().enumerate();
        let places = places.filter(|(_, line)| writes(line));
        places.map(|(place, _)| place as u64 + 1).collect()
    }

    /// How many points there are at which a run can be hurt so.
    pub(crate) fn points(&self, phase: Phase, hurt: Hurt) -> u64 {
        let traces = self.traces(phase);
        let lines = || traces.requests.iter();
        let count = match hurt.counts() {
            Counts::Requests => lines().count(),
            Counts::Writes => lines().filter(|line| writes(line)).count(),
            Counts::Saves => lines().filter(|line| saves(line)).count(),
            Counts::Jobs => lines().filter(|line| starts_job(line)).count(),
            Counts::Events => traces.events.len(),
        };
        count as u64
    }

    fn traces(&self, phase: Phase) -> &Traces {
        match phase {
            Phase::Apply => &self.apply,
            Phase::Undo => &self.undo,
        }
    }
}

/// The kinds of all events of a home's journal, run by run.
pub(crate) fn events(product: &Product) -> Vec<String> {
    let file = product.path("home/state/journal.db");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let Ok(db) = Connection::open_with_flags(file, flags) else {
        return Vec::new();
    };
    let sql = "SELECT event.json FROM event JOIN run ON run.id = event.run ORDER BY run.began_ms, run.id, event.number";
    let mut statement = db.prepare(sql).expect("a journal");
    let found = statement.query_map([], |row| row.get::<_, String>(0));
    let found = found.expect("events");
    found.map(|json| kind(&json.expect("an event"))).collect()
}

/// Runs a command undisturbed: the home then, and what it sent and wrote down.
fn traces(mut product: Product, line: &str, exits: &[u8]) -> (Product, Traces) {
    let before = events(&product).len();
    product.set("USHER_LOG", "requests");
    let ran = product.run(line);
    product.unset("USHER_LOG");
    assert!(exits.contains(&ran.exit), "{line}: {}", ran.text());
    let requests = ran.err.lines().filter_map(request).collect();
    let events = events(&product).split_off(before);
    (product, Traces { requests, events })
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

fn fork(of: &Product, grants: &Option<String>) -> Product {
    let fork = of.fork();
    bring(&fork, grants);
    fork
}

/// Brings the sweep's own recipe, when it is that one, and the grants that its refusal prints.
fn bring_own(product: &Product, recipe: &str) -> Option<String> {
    if recipe != OWN {
        return None;
    }
    bring(product, &Some(String::new()));
    let refused = product.run(&format!("plan {recipe} --org practice"));
    let grants = Some(refused.lines_to_add());
    bring(product, &grants);
    grants
}

fn bring(product: &Product, grants: &Option<String>) {
    if let Some(grants) = grants {
        product.write("creates.toml", include_str!("creates.toml"));
        product.write("home/config/grants.toml", grants);
    }
}

/// Whether a request changes the org. Composites of ours only read; so do envelopes, as far as the path
/// can tell.
fn writes(line: &str) -> bool {
    !line.starts_with("GET") && !line.ends_with("/composite") && !line.contains("/Soap/")
}

fn saves(line: &str) -> bool {
    writes(line) && (line.contains("/composite/sobjects") || line.contains("/sobjects/"))
}

fn starts_job(line: &str) -> bool {
    line.starts_with("POST") && line.contains("/connect/communities")
}

/// `intent` of `{"intent": {…}}`, `resumed` of `"resumed"`.
fn kind(json: &str) -> String {
    let event: serde_json::Value = serde_json::from_str(json).expect("JSON");
    let name = event.as_object().and_then(|object| object.keys().next());
    name.map(String::as_str)
        .or(event.as_str())
        .unwrap_or_default()
        .to_owned()
}

/// `POST /services/…` of `request 200 POST /services/…`.
fn request(line: &str) -> Option<String> {
    let rest = line.strip_prefix("request ")?;
    let (_, line) = rest.split_once(' ')?;
    let path = line.split('?').next().unwrap_or(line);
    Some(path.to_owned())
}
