//! The arguments. `--help` is written here and nowhere else.

mod log;
mod org;
mod plugin;

use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum, value_parser};

use crate::client_wishes::{ClientWishes, begin_trace};
use crate::error::Error;
use crate::flow;
use crate::report::Detail;
use crate::result_files::Names;
use crate::world::World;

pub(crate) use log::{LogArgs, LogFormat, LogLevel};
pub(crate) use org::{AppArgs, DoctorArgs, LoginArgs, OrgCommand};
pub(crate) use plugin::{DevArgs, FolderArgs, LintArgs, NewArgs, PluginCommand, TestPlugin};

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
    #[command(flatten)]
    pub(crate) log: LogArgs,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Show what a recipe would change in an org, and change nothing
    Plan {
        #[command(flatten)]
        target: Target,
        /// Save the plan to this file (`.json`). `usher apply FILE` applies exactly that plan, or refuses
        #[arg(long, short, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Show what a recipe would change, ask for approval, and change exactly that
    Apply {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        consent: Consent,
        /// Use the approval in this file, which `usher approve` has written for this saved plan
        #[arg(long, value_name = "FILE")]
        approval: Option<PathBuf>,
        /// Confirm that a manual step is done, with a note on what was done. Repeat it for more steps
        #[arg(long, value_name = "STEP=NOTE")]
        confirm: Vec<String>,
        #[command(flatten)]
        events: EventsArg,
    },
    /// Show what the plugins of a recipe ask for, ask, and allow them that for its recipes
    Allow {
        /// A recipe that does not come with Usher (`./mine.toml`)
        recipe: String,
        /// Allow it without asking
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Show a saved plan, ask for approval, and write the approval to a file for `usher apply --approval`
    Approve(Approve),
    /// Check whether an org matches a recipe: exit code 0 if it does, 11 if it does not
    Check(Target),
    /// Compare two orgs in what a recipe is about, and change nothing: exit code 0 if they are alike, 11 if not
    Compare(Compare),
    /// List the recipes in the box, check recipe files, or read inputs from an org
    #[command(subcommand)]
    Recipe(RecipeCommand),
    /// Resume a run that stopped early: after Ctrl-C, a crash, a full disk or a lost network
    Resume {
        #[command(flatten)]
        run: RunArg,
        #[command(flatten)]
        consent: Consent,
        /// Confirm that a manual step is done, with a note on what was done. Repeat it for more steps
        #[arg(long, value_name = "STEP=NOTE")]
        confirm: Vec<String>,
        /// Give a secret input again, with the same value as before. Repeat it for more secrets. In a terminal, Usher
        /// asks for secrets that are missing
        #[arg(long = "set", value_name = "NAME=VALUE")]
        set: Vec<String>,
        /// Resume as the user who is signed in now, although another user of the org began the run
        #[arg(long)]
        as_other_user: bool,
        #[command(flatten)]
        client: ClientArgs,
        #[command(flatten)]
        events: EventsArg,
        #[command(flatten)]
        into: IntoArgs,
        #[command(flatten)]
        output: Output,
    },
    /// Undo a run, newest change first. Shows first which changes cannot be undone, and asks for approval
    Undo {
        #[command(flatten)]
        run: RunArg,
        #[command(flatten)]
        consent: Consent,
        /// Give a secret input of a run that stopped early again. Repeat it for more secrets. In a terminal, Usher asks
        /// for secrets that are missing
        #[arg(long = "set", value_name = "NAME=VALUE")]
        set: Vec<String>,
        /// Undo as the user who is signed in now, although another user of the org carried out the run
        #[arg(long)]
        as_other_user: bool,
        #[command(flatten)]
        client: ClientArgs,
        #[command(flatten)]
        events: EventsArg,
        #[command(flatten)]
        into: IntoArgs,
        #[command(flatten)]
        output: Output,
    },
    /// Show a run, with its plan and the outcome of each change, or a saved plan (`plan.json`)
    Show {
        #[command(flatten)]
        run: RunArg,
        /// Show every request that the run made instead
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
    /// Sign in to orgs, give them names, and query an org
    #[command(subcommand)]
    Org(OrgCommand),
    /// Use the practice org, a simulated Salesforce org on this machine
    #[command(subcommand)]
    Practice(PracticeCommand),
    /// Make, build, check and inspect step plugins
    #[command(subcommand)]
    Plugin(PluginCommand),
}

impl Command {
    /// The word of the command, for logs.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Plan { .. } => "plan",
            Self::Apply { .. } => "apply",
            Self::Allow { .. } => "allow",
            Self::Approve(_) => "approve",
            Self::Check(_) => "check",
            Self::Compare(_) => "compare",
            Self::Recipe(_) => "recipe",
            Self::Resume { .. } => "resume",
            Self::Undo { .. } => "undo",
            Self::Show { .. } => "show",
            Self::Runs { .. } => "runs",
            Self::Org(_) => "org",
            Self::Practice(_) => "practice",
            Self::Plugin(_) => "plugin",
        }
    }
}

