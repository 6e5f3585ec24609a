//! Rehearsals of a plugin that is made of types: in a test's own words, and from files as `usher plugin test` has them.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::{fs, thread_local};

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use crate::testing::{Manifest, Rehearsal, rehearsed};
use crate::{Org, Plugin};

/// One file of `tests/`: an org, an input, and the answer that is expected.
///
/// ```toml
/// title = "A user without the title gets it"
/// input = { user = "005D0000001aBcDIAU", title = "Countess" }
///
/// [[org.records.User]]            # the state of the org, as `OrgState` describes it, below `org`
/// Id = "005D0000001aBcDIAU"
/// Username = "ada@example.com"
///
/// [expected]
/// answer = """
/// ~ title/ada@example.com: Give ada@example.com the title Countess
///     update User "005D0000001aBcDIAU" {Title: "Countess"}
///     undo: restore
/// = {"user_id":"005D0000001aBcDIAU"}
/// """
/// refused = ["…"]                 # in the place of an answer: Usher must refuse it
/// log = ["…"]                     # left out: not compared
/// ```
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// For people.
    #[serde(rename = "title")]
    _title: String,
    #[serde(default)]
    input: Map<String, Json>,
    #[serde(default)]
    org: toml::Table,
    #[serde(default)]
    expected: Expected,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Expected {
    answer: Option<String>,
    refused: Vec<String>,
    log: Option<Vec<String>>,
}

impl Plugin {
    /// Plans with `input` against the org that `org` describes (see [`OrgState`](crate::testing::OrgState)) and gives the answer as text.
    /// Defaults of the input are filled in.
    ///
    /// # Panics
    ///
    /// The types make no valid manifest; `org` cannot be read; `input` does not fit; Usher would refuse the answer.
    #[track_caller]
    pub fn rehearse(&self, org: &str, input: Json) -> String {
        self.try_rehearse(org, input).taken()
    }

    /// Plans like [`Plugin::rehearse`]. Usher may refuse the answer.
    ///
    /// # Panics
    ///
    /// The types make no valid manifest; `org` cannot be read; `input` does not fit.
    #[track_caller]
    pub fn try_rehearse(&self, org: &str, input: Json) -> Rehearsal {
        let plan = |input: Json, org: &dyn Org| self.plan(&input.to_string(), org);
        rehearsed(&self.checked_manifest(), org, &input, plan)
    }

    /// Rehearses every `.toml` file of a folder, the ones that `usher plugin test` rehearses on the component. A test
    /// runs in the package's folder, so that `plugin().rehearse_all("tests")` finds them.
    ///
    /// # Panics
    ///
    /// There is no such file, or an answer is not as its file says: all differences at once. A panic of the planner is
    /// one of them, with its message and its place.
    #[track_caller]
    pub fn rehearse_all(&self, folder: impl AsRef<Path>) {
        let folder = folder.as_ref();
        let files = files(folder).unwrap_or_else(|why| panic!("`{}`: {why}", folder.display()));
        assert!(
            !files.is_empty(),
            "`{}` holds no rehearsal: no file ends in `.toml`",
            folder.display()
        );
        let wrong: Vec<String> = files
            .iter()
            .filter_map(|file| {
                let why = self.rehearse_file(file).err()?;
                Some(format!("{}:\n{why}", file.display()))
            })
            .collect();
        assert!(
            wrong.is_empty(),
            "{} of {} rehearsals are not as expected\n\n{}",
            wrong.len(),
            files.len(),
            wrong.join("\n\n")
        );
    }

    /// The manifest as text of several lines, for a test that shows each change of it.
    ///
    /// # Panics
    ///
    /// Usher would refuse the manifest.
    #[track_caller]
    pub fn shown_manifest(&self) -> String {
        self.checked_manifest();
        let json: Json = serde_json::from_str(&self.manifest()).expect("parsed before");
        format!("{json:#}\n")
    }

    #[track_caller]
    fn checked_manifest(&self) -> Manifest {
        let manifest = self.manifest();
        Manifest::parse(&manifest).unwrap_or_else(|why| panic!("{why}\n{manifest}"))
    }

    fn rehearse_file(&self, file: &Path) -> Result<(), String> {
        let toml = fs::read_to_string(file).map_err(|error| error.to_string())?;
        let file: File = toml::from_str(&toml).map_err(|error| error.to_string())?;
        let org = toml::to_string(&file.org).map_err(|error| error.to_string())?;
        let input = Json::Object(file.input);
        let rehearsed = caught(|| self.try_rehearse(&org, input))?;
        match differences(&file.expected, &rehearsed) {
            differences if differences.is_empty() => Ok(()),
            differences => Err(differences.join("\n")),
        }
    }
}

/// Compares as `usher plugin test` does: the answer counts where Usher takes it.
fn differences(expected: &Expected, rehearsed: &Rehearsal) -> Vec<String> {
    let answer = &rehearsed.answer;
    if expected.answer.is_none() && expected.refused.is_empty() {
        return vec![format!(
            "it expects no answer yet; `usher plugin test --update` writes this one:\n{answer}"
        )];
    }
    let mut differences = vec![];
    if expected.refused != rehearsed.refused {
        differences.push(format!(
            "Usher should refuse {:?}, and refuses {:?}",
            expected.refused, rehearsed.refused
        ));
    } else if expected.refused.is_empty() && expected.answer.as_ref() != Some(answer) {
        let expected = expected.answer.as_deref().unwrap_or_default();
        differences.push(format!("expected answer:\n{expected}\nanswer:\n{answer}"));
    }
    if let Some(log) = &expected.log
        && *log != rehearsed.log
    {
        differences.push(format!(
            "expected log {log:?}, and the log is {:?}",
            rehearsed.log
        ));
    }
    differences
}

impl Rehearsal {
    /// The answer.
    ///
    /// # Panics
    ///
    /// Usher would refuse it.
    #[track_caller]
    pub fn taken(self) -> String {
        assert!(
            self.refused.is_empty(),
            "Usher would refuse this answer:\n  {}\n\n{}",
            self.refused.join("\n  "),
            self.answer
        );
        self.answer
    }
}

/// The rehearsals of a folder, sorted.
fn files(folder: &Path) -> Result<Vec<PathBuf>, std::io::Error> {
    let mut files = vec![];
    for entry in folder.read_dir()? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

thread_local! {
    /// The message and the place of the last panic.
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Calls a function; a panic is an error that says its message and its place.
fn caught<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    static NOTED: Once = Once::new();
    NOTED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic: &PanicHookInfo<'_>| {
            PANIC.set(panic.to_string());
            before(panic);
        }));
    });
    panic::catch_unwind(AssertUnwindSafe(call)).map_err(|_| PANIC.take())
}
