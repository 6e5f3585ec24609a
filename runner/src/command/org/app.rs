//! `usher org app`: the External Client App with which a person signs in, as metadata to deploy and as boxes to tick.
//!
//! Fields and folders are those of the Metadata API Developer Guide (`ExternalClientApplication`,
//! `ExtlClntAppOauthSettings`, `ExtlClntAppGlobalOauthSettings`). The guide shows no app as a whole, so that these
//! files together make one is \[inferred\], and so are the names of scopes.

use std::path::Path;

use serde_json::{Value, json};
use usher_core::limit;

use crate::args::AppArgs;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow::sign_in::callbacks;
use crate::page::Page;
use crate::report::FORMAT;
use crate::text_file::read_text;
use crate::whole_file::WholeFile;

/// The version of the Metadata API that the files are for.
const VERSION: &str = "66.0";

/// One file of the metadata.
struct Piece {
    path: &'static str,
    text: String,
}

/// The boxes to tick for a person who makes the app in Setup, or looks at what was deployed.
const STEPS: &[&str] = &[
    "Setup > External Client App Manager > New External Client App. Name: Usher. Distribution State: Local.",
    "API (Enable OAuth Settings): tick Enable OAuth.",
    "Callback URL: the lines shown below, one below the other.",
    "OAuth Scopes: Manage user data via APIs (api); Perform requests at any time (refresh_token, offline_access); Access the identity URL service (id, profile, email, address, phone).",
    "For the browser: tick Require Proof Key for Code Exchange (PKCE). Untick Require Secret for Web Server Flow and Require Secret for Refresh Token Flow, or give the consumer secret with `--client-secret-stdin`.",
    "For a key: tick Enable JWT Bearer Flow and upload the certificate. Policies > Plugin Policies: Admin approved users are pre-authorized; App Policies: choose the permission sets of those users.",
    "For client credentials: tick Enable Client Credentials Flow, also in Policies, and name the user to run as there.",
    "Policies: choose the IP relaxation and the time after which refresh tokens end, as your security team wants them.",
    "Settings > OAuth Settings > Consumer Key and Secret: the consumer key is `--client-id`.",
];

/// The commands that make a private key and its certificate.
const KEY: &[&str] = &[
    "openssl req -x509 -newkey rsa:2048 -sha256 -days 365 -nodes -subj /CN=usher -keyout usher.key -out usher.crt",
    "chmod 600 usher.key",
    "usher org login NAME --jwt-key usher.key --username USER --client-id ID",
];

pub(super) fn app(args: &AppArgs, desk: &mut Desk) -> Result<Exit, Error> {
    let certificate = match &args.certificate {
        Some(file) => Some(certificate(&desk.world.folder.join(file))?),
        None => None,
    };
    let pieces = pieces(&args.contact, certificate.as_deref());
    if let Some(folder) = &args.out {
        write(&desk.world.folder.join(folder), &pieces)?;
    }
    if args.output.json {
        let files = pieces
            .iter()
            .map(|piece| json!({ "path": piece.path, "text": piece.text }));
        let files: Vec<Value> = files.collect();
        desk.document(&json!({
            "format": FORMAT,
            "callback_urls": callbacks(),
            "files": files,
            "steps": STEPS,
            "key": KEY,
        }));
        return Ok(Exit::Done);
    }
    if let Some(folder) = &args.out {
        let folder = folder.display();
        desk.print(format!("The metadata is in `{folder}`."));
        desk.say(format!(
            "`sf project deploy start --metadata-dir {folder} --target-org ORG` deploys it; `usher org app --print` shows the rest."
        ));
        return Ok(Exit::Done);
    }
    desk.print(page(&pieces));
    Ok(Exit::Done)
}

fn page(pieces: &[Piece]) -> Page {
    let mut page = Page::default();
    page.line(
        0,
        "Usher signs in with an External Client App of your org. Make it in Setup:",
    );
    for (number, step) in STEPS.iter().enumerate() {
        page.line(2, format!("{}. {step}", number + 1));
    }
    page.blank();
    page.line(0, "Callback URLs:");
    for callback in callbacks() {
        page.line(2, callback);
    }
    page.blank();
    page.line(0, "Key and certificate, for sign-in without a browser:");
    for command in KEY {
        page.line(2, command);
    }
    page.blank();
    page.line(
        0,
        "Or deploy these files (`usher org app --out FOLDER` writes them; not tried on a live org, and policies are set in Setup):",
    );
    for piece in pieces {
        page.blank();
        page.line(0, format!("--- {}", piece.path));
        for line in piece.text.lines() {
            page.line(0, line);
        }
    }
    page
}