#[derive(Subcommand, Debug)]
pub(crate) enum RecipeCommand {
    /// List the recipes in the box
    List(Output),
    /// Report every mistake in recipes
    Check {
        /// Names (`fsc/assign-permissions`) or files (`./mine.toml`)
        #[arg(required = true)]
        recipes: Vec<String>,
        #[command(flatten)]
        output: Output,
    },
    /// Write the inputs with which an org that is set up already matches a recipe, and check the org with them
    ///
    /// Give the inputs that name what it is about, such as the contact. Exit code 0 if nothing would change, 11 if
    /// something would.
    FromOrg(FromOrg),
}

#[derive(Subcommand, Debug)]
pub(crate) enum RunsCommand {
    /// Delete the records of runs that have ended, which hold names and emails
    ///
    /// Usher keeps every run that can be resumed, and every run that only a newer Usher can read.
    Prune {
        /// Delete only runs that began at least this many days ago
        #[arg(long, value_name = "DAYS", default_value_t = 90)]
        older_than: u32,
        /// Also delete damaged runs of any age. They cannot be shown, resumed or undone
        #[arg(long)]
        damaged: bool,
        #[command(flatten)]
        output: Output,
    },
}

/// A run that is there already.
#[derive(ClapArgs, Debug)]
pub(crate) struct RunArg {
    /// Run id, or a unique ending of one. Default: the newest run that this command applies to
    pub(crate) run: Option<String>,
    #[command(flatten)]
    pub(crate) org: RunOrgArg,
}

#[derive(Subcommand, Debug)]
pub(crate) enum PracticeCommand {
    /// Serve a practice org on 127.0.0.1, for any Salesforce client, until you press Ctrl-C
    Serve(Serve),
    /// Show what is in a practice org: accounts and their users, roles, sites, mails
    Show {
        /// Name of the practice org
        #[arg(default_value = "practice")]
        name: String,
        #[command(flatten)]
        output: Output,
    },
    /// Reset a practice org to its first state. Its data is lost
    Reset {
        /// Name of the practice org
        #[arg(default_value = "practice")]
        name: String,
        #[command(flatten)]
        output: Output,
    },
}

