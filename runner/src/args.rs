//! The arguments. `--help` is written here and nowhere else.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};

use crate::result_files::Names;

/// Set up external users in Salesforce: preview, approve, apply, check.
#[derive(Parser, Debug)]
#[command(
    name = "usher",
    version,
    max_term_width = 100,
    propagate_version = true
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Show what a recipe would change in an org; change nothing
    Plan {
        #[command(flatten)]
        target: Target,
        /// Save the plan to this file (`.json`); `usher apply FILE` then does exactly that, or refuses
        #[arg(long, short, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Show what a recipe would change, ask, and change exactly that
    Apply {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        consent: Consent,
        /// Take the approval in this file, which `usher approve` has written for the saved plan
        #[arg(long, value_name = "FILE")]
        approval: Option<PathBuf>,
        /// Say that a step by hand is done, and how; may be repeated
        #[arg(long, value_name = "STEP=NOTE")]
        confirm: Vec<String>,
        #[command(flatten)]
        events: EventsArg,
    },
    /// Show a saved plan, ask, and write down who approves it: `usher apply PLAN --approval FILE` takes that
    Approve(Approve),
    /// See whether an org still is as a recipe says: exit 0 yes, 11 no
    Check(Target),
    /// List the recipes in the box, or check recipe files
    #[command(subcommand)]
    Recipe(RecipeCommand),
    /// Carry on with a run that ended early: after Ctrl-C, a crash, a full disk, a lost network
    Resume {
        #[command(flatten)]
        run: RunArg,
        #[command(flatten)]
        consent: Consent,
        /// Say that a step by hand is done, and how; may be repeated
        #[arg(long, value_name = "STEP=NOTE")]
        confirm: Vec<String>,
        /// Give a secret of the run again, the same as before; may be repeated. In a terminal Usher asks for it instead
        #[arg(long = "set", value_name = "NAME=VALUE")]
        set: Vec<String>,
        /// Go on, although another user of the org is signed in than the one who carries the run out
        #[arg(long)]
        as_other_user: bool,
        #[command(flatten)]
        events: EventsArg,
        #[command(flatten)]
        into: IntoArgs,
        #[command(flatten)]
        output: Output,
    },
    /// Take a run back, newest change first; what cannot be taken back is said before
    Undo {
        #[command(flatten)]
        run: RunArg,
        #[command(flatten)]
        consent: Consent,
        /// Give a secret of a run that ended early again; may be repeated. In a terminal Usher asks for it instead
        #[arg(long = "set", value_name = "NAME=VALUE")]
        set: Vec<String>,
        /// Take it back, although another user of the org is signed in than the one who carried the run out
        #[arg(long)]
        as_other_user: bool,
        #[command(flatten)]
        events: EventsArg,
        #[command(flatten)]
        into: IntoArgs,
        #[command(flatten)]
        output: Output,
    },
    /// Show a run: its plan, and what became of it. Or show a saved plan (`plan.json`)
    Show {
        #[command(flatten)]
        run: RunArg,
        /// Show every request that was made, instead
        #[arg(long)]
        requests: bool,
        #[command(flatten)]
        into: IntoArgs,
        #[command(flatten)]
        output: Output,
    },
    /// List past runs, newest first
    Runs {
        #[command(subcommand)]
        command: Option<RunsCommand>,
        #[command(flatten)]
        output: Output,
    },
    /// Give orgs names, or ask one
    #[command(subcommand)]
    Org(OrgCommand),
    /// The Salesforce org in the box
    #[command(subcommand)]
    Practice(PracticeCommand),
    /// Look at a step plugin
    #[command(subcommand)]
    Plugin(PluginCommand),
}

#[derive(Subcommand, Debug)]
pub(crate) enum RecipeCommand {
    /// List the recipes in the box
    List(Output),
    /// Report every mistake in recipes: names (`fsc/assign-permissions`) or files (`./mine.toml`)
    Check {
        #[arg(required = true)]
        recipes: Vec<String>,
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Subcommand, Debug)]
pub(crate) enum RunsCommand {
    /// Forget runs that have ended: their plans and journals hold names and emails
    ///
    /// A run that only a newer Usher can read, and one that can be resumed, is never forgotten.
    Prune {
        /// Only runs that began so many days ago or earlier
        #[arg(long, value_name = "DAYS", default_value_t = 90)]
        older_than: u32,
        /// Damaged runs at any age; they cannot be resumed, shown or undone any more
        #[arg(long)]
        damaged: bool,
        #[command(flatten)]
        output: Output,
    },
}

/// A run that is there already.
#[derive(ClapArgs, Debug)]
pub(crate) struct RunArg {
    /// The run's id, or the end of it that no other run has; else the newest run that the command is for
    pub(crate) run: Option<String>,
    #[command(flatten)]
    pub(crate) org: OrgArg,
}

