//! `usher org login`: signs in to an org in one of the ways, and keeps what the next command needs.

use std::path::{Path, PathBuf};

use serde_json::json;
use usher_core::orgs::{
    App, Kept, NamedOrg, SignIn, audience, check_line, check_name, check_variable, usual_variable,
};
use usher_engine::session::{ENTROPY_BYTES, Grant, Granted, Secret, TokenEndpoint};
use usher_engine::wire::Audit;

use crate::args::LoginArgs;
use crate::browser;
use crate::command::org::login_target::{self, must_be_of_one_org};
use crate::command::org::{json_of, kind};
use crate::connect;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow::sign_in::{Arrival, Arrived, WebSignIn, arrive};
use crate::home::Home;
use crate::keychain::{Keychains, Secrets};
use crate::orgs;
use crate::page::Page;
use crate::report::FORMAT;
use crate::unfit::unfit;

/// The way that a person takes.
enum Way {
    Web,
    Jwt { key_file: PathBuf, username: String },
    ClientCredentials,
    Token,
}

pub(super) async fn login(args: &LoginArgs, desk: &mut Desk) -> Result<Exit, Error> {
    let home = Home::of(&desk.world)?;
    check_name(&args.name).map_err(|why| unfit(&why))?;
    let known = orgs::read(&home)?.named.remove(&args.name);
    let way = way(args, known.as_ref(), desk)?;
    // Nobody signs in for nothing: an entry that cannot be written shows before a person is asked.
    orgs::must_be_writable(&home)?;
    let login = login_target::login(args, known.as_ref(), &desk.world)?;
    if !matches!(way, Way::Jwt { .. }) {
        Keychains::of(&home, &desk.world)?.must_be_there()?;
    }
    let (arrival, endpoint) = match way {
        Way::Token => (with_token(args, known.as_ref(), login, desk)?, None),
        way => {
            let app = with_app(args, known.as_ref(), way, login, &home, desk).await?;
            (app.0, Some(app.1))
        }
    };
    let refresh = arrival.secrets.refresh.clone();
    let arrived = match (arrive(arrival, &home, &desk.world).await, endpoint, refresh) {
        (Err(error), Some(endpoint), Some(refresh)) => {
            // A token that is not kept is of no use to anybody. The first error is the one to tell.
            let _ended_later = endpoint.revoke(&refresh).await;
            return Err(error);
        }
        (arrived, ..) => arrived?,
    };
    tell(args, &arrived, &home, desk)
}

/// The way of the arguments, else that of the entry, else the browser.
fn way(args: &LoginArgs, known: Option<&NamedOrg>, desk: &Desk) -> Result<Way, Error> {
    if let (Some(file), Some(username)) = (&args.jwt_key, &args.username) {
        check_line("--username", username).map_err(|why| unfit(&why))?;
        return Ok(Way::Jwt {
            key_file: desk.world.folder.join(file),
            username: username.clone(),
        });
    }
    if args.token_stdin {
        return Ok(Way::Token);
    }
    if args.client_credentials {
        return Ok(Way::ClientCredentials);
    }
    match known.map(|known| &known.sign_in) {
        _ if args.web => Ok(Way::Web),
        None | Some(SignIn::Web(_)) => Ok(Way::Web),
        Some(SignIn::Jwt {
            username, key_file, ..
        }) => Ok(Way::Jwt {
            key_file: key_file.into(),
            username: username.clone(),
        }),
        Some(SignIn::ClientCredentials(_)) => Ok(Way::ClientCredentials),
        Some(sign_in @ (SignIn::Token { .. } | SignIn::Sf { .. })) => {
            let name = &args.name;
            let message = format!("Usher does not sign in to `{name}` by itself");
            let other = match sign_in {
                SignIn::Sf { .. } => "; `sf org login web` signs in to the Salesforce CLI",
                _ => "",
            };
            Err(
                Error::new(Exit::Usage, "sign-in/which-way", message).help(format!(
                    "pass `--web`, `--jwt-key`, `--client-credentials` or `--token-stdin`{other}"
                )),
            )
        }
    }
}