/// An org from which inputs are read.
#[derive(ClapArgs, Debug)]
pub(crate) struct FromOrg {
    /// A recipe in the box (`fsc/customer-user`) or a file (`./mine.toml`)
    pub(crate) recipe: String,
    #[command(flatten)]
    pub(crate) org: OrgArg,
    /// Set an input of the recipe. Repeat it for more inputs. The org is asked for the others
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// Read inputs from this TOML file. `--set` overrides it
    #[arg(long, value_name = "FILE")]
    pub(crate) inputs: Option<PathBuf>,
    /// Write the inputs to this file (`.toml`), which `--inputs` takes. Default: standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Two orgs and a recipe.
#[derive(ClapArgs, Debug)]
pub(crate) struct Compare {
    /// A recipe in the box (`fsc/customer-user`) or a file (`./mine.toml`)
    pub(crate) recipe: String,
    /// One of the two orgs; give it twice. As for `usher plan`
    #[arg(long = "org", value_name = "ORG")]
    pub(crate) orgs: Vec<String>,
    /// Set an input of the recipe, for both orgs. Repeat it for more inputs
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// Read inputs from this TOML file. `--set` overrides it
    #[arg(long, value_name = "FILE")]
    pub(crate) inputs: Option<PathBuf>,
    /// Show long values in full, one below the other
    #[arg(long)]
    pub(crate) full: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

impl FromOrg {
    /// The recipe, as a flow takes it.
    pub(crate) fn wanted(&self) -> flow::Target {
        flow::Target {
            recipe: self.recipe.clone(),
            set: self.set.clone(),
            inputs: self.inputs.clone(),
            rows: Vec::new(),
            goes_on: false,
            let_go: Vec::new(),
            results: Vec::new(),
            org: self.org.org.clone(),
            draws_roles: false,
        }
    }
}

impl Compare {
    /// The recipe in one of the orgs, as a flow takes it.
    pub(crate) fn wanted(&self, org: &str) -> flow::Target {
        flow::Target {
            recipe: self.recipe.clone(),
            set: self.set.clone(),
            inputs: self.inputs.clone(),
            rows: Vec::new(),
            goes_on: false,
            let_go: Vec::new(),
            results: Vec::new(),
            org: Some(org.to_owned()),
            draws_roles: false,
        }
    }
}

/// Options of a practice org that is served.
#[derive(ClapArgs, Debug)]
pub(crate) struct Serve {
    /// Name of the practice org
    #[arg(default_value = "practice")]
    pub(crate) name: String,
    /// Serve this many orgs instead of one: NAME-1, NAME-2, …, each with its own id, data and token
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=10_000))]
    pub(crate) orgs: Option<u16>,
    /// Make new orgs with this flavour or start (docs/practice.md), such as `scratch`. Default: the one in NAME
    #[arg(long, value_name = "NAME")]
    pub(crate) start: Option<String>,
    /// Make new orgs with the records and settings of this TOML file, too. Repeat it for more files
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Vec<PathBuf>,
    /// Decide the ids of new orgs by this number. Default: the name alone decides them
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Delete the orgs first, and make them again. Their data is lost
    #[arg(long)]
    pub(crate) fresh: bool,
    /// Keep the orgs in memory: they are new, and gone when the server ends
    #[arg(long, conflicts_with = "fresh")]
    pub(crate) in_memory: bool,
    /// Port on 127.0.0.1. 0 takes a free port
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// Serve HTTPS, with a certificate of a certificate authority that is kept in the home
    #[arg(long)]
    pub(crate) tls: bool,
    /// Show clients this certificate (docs/practice-faults.md)
    #[arg(
        long,
        value_enum,
        value_name = "KIND",
        requires = "tls",
        default_value_t
    )]
    pub(crate) tls_cert: Certificate,
    /// Write addresses and access tokens (`{"url", "token", "orgs"}`) to this file when the orgs are ready. Only its
    /// owner can read it
    #[arg(long, value_name = "FILE")]
    pub(crate) ready: Option<PathBuf>,
    /// Delay each answer by this many milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub(crate) latency: u64,
    /// Inject the faults listed in this file (docs/practice-faults.md)
    #[arg(long, value_name = "FILE")]
    pub(crate) faults: Option<PathBuf>,
    /// Append one line of JSON per request to this file. `-` is standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
}

/// The certificate of a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Certificate {
    /// One that is right
    #[default]
    Good,
    /// One whose time is over
    Expired,
    /// One of another host
    WrongHost,
    /// One of a certificate authority that no file has
    UnknownCa,
}

