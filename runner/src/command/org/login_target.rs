//! The host of a sign-in, and the app: from the arguments, else from the entry of the registry.

use usher_core::orgs::{App, NamedOrg, check_line};

use crate::args::LoginArgs;
use crate::connect;
use crate::error::Error;
use crate::exit::Exit;
use crate::unfit::unfit;
use crate::world::World;

/// The host at which a person signs in when nobody names another.
const PRODUCTION: &str = "https://login.salesforce.com";

/// The host at which a person signs in to a sandbox.
const SANDBOX: &str = "https://test.salesforce.com";

/// The address of the host to sign in at.
pub(super) fn login(
    args: &LoginArgs,
    known: Option<&NamedOrg>,
    world: &World,
) -> Result<String, Error> {
    let host = match (&args.my_domain, &args.login_host) {
        _ if args.sandbox => SANDBOX.to_owned(),
        (Some(name), _) => address_of(name, true),
        (None, Some(host)) => address_of(host, false),
        (None, None) => match known {
            Some(known) => known.login().to_owned(),
            None => PRODUCTION.to_owned(),
        },
    };
    Ok(connect::wire_to(&host, None, world)?.address().to_owned())
}

/// The address of a host as a person writes it.
fn address_of(host: &str, is_my_domain: bool) -> String {
    let host = host.trim().trim_end_matches('/');
    match host.contains("://") {
        true => host.to_owned(),
        false if is_my_domain && !host.ends_with(".salesforce.com") => {
            format!("https://{host}.my.salesforce.com")
        }
        false => format!("https://{host}"),
    }
}

/// Refuses a host that serves all orgs where that of one org is needed.
pub(super) fn must_be_of_one_org(login: &str, way: &str) -> Result<(), Error> {
    if login != PRODUCTION && login != SANDBOX {
        return Ok(());
    }
    let message = format!("`{way}` needs the address of the org, and {login} is that of all orgs");
    Err(Error::new(Exit::Usage, "sign-in/no-host", message)
        .help("pass `--my-domain NAME`: Setup > My Domain shows it"))
}

/// The app to sign in as.
pub(super) fn app(
    args: &LoginArgs,
    known: Option<&NamedOrg>,
    login: &str,
    world: &World,
) -> Result<App, Error> {
    let of_entry = known.and_then(|known| known.sign_in.app());
    let client_id = args.client_id.as_deref();
    let client_id = client_id.or_else(|| world.variable("USHER_CLIENT_ID"));
    let client_id = client_id.or(of_entry.map(|app| app.client_id.as_str()));
    let Some(client_id) = client_id else {
        let message = "Usher signs in with an External Client App of your org, and does not know its consumer key";
        return Err(Error::new(Exit::Usage, "sign-in/no-client-id", message).help(
            "pass `--client-id ID` or set USHER_CLIENT_ID; `usher org app --print` shows how to make the app; or use orgs of the Salesforce CLI with `usher org import-sf`",
        ));
    };
    check_line("--client-id", client_id).map_err(|why| unfit(&why))?;
    Ok(App {
        client_id: client_id.to_owned(),
        login: Some(login.to_owned()),
    })
}