/// A person who brings an access token.
fn with_token(
    args: &LoginArgs,
    known: Option<&NamedOrg>,
    login: String,
    desk: &mut Desk,
) -> Result<Arrival, Error> {
    must_be_of_one_org(&login, "--token-stdin")?;
    // The entry names the org itself, and not the host of a sign-in.
    let is_named = args.my_domain.is_some() || args.login_host.is_some();
    let address = match known {
        Some(known) if !is_named && !args.sandbox => known.address.clone(),
        _ => login,
    };
    let of_entry = known.and_then(|known| known.sign_in.variable());
    let variable = of_entry.map_or_else(|| usual_variable(&args.name), str::to_owned);
    check_variable(&variable).map_err(|why| unfit(&why))?;
    let token = desk.console.secret("Access token: ", "the access token")?;
    Ok(Arrival {
        name: args.name.clone(),
        address,
        sign_in: SignIn::Token { variable },
        ca_file: ca_file(args, known, desk),
        access: token.clone(),
        secrets: Secrets {
            access: Some(token),
            ..Secrets::default()
        },
    })
}

/// An app that gets an access token from the token endpoint.
async fn with_app(
    args: &LoginArgs,
    known: Option<&NamedOrg>,
    way: Way,
    login: String,
    home: &Home,
    desk: &mut Desk,
) -> Result<(Arrival, TokenEndpoint), Error> {
    if matches!(way, Way::ClientCredentials) {
        must_be_of_one_org(&login, "--client-credentials")?;
    }
    if let Way::Jwt { key_file, .. } = &way
        && connect::is_open_to_others(key_file)
    {
        let file = key_file.display();
        desk.say(format!(
            "Others on this machine can read the private key: `chmod 600 {file}` ends that."
        ));
    }
    let app = login_target::app(args, known, &login, &desk.world)?;
    let client_secret = client_secret(args, known, &way, &app, home, desk)?;
    let ca_file = ca_file(args, known, desk);
    let authorities = ca_file.as_deref().map(Path::new);
    let secret = client_secret.clone();
    let endpoint = connect::endpoint(
        &login,
        authorities,
        &app,
        secret,
        &desk.world,
        &Audit::default(),
    )?;
    let grant = match &way {
        Way::Web => in_browser(args, &app, &login, home, desk).await?,
        Way::Jwt { key_file, username } => Grant::Jwt {
            key: connect::signing_key(key_file)?,
            username: username.clone(),
            audience: audience(&login),
        },
        Way::ClientCredentials | Way::Token => Grant::ClientCredentials,
    };
    let granted = endpoint.ask(&grant, desk.world.clock.now_ms()).await?;
    let instance = connect::wire_to(&granted.instance, authorities, &desk.world)?;
    let address = instance.address().to_owned();
    let app = App {
        login: app.login.filter(|login| *login != address),
        ..app
    };
    let (sign_in, secrets) = match way {
        Way::Web => (SignIn::Web(app), of_browser(&granted, client_secret)?),
        Way::Jwt { key_file, username } => {
            let key_file = key_file.display().to_string();
            let sign_in = SignIn::Jwt {
                app,
                username,
                key_file,
            };
            (sign_in, Secrets::default())
        }
        Way::ClientCredentials | Way::Token => {
            let secrets = Secrets {
                access: Some(granted.access.clone()),
                client_secret,
                ..Secrets::default()
            };
            (SignIn::ClientCredentials(app), secrets)
        }
    };
    let arrival = Arrival {
        name: args.name.clone(),
        address,
        sign_in,
        ca_file,
        access: granted.access,
        secrets,
    };
    Ok((arrival, endpoint))
}

/// The secrets of a sign-in with a browser.
fn of_browser(granted: &Granted, client_secret: Option<Secret>) -> Result<Secrets, Error> {
    if granted.refresh.is_none() {
        let message =
            "Salesforce gave no refresh token, so the sign-in would end with the access token";
        return Err(Error::new(Exit::Unreachable, "sign-in/no-refresh-token", message).help(
            "add the scope *Perform requests at any time (refresh_token, offline_access)* to the app, and sign in again",
        ));
    }
    Ok(Secrets {
        access: Some(granted.access.clone()),
        refresh: granted.refresh.clone(),
        client_secret,
    })
}