#[derive(Subcommand, Debug)]
pub(crate) enum OrgCommand {
    /// Give an org a name for `--org`, and a variable for its access token; nothing is sent
    ///
    /// Usher remembers the id that the org answers with at first. An org with another id at this address is refused.
    Add {
        /// Lower-case letters, digits and hyphens: `acme-uat`
        name: String,
        /// `http://127.0.0.1:PORT`
        address: String,
        /// Take the access token from this environment variable; else from USHER_TOKEN_NAME, with the name in capitals
        #[arg(long, value_name = "VARIABLE")]
        token_env: Option<String>,
        #[command(flatten)]
        output: Output,
    },
    /// List the orgs that have a name, and the variables that hold their access tokens
    List(Output),
    /// Forget the name of an org, and which org it was
    Remove {
        name: String,
        #[command(flatten)]
        output: Output,
    },
    /// Run a SOQL query and show the records
    Query {
        soql: String,
        #[command(flatten)]
        org: OrgArg,
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Subcommand, Debug)]
pub(crate) enum PracticeCommand {
    /// Serve a practice org on loopback, for any Salesforce client, until interrupted
    Serve(Serve),
    /// Show a practice org: accounts and their users, roles, sites, mails
    Show {
        /// Which practice org
        #[arg(default_value = "practice")]
        name: String,
        #[command(flatten)]
        output: Output,
    },
    /// Make a practice org anew, as it was on the first day
    Reset {
        /// Which practice org
        #[arg(default_value = "practice")]
        name: String,
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Subcommand, Debug)]
pub(crate) enum PluginCommand {
    /// Show what a plugin says it is, reads and writes, and what it imports; nothing of it runs
    Inspect {
        /// A plugin in the box (`assign-permission-sets`) or a file (`./x.wasm`)
        plugin: String,
        /// Write the component to this file
        #[arg(long, value_name = "FILE")]
        extract: Option<PathBuf>,
        #[command(flatten)]
        output: Output,
    },
}

/// How a practice org is served.
#[derive(ClapArgs, Debug)]
pub(crate) struct Serve {
    /// Which practice org
    #[arg(default_value = "practice")]
    pub(crate) name: String,
    /// Port on 127.0.0.1; 0: a free one
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// Write `{"url", "token"}` to this file (mode 0600) once requests are answered
    #[arg(long, value_name = "FILE")]
    pub(crate) ready: Option<PathBuf>,
    /// Answer each request so many milliseconds later
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub(crate) latency: u64,
    /// Let go wrong what this file lists (docs/practice-faults.md)
    #[arg(long, value_name = "FILE")]
    pub(crate) faults: Option<PathBuf>,
    /// Append a line of JSON for each request to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
}

/// What is approved beforehand, and by which policy a plan is judged.
#[derive(ClapArgs, Debug)]
pub(crate) struct Consent {
    /// Approve without asking what is shown: the plan, or the step that a resumed run waits with. Confirms no step by
    /// hand
    #[arg(long)]
    pub(crate) yes: bool,
    /// Approve steps without asking that are planned only during the run
    #[arg(long)]
    pub(crate) yes_later: bool,
    /// Approve without asking that records are deleted that the run did not make, and what else is lost for good
    #[arg(long)]
    pub(crate) yes_destroy: bool,
    #[command(flatten)]
    pub(crate) policy: PolicyArg,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct PolicyArg {
    /// A policy that counts beside the one in the home (docs/policy.md); else the file that USHER_POLICY names
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
}

/// A saved plan that is to be approved.
#[derive(ClapArgs, Debug)]
pub(crate) struct Approve {
    /// The saved plan
    pub(crate) plan: PathBuf,
    /// Write the approval to this file (`.json`); else beside the plan, as `PLAN.approval.json`
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Who approves; else the user of this machine
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// How long the approval may be used: `12h`, `7d`
    #[arg(long = "for", value_name = "TIME", default_value = "7d")]
    pub(crate) valid: String,
    /// Approve without asking
    #[arg(long)]
    pub(crate) yes: bool,
    /// Approve without asking that records are deleted, and what else is lost for good
    #[arg(long)]
    pub(crate) yes_destroy: bool,
    #[command(flatten)]
    pub(crate) policy: PolicyArg,
    /// Show every change, however many there are
    #[arg(long)]
    pub(crate) full: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// A recipe and what it is about.
#[derive(ClapArgs, Debug)]
pub(crate) struct Target {
    /// A recipe in the box (`fsc/assign-permissions`) or a file (`./mine.toml`); with `apply`, also a
    /// saved plan (`plan.json`)
    pub(crate) recipe: String,
    #[command(flatten)]
    pub(crate) org: OrgArg,
    /// An input of the recipe; may be repeated. Without any input, a practice org gets the recipe's
    /// example
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// A TOML file with inputs; `--set` wins over it
    #[arg(long, value_name = "FILE")]
    pub(crate) inputs: Option<PathBuf>,
    /// Show every change, however many there are
    #[arg(long)]
    pub(crate) full: bool,
    #[command(flatten)]
    pub(crate) into: IntoArgs,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Where the result is written besides.
#[derive(ClapArgs, Debug)]
pub(crate) struct IntoArgs {
    /// Write the result also to this file, as JSON
    #[arg(long, value_name = "FILE")]
    json_into: Option<PathBuf>,
    /// Write the result also to this file, as Markdown for a comment on a pull request
    #[arg(long, value_name = "FILE")]
    markdown_into: Option<PathBuf>,
    /// Write the result also to this file, as a page of HTML
    #[arg(long, value_name = "FILE")]
    html_into: Option<PathBuf>,
}

impl IntoArgs {
    /// The names that were given.
    pub(crate) fn names(&self) -> Names<'_> {
        Names {
            json: self.json_into.as_deref(),
            markdown: self.markdown_into.as_deref(),
            html: self.html_into.as_deref(),
        }
    }
}

/// Where the events of a run go.
#[derive(ClapArgs, Debug)]
pub(crate) struct EventsArg {
    /// Write each event of the run, as it happens, as a line of JSON to this file; `-`: to standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) events: Option<PathBuf>,
}

#[derive(ClapArgs, Clone, Debug)]
pub(crate) struct OrgArg {
    /// `practice`, `practice:<name>`, a name from `usher org list`, or `http://127.0.0.1:PORT` with the access token in
    /// USHER_TOKEN; else the org in USHER_ORG
    #[arg(long)]
    pub(crate) org: Option<String>,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct Output {
    /// Print exactly one JSON document on standard output, also when it fails
    #[arg(long)]
    pub(crate) json: bool,
}