/// The certificate in a file: one, and no key.
fn certificate(path: &Path) -> Result<String, Error> {
    let text = read_text(path, limit::PACK_FILE_BYTES_MAX)?;
    let text = text.trim();
    let is_one = text.starts_with("-----BEGIN CERTIFICATE-----")
        && text.ends_with("-----END CERTIFICATE-----")
        && text.matches("-----BEGIN").count() == 1;
    match is_one {
        true => Ok(text.to_owned()),
        false => {
            let message = format!("`{}` is not one certificate in PEM", path.display());
            Err(Error::new(Exit::Usage, "sign-in/bad-certificate", message)
                .help("give the certificate, never the private key"))
        }
    }
}

fn pieces(contact: &str, certificate: Option<&str>) -> Vec<Piece> {
    let piece = |path, kind: &str, fields: &[(&str, &str)]| Piece {
        path,
        text: document(kind, fields),
    };
    let callbacks = callbacks().join("\n");
    let mut global = vec![
        ("callbackUrl", callbacks.as_str()),
        ("externalClientApplication", "Usher"),
        ("isConsumerSecretOptional", "true"),
        ("isIntrospectAllTokens", "false"),
        ("isPkceRequired", "true"),
        ("isSecretRequiredForRefreshToken", "false"),
        ("label", "Usher global OAuth settings"),
        ("shouldRotateConsumerKey", "false"),
        ("shouldRotateConsumerSecret", "false"),
    ];
    if let Some(certificate) = certificate {
        global.insert(1, ("certificate", certificate));
    }
    vec![
        Piece {
            path: "package.xml",
            text: package(),
        },
        piece(
            "externalClientApps/Usher.eca",
            "ExternalClientApplication",
            &[
                ("contactEmail", contact),
                ("description", "Signs in people who run Usher recipes"),
                ("distributionState", "Local"),
                ("isProtected", "false"),
                ("label", "Usher"),
            ],
        ),
        piece(
            "extlClntAppOauthSettings/Usher_oauth.ecaOauth",
            "ExtlClntAppOauthSettings",
            &[
                ("commaSeparatedOauthScopes", "Api, RefreshToken, Basic"),
                ("externalClientApplication", "Usher"),
                ("label", "Usher OAuth settings"),
            ],
        ),
        piece(
            "extlClntAppGlobalOauthSets/Usher_glbloauth.ecaGlblOauth",
            "ExtlClntAppGlobalOauthSettings",
            &global,
        ),
    ]
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

const NAMESPACE: &str = "http://soap.sforce.com/2006/04/metadata";

fn document(kind: &str, fields: &[(&str, &str)]) -> String {
    let fields = fields.iter();
    let fields = fields.map(|(name, value)| format!("    <{name}>{}</{name}>\n", escaped(value)));
    let fields: String = fields.collect();
    format!("{HEAD}<{kind} xmlns=\"{NAMESPACE}\">\n{fields}</{kind}>\n")
}

fn package() -> String {
    let kinds = [
        "ExternalClientApplication",
        "ExtlClntAppOauthSettings",
        "ExtlClntAppGlobalOauthSettings",
    ];
    let kinds = kinds.map(|kind| {
        format!(
            "    <types>\n        <members>*</members>\n        <name>{kind}</name>\n    </types>\n"
        )
    });
    let kinds = kinds.concat();
    format!(
        "{HEAD}<Package xmlns=\"{NAMESPACE}\">\n{kinds}    <version>{VERSION}</version>\n</Package>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn write(folder: &Path, pieces: &[Piece]) -> Result<(), Error> {
    for piece in pieces {
        let path = folder.join(piece.path);
        if let Some(parent) = path.parent() {
            let made = std::fs::create_dir_all(parent);
            made.map_err(|error| Error::file("make the folder", parent, &error))?;
        }
        WholeFile::begin(&path)?.finish(&piece.text)?;
    }
    Ok(())
}