/// The secret of the app: given now, else the one that is kept. A kept one goes to no other host than that of the entry,
/// and belongs to no other app.
fn client_secret(
    args: &LoginArgs,
    known: Option<&NamedOrg>,
    way: &Way,
    app: &App,
    home: &Home,
    desk: &mut Desk,
) -> Result<Option<Secret>, Error> {
    if args.client_secret_stdin {
        let secret = desk
            .console
            .secret("Consumer secret: ", "the consumer secret")?;
        return Ok(Some(secret));
    }
    if matches!(way, Way::Jwt { .. }) {
        return Ok(None);
    }
    let known = known.filter(|known| is_of_entry(app, known));
    let read = match known.and_then(|known| known.kept) {
        Some(kept) => Keychains::of(home, &desk.world)?.read(&args.name, kept),
        None => Ok(Secrets::default()),
    };
    let kept = match (read, way) {
        (Ok(secrets), _) => secrets.client_secret,
        (Err(error), Way::ClientCredentials) => return Err(error),
        (Err(error), _) => {
            // This sign-in makes new secrets, and most apps have no consumer secret.
            desk.say(format!(
                "The former sign-in is not used: {}.",
                error.message
            ));
            None
        }
    };
    if kept.is_none() && matches!(way, Way::ClientCredentials) {
        let message = "an app that signs in as itself needs its consumer secret";
        return Err(Error::new(Exit::Usage, "sign-in/no-client-secret", message)
            .help("pass `--client-secret-stdin`, and give the secret on standard input"));
    }
    Ok(kept)
}

/// Says whether an app signs in at the host of the entry as the app of the entry.
fn is_of_entry(app: &App, known: &NamedOrg) -> bool {
    let of_entry = known.sign_in.app();
    of_entry.is_some_and(|of_entry| of_entry.client_id == app.client_id)
        && app.login.as_deref() == Some(known.login())
}

/// Lets a person sign in with the browser.
async fn in_browser(
    args: &LoginArgs,
    app: &App,
    login: &str,
    home: &Home,
    desk: &Desk,
) -> Result<Grant, Error> {
    let mut random = [[0; ENTROPY_BYTES]; 2];
    getrandom::fill(random.as_flattened_mut())
        .map_err(|error| Error::new(Exit::Failed, "start/no-randomness", error.to_string()))?;
    let sign_in = WebSignIn::begin(login, &app.client_id, args.port, random).await?;
    // The list of processes shows the arguments of a browser, and the address is for this person alone.
    let to_open = match args.no_browser {
        true => None,
        false => Some(browser::Page::to(&sign_in.address, home)?),
    };
    let opened = to_open
        .as_ref()
        .is_some_and(|page| browser::open(&page.address(), &desk.world));
    let mut page = Page::default();
    match opened {
        true => page.line(
            0,
            "The browser opens this address; sign in there within 5 minutes:",
        ),
        false => page.line(
            0,
            "Open this address in a browser of this machine within 5 minutes:",
        ),
    }
    page.line(2, &sign_in.address);
    desk.say(page);
    sign_in.grant().await
}

fn ca_file(args: &LoginArgs, known: Option<&NamedOrg>, desk: &Desk) -> Option<String> {
    let given = args.ca_file.as_ref();
    let given = given.map(|file| desk.world.folder.join(file).display().to_string());
    given.or_else(|| known.and_then(|known| known.ca_file.clone()))
}

/// Tells who is signed in, and where the secrets are.
fn tell(args: &LoginArgs, arrived: &Arrived, home: &Home, desk: &mut Desk) -> Result<Exit, Error> {
    let Arrived { org, identity, .. } = arrived;
    let name = &args.name;
    if args.output.json {
        let orgs = orgs::read(home)?;
        let mut json = json_of(name, org, &orgs, desk);
        json["kind"] = json!(identity.org_kind);
        json["user_id"] = identity.user_id.as_str().into();
        json["username"] = identity.username.as_str().into();
        desk.document(&json!({ "format": FORMAT, "signed_in": json }));
        return Ok(Exit::Done);
    }
    desk.print(format!(
        "`{name}` is the org {} ({}) at {}, as {}.",
        identity.org_id,
        kind(identity.org_kind),
        org.address,
        identity.username
    ));
    let file = Keychains::of(home, &desk.world)?.file();
    match org.kept {
        Some(Kept::Keychain) => desk.say("Its secrets are in the keychain of this system."),
        Some(Kept::File) => desk.say(format!(
            "Its secrets are in the file `{}`, which only you can read. No keychain of this system holds them.",
            file.display()
        )),
        None => desk.say("Usher keeps no secret of it."),
    }
    Ok(Exit::Done)
}
