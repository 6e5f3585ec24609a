//! The arguments of `usher org`.

use std::path::PathBuf;

use clap::{ArgGroup, Args as ClapArgs, Subcommand};

use crate::args::{OrgArg, Output};
use crate::flow;

#[derive(Subcommand, Debug)]
pub(crate) enum OrgCommand {
    /// Sign in to an org and give it a name for `--org`
    ///
    /// Secrets are kept in the keychain of this system, or in a file that only you can read. An org that has the name
    /// already is signed in to again, in the same way unless you name another one.
    Login(LoginArgs),
    /// Sign out of an org: revoke its tokens and forget its secrets. Its name stays
    Logout {
        /// The name of the org
        name: String,
        #[command(flatten)]
        output: Output,
    },
    /// Add orgs to which the Salesforce CLI, `sf`, is signed in
    ///
    /// `sf` keeps the sign-in. Usher asks it for an access token when one is needed, and keeps none.
    ImportSf {
        /// Aliases or usernames of `sf`. Default: all its orgs
        orgs: Vec<String>,
        #[command(flatten)]
        output: Output,
    },
    /// Show how to make the External Client App with which you sign in
    App(AppArgs),
    /// Give an org a name for `--org`, and say which variable holds its access token. Sends nothing
    ///
    /// Usher remembers the id with which the org answers first, and refuses an org with another id at this address.
    Add {
        /// Lower-case letters, digits and hyphens: `acme-uat`
        name: String,
        /// `https://acme--uat.sandbox.my.salesforce.com`, or `http://127.0.0.1:PORT`
        address: String,
        /// Environment variable that holds the access token. Default: USHER_TOKEN_NAME, with the name in capitals
        #[arg(long, value_name = "VARIABLE")]
        token_env: Option<String>,
        #[command(flatten)]
        output: Output,
    },
    /// List the orgs that have a name, and how Usher signs in to them
    List(Output),
    /// Show an org of the registry, and who is signed in there
    Show {
        /// The name of the org
        name: String,
        /// Show what the registry says, and send nothing
        #[arg(long)]
        offline: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Choose the org of commands without `--org` and USHER_ORG
    Default {
        /// The name of the org. Default: show which it is
        name: Option<String>,
        /// Choose none
        #[arg(long, conflicts_with = "name")]
        none: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Open an org in the browser
    ///
    /// The address holds no token: the browser asks you to sign in when you are not signed in there.
    Open {
        /// The name of the org. Default: that of USHER_ORG, else of `usher org default`
        name: Option<String>,
        /// Print the address, and open nothing
        #[arg(long)]
        no_browser: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Forget the name of an org, its secrets, and which org it was. Its tokens stay valid: `usher org logout` revokes
    Remove {
        /// The name to forget
        name: String,
        #[command(flatten)]
        output: Output,
    },
    /// Look at an org before anything is done in it, and at what a recipe needs there. Only reads
    ///
    /// Exit code 20 when the org or the user lacks something that the plan of the recipe needs.
    Doctor(DoctorArgs),
    /// Run a SOQL query and show the records
    Query {
        /// The query: "SELECT Name FROM Profile"
        soql: String,
        #[command(flatten)]
        org: OrgArg,
        #[command(flatten)]
        output: Output,
    },
}

/// The org to sign in to, and the way.
#[derive(ClapArgs, Debug)]
#[command(group = ArgGroup::new("way"), group = ArgGroup::new("host"))]
pub(crate) struct LoginArgs {
    /// Lower-case letters, digits and hyphens: `acme-uat`
    pub(crate) name: String,
    /// Sign in with the browser. This is the default
    #[arg(long, group = "way")]
    pub(crate) web: bool,
    /// Sign in with the private key in this file (PEM), of which the app has the certificate
    #[arg(long, value_name = "FILE", group = "way", requires = "username")]
    pub(crate) jwt_key: Option<PathBuf>,
    /// The user to sign in as with `--jwt-key`
    #[arg(long, value_name = "USERNAME", requires = "jwt_key")]
    pub(crate) username: Option<String>,
    /// Sign in as the app itself, with its consumer secret
    #[arg(long, group = "way")]
    pub(crate) client_credentials: bool,
    /// Take an access token from standard input. When it ends, you sign in again
    #[arg(long, group = "way", conflicts_with = "client_secret_stdin")]
    pub(crate) token_stdin: bool,
    /// Sign in to a sandbox, at test.salesforce.com
    #[arg(long, group = "host")]
    pub(crate) sandbox: bool,
    /// Sign in at your My Domain: `acme`, or `acme--uat.sandbox`
    #[arg(long, value_name = "NAME", group = "host")]
    pub(crate) my_domain: Option<String>,
    /// Sign in at this host: `acme.my.salesforce.com`. Default: login.salesforce.com
    #[arg(long, value_name = "HOST", group = "host")]
    pub(crate) login_host: Option<String>,
    /// Consumer key of the External Client App (`usher org app --print`). Default: USHER_CLIENT_ID
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// Take the consumer secret of the app from standard input
    #[arg(long)]
    pub(crate) client_secret_stdin: bool,
    /// Trust the certificates in this file (PEM), too
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Show the address to open, and open no browser
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// Port of this machine to which the browser comes back. 0 takes a free one. Default: 17170, 17171 or 17172
    #[arg(long, value_name = "PORT")]
    pub(crate) port: Option<u16>,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// The org to look at, and the recipe that it is looked at for.
#[derive(ClapArgs, Debug)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    pub(crate) org: OrgArg,
    /// A recipe in the box (`fsc/assign-permissions`) or a file (`./mine.toml`): it is planned, and the org is looked at
    /// for that plan
    #[arg(long = "for", value_name = "RECIPE")]
    pub(crate) recipe: Option<String>,
    /// Set an input of the recipe. Repeat it for more inputs
    #[arg(long = "set", value_name = "NAME=VALUE", requires = "recipe")]
    pub(crate) set: Vec<String>,
    /// Read inputs from this TOML file. `--set` overrides it
    #[arg(long, value_name = "FILE", requires = "recipe")]
    pub(crate) inputs: Option<PathBuf>,
    /// Ask the org what only a live one can answer, and print a table to paste (docs/live-check.md). Only reads
    #[arg(long, conflicts_with = "recipe")]
    pub(crate) live_check: bool,
    /// The same, and also make a role and a member of a site and delete them again. Asks for the name of the org;
    /// refused in production
    #[arg(long, conflicts_with = "recipe")]
    pub(crate) live_check_writes: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

impl DoctorArgs {
    /// The recipe, as a flow takes it.
    pub(crate) fn wanted(&self) -> Option<flow::Target> {
        Some(flow::Target {
            recipe: self.recipe.clone()?,
            set: self.set.clone(),
            inputs: self.inputs.clone(),
            rows: Vec::new(),
            goes_on: false,
            let_go: Vec::new(),
            results: Vec::new(),
            org: self.org.org.clone(),
            draws_roles: false,
        })
    }
}

/// The app to describe.
#[derive(ClapArgs, Debug)]
pub(crate) struct AppArgs {
    /// Print the metadata to deploy, the boxes to tick in Setup, and the commands for key and certificate
    #[arg(long, conflicts_with = "out")]
    pub(crate) print: bool,
    /// Write the metadata as a folder that `sf project deploy start --metadata-dir` takes
    #[arg(long, short, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// Email of the person who answers for the app
    #[arg(long, value_name = "EMAIL", default_value = "admin@example.com")]
    pub(crate) contact: String,
    /// Certificate (PEM) for `usher org login --jwt-key`
    #[arg(long, value_name = "FILE")]
    pub(crate) certificate: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: Output,
}
