//! The results of the test of a plugin, as data.

use usher_host::Plugin;

/// The parts of the test, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Rehearsals,
    Practice,
    Generated,
}

/// The result of testing a plugin.
pub(crate) struct Tested {
    pub(crate) name: String,
    pub(crate) version: String,
    /// The component, as the folder names it.
    pub(crate) file: String,
    pub(crate) digest: String,
    pub(crate) cases: Vec<Case>,
    /// In words: things that the manifest declares and no test needed.
    pub(crate) unused: Vec<String>,
    /// In words: things that were put into the manifest.
    pub(crate) declared: Vec<String>,
}

/// One test.
pub(crate) struct Case {
    pub(crate) part: Part,
    pub(crate) title: String,
    /// The file that describes it, below the plugin's folder.
    pub(crate) file: Option<String>,
    pub(crate) outcome: Outcome,
}

/// The result of one test.
pub(crate) enum Outcome {
    /// As expected. The text says more about it, or is empty.
    Passed(String),
    /// The answer of now was written into the file.
    Written,
    /// The test cannot be made; the text says why.
    Skipped(String),
    /// Something about other tests.
    Noted(String),
    Failed(Wrong),
}

/// The reasons for which a test failed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wrong {
    /// One sentence for each thing that is wrong.
    pub(crate) why: Vec<String>,
    /// The expected text and the text that came, when these differ.
    pub(crate) texts: Option<Box<(String, String)>>,
    pub(crate) remedy: Option<String>,
    /// The lines that the plugin logged.
    pub(crate) log: Vec<String>,
}

impl Wrong {
    pub(super) fn because(why: impl Into<String>) -> Self {
        Self {
            why: vec![why.into()],
            ..Self::default()
        }
    }
}

impl Case {
    pub(super) fn of(part: Part, title: impl Into<String>, outcome: Outcome) -> Self {
        Self {
            part,
            title: title.into(),
            file: None,
            outcome,
        }
    }

    pub(crate) fn is_failed(&self) -> bool {
        matches!(self.outcome, Outcome::Failed(_))
    }
}

impl Tested {
    pub(super) fn of(plugin: &Plugin, file: String, cases: Vec<Case>, unused: Vec<String>) -> Self {
        let manifest = plugin.manifest();
        Self {
            name: manifest.name.clone(),
            version: manifest.version.to_string(),
            file,
            digest: plugin.digest().to_owned(),
            cases,
            unused,
            declared: Vec::new(),
        }
    }
}