/// Approvals given beforehand, and the policy by which a plan is judged.
#[derive(ClapArgs, Debug)]
pub(crate) struct Consent {
    /// Approve the plan that is shown, without asking. Manual steps still need `--confirm`
    #[arg(long)]
    pub(crate) yes: bool,
    /// Also approve steps that can only be planned during the run
    #[arg(long)]
    pub(crate) yes_later: bool,
    /// Also approve what is lost for good, such as records that are deleted and that the run did not create
    #[arg(long)]
    pub(crate) yes_destroy: bool,
    /// Id of the org that is meant. A production org is changed with `--yes` only when its id is given; an org with
    /// another id is refused
    #[arg(long, value_name = "00D…")]
    pub(crate) org_id: Option<String>,
    #[command(flatten)]
    pub(crate) policy: PolicyArg,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct PolicyArg {
    /// Policy file that applies in addition to the one in your home (docs/policy.md). Default: the file in USHER_POLICY
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
}

/// A saved plan that is to be approved.
#[derive(ClapArgs, Debug)]
pub(crate) struct Approve {
    /// The saved plan (`plan.json`)
    pub(crate) plan: PathBuf,
    /// Write the approval to this file (`.json`). Default: `PLAN.approval.json`, beside the plan
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Name of the person who approves. Default: the user of this machine
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Time for which the approval can be used, in hours or days: `12h`, `7d`
    #[arg(long = "for", value_name = "TIME", default_value = "7d")]
    pub(crate) valid: String,
    /// Approve without asking
    #[arg(long)]
    pub(crate) yes: bool,
    /// Also approve what is lost for good, such as records that are deleted
    #[arg(long)]
    pub(crate) yes_destroy: bool,
    #[command(flatten)]
    pub(crate) policy: PolicyArg,
    /// Show every change and long values in full
    #[arg(long)]
    pub(crate) full: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// A recipe and what it is about.
#[derive(ClapArgs, Debug)]
pub(crate) struct Target {
    /// A recipe in the box (`fsc/assign-permissions`) or a file (`./mine.toml`). `apply` also takes a saved plan
    /// (`plan.json`)
    pub(crate) recipe: String,
    #[command(flatten)]
    pub(crate) org: OrgArg,
    /// Set an input of the recipe. Repeat it for more inputs. On a practice org, a recipe without any input gets its
    /// example
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// Read inputs from this TOML file. `--set` overrides it
    #[arg(long, value_name = "FILE")]
    pub(crate) inputs: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) rows: RowsArgs,
    /// Show every change and long values in full
    #[arg(long)]
    pub(crate) full: bool,
    /// Show what the plugins log. Usher always shows the log of a plugin that gives no plan
    #[arg(long)]
    pub(crate) plugin_log: bool,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
    #[command(flatten)]
    pub(crate) into: IntoArgs,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Files of rows, and what a wrong one does.
#[derive(ClapArgs, Debug)]
pub(crate) struct RowsArgs {
    /// Read the rows of an input from this file, CSV or JSON. `-` is standard input. Repeat it for more inputs. The name
    /// may be left out where a recipe has one input of type `rows`
    #[arg(long = "rows", value_name = "[NAME=]FILE")]
    rows: Vec<String>,
    /// Leave wrong rows out, and go on with the other items when one fails. Without it, a wrong row stops everything
    /// before the first change
    #[arg(long)]
    continue_on_error: bool,
    /// Let at most so many go who are no longer in a list that is kept true, in place of the recipe's brake. Repeat it with
    /// the name of an input where a recipe keeps several lists
    #[arg(long, value_name = "[NAME=]NUMBER")]
    let_go: Vec<String>,
}

impl RowsArgs {
    fn files(&self) -> Vec<flow::RowsFile> {
        let files = self.rows.iter();
        files
            .map(|text| flow::RowsFile {
                text: text.clone(),
                piped: None,
            })
            .collect()
    }
}

impl Target {
    /// The files that the command reads, as far as the person named them.
    pub(crate) fn reads(&self) -> impl Iterator<Item = &Path> {
        let rows = self.rows.rows.iter().map(|text| flow::rows_path(text));
        let all = rows.chain([self.recipe.as_str()]).map(Path::new);
        all.chain(self.inputs.as_deref())
    }

    /// The recipe, as a flow takes it.
    pub(crate) fn wanted(&self) -> flow::Target {
        flow::Target {
            recipe: self.recipe.clone(),
            set: self.set.clone(),
            inputs: self.inputs.clone(),
            rows: self.rows.files(),
            goes_on: self.rows.continue_on_error,
            let_go: self.rows.let_go.clone(),
            results: self.into.results.clone(),
            org: self.org.org.clone(),
            draws_roles: self.into.draws_roles(),
        }
    }

    /// Returns the detail in which the plan is shown.
    pub(crate) fn detail(&self) -> Detail {
        Detail::full_if(self.full)
    }
}

impl Consent {
    /// Returns the approvals given beforehand, as a flow takes them.
    pub(crate) fn given(&self) -> flow::Consent {
        flow::Consent {
            shown: self.yes,
            later: self.yes_later,
            destroy: self.yes_destroy,
        }
    }
}

/// Files that the result is also written to.
#[derive(ClapArgs, Debug)]
pub(crate) struct IntoArgs {
    /// Also write the result to this file, as JSON
    #[arg(long, value_name = "FILE")]
    json_into: Option<PathBuf>,
    /// Also write the result to this file, as Markdown for a comment on a pull request
    #[arg(long, value_name = "FILE")]
    markdown_into: Option<PathBuf>,
    /// Also write the result to this file, as an HTML page
    #[arg(long, value_name = "FILE")]
    html_into: Option<PathBuf>,
    /// Write each row with what became of it to this file: CSV, or JSON lines when the name ends in `.json` or `.jsonl`.
    /// `--rows` takes the file again. Repeat it with the name of an input where a recipe has several of type `rows`
    #[arg(long, value_name = "[NAME=]FILE")]
    results: Vec<String>,
}

impl IntoArgs {
    /// Says whether a page of the result draws roles.
    pub(crate) fn draws_roles(&self) -> bool {
        self.html_into.is_some()
    }

    /// The names that were given.
    pub(crate) fn names(&self) -> Names<'_> {
        Names {
            json: self.json_into.as_deref(),
            markdown: self.markdown_into.as_deref(),
            html: self.html_into.as_deref(),
            results: &self.results,
        }
    }
}

/// Wishes of the client to an org.
#[derive(ClapArgs, Clone, Debug)]
pub(crate) struct ClientArgs {
    /// Make at most this many API requests, then stop; a run can be resumed. Without it, Usher stops when the org has
    /// few requests left for today
    #[arg(long, value_name = "N")]
    api_budget: Option<u64>,
    /// Write every request and answer to this new file for support (HTTP Archive, `.har`). Tokens and values are left
    /// out; names of fields, ids and error codes stay
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
}

impl ClientArgs {
    /// The wishes, as a connection takes them. Begins the trace.
    pub(crate) fn wishes(&self, world: &World) -> Result<ClientWishes, Error> {
        let trace = self.trace.as_ref();
        let trace = trace.map(|file| begin_trace(&world.folder.join(file)));
        Ok(ClientWishes {
            api_budget: self.api_budget,
            trace: trace.transpose()?,
        })
    }
}

/// The place that the events of a run go to.
#[derive(ClapArgs, Debug)]
pub(crate) struct EventsArg {
    /// Write each event of the run to this file as it happens, one line of JSON each. `-` is standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) events: Option<PathBuf>,
}

#[derive(ClapArgs, Clone, Debug)]
pub(crate) struct OrgArg {
    /// `practice`, `practice:<name>`, a name of `usher org list`, or `http://127.0.0.1:PORT` with the access token in
    /// USHER_TOKEN. Default: the org in USHER_ORG, else that of `usher org default`
    #[arg(long)]
    pub(crate) org: Option<String>,
}

/// The org of a run that is there already.
#[derive(ClapArgs, Clone, Debug)]
pub(crate) struct RunOrgArg {
    /// `practice`, `practice:<name>`, a name of `usher org list`, or `http://127.0.0.1:PORT` with the access token in
    /// USHER_TOKEN. Default: the org of the run
    #[arg(long)]
    pub(crate) org: Option<String>,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct Output {
    /// Print exactly one JSON document to standard output, also when the command fails
    #[arg(long)]
    pub(crate) json: bool,
}
