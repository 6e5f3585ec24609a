//! Whether the plugins of a recipe may do what their manifests ask for: what the packs in the box allow, and
//! what this person allows. A refusal gives the lines that allow it.

use std::path::{Path, PathBuf};

use usher_core::diagnostic::SourceText;
use usher_core::grant::{self, Grant};
use usher_core::limit;
use usher_core::manifest::Manifest;
use usher_core::plan::PluginStamp;
use usher_core::recipe::{Grants, PluginGrant, PluginRef, parse_grants};

use crate::catalog::{Catalog, Found};
use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::plugins::Plugins;
use crate::shelf::boxed::is_in_box;
use crate::text_file::read_text;

/// One plugin that is held against the grants.
struct Asked<'a> {
    reference: &'a PluginRef,
    manifest: &'a Manifest,
    stamp: &'a PluginStamp,
    /// The file that it was read from.
    file: Option<&'a Path>,
}

/// A plugin that is not allowed everything that it asks for.
struct Refusal<'a> {
    asked: &'a Asked<'a>,
    missing: Grant,
    never: Vec<String>,
    /// Why the person's grant for a plugin of that name does not count, if there is one.
    why: Option<String>,
    /// The section of `grants.toml` that allows it.
    section: String,
    /// There is a section of that plugin already.
    is_there: bool,
}

impl Plugins {
    /// Checks that every plugin is allowed what its manifest asks for, and that its version is one that
    /// its pack takes.
    pub(crate) fn allow(&self, catalog: &Catalog, found: &Found, home: &Home) -> Result<(), Error> {
        for known in self.known.values() {
            let manifest = &known.manifest;
            let taken = found.pack.plugins.get(&manifest.name);
            if let Some(taken) = taken
                && !taken.requirement.matches(&manifest.version)
            {
                let message = format!(
                    "the pack takes `{}` {}, and this is {}",
                    manifest.name, taken.requirement, manifest.version
                );
                return Err(Error::new(Exit::Plugin, "plugin/wrong-version", message));
            }
        }
        self.allowed(catalog, home)
    }

    /// Checks the grants alone.
    pub(crate) fn allowed(&self, catalog: &Catalog, home: &Home) -> Result<(), Error> {
        let granted = granted(home)?;
        let asked: Vec<Asked<'_>> = self
            .known
            .iter()
            .map(|(reference, known)| Asked {
                reference,
                manifest: &known.manifest,
                stamp: &known.stamp,
                file: known.file.as_deref(),
            })
            .collect();
        let refusals: Vec<Refusal<'_>> = asked
            .iter()
            .filter_map(|asked| refusal(asked, catalog, &granted))
            .collect();
        match refusals.is_empty() {
            true => Ok(()),
            false => Err(refused(&refusals, home)),
        }
    }
}

fn refusal<'a>(asked: &'a Asked<'a>, catalog: &Catalog, granted: &Grants) -> Option<Refusal<'a>> {
    let mut allowed = Grant::default();
    // What the box allows, it allows to the bytes in the box, whatever name other bytes bear.
    if is_in_box(&asked.stamp.digest) {
        allowed.extend(&grant_of_packs(catalog, &asked.manifest.name));
    }
    let person = granted.plugins.get(&asked.manifest.name);
    let counts = person.map(|person| counts(person, asked, &granted.development));
    if let (Some(person), Some(Ok(()))) = (person, &counts) {
        allowed.extend(&person.grant);
    }
    let mut missing = allowed.missing(asked.manifest);
    let mut whole = Grant::asked_by(asked.manifest);
    let never = whole.take_never_granted();
    let mut all_missing = missing.clone();
    missing.take_never_granted();
    if missing.is_empty() && never.is_empty() {
        return None;
    }
    all_missing.take_never_granted();
    if let (Some(person), Some(Ok(()))) = (person, &counts) {
        whole.extend(&person.grant);
    }
    // Below a development folder every build has other bytes.
    let digest = match (person, &counts) {
        (Some(PluginGrant { digest: None, .. }), Some(Ok(()))) => String::new(),
        _ => format!("digest = \"sha256:{}\"\n", asked.stamp.digest),
    };
    Some(Refusal {
        asked,
        missing: all_missing,
        never,
        why: counts.and_then(Result::err),
        section: format!(
            "[plugins.{}]\n{digest}{}",
            asked.stamp.name,
            grant::lines(&whole)
        ),
        is_there: person.is_some(),
    })
}

/// Whether a person's grant is for this component; else why not.
fn counts(person: &PluginGrant, asked: &Asked<'_>, development: &[String]) -> Result<(), String> {
    let name = &asked.stamp.name;
    match &person.digest {
        Some(digest) if digest.strip_prefix("sha256:").unwrap_or(digest) == asked.stamp.digest => {
            Ok(())
        }
        Some(_) => Err(format!(
            "the grant for `{name}` is for other bytes than these"
        )),
        None if asked.file.is_some_and(|file| is_below(file, development)) => Ok(()),
        None => Err(format!(
            "the grant for `{name}` has no `digest`, and the component lies below no folder that `development` lists"
        )),
    }
}

fn is_below(file: &Path, folders: &[String]) -> bool {
    folders.iter().any(|folder| {
        // A link counts as what it leads to.
        let folder = Path::new(folder);
        let folder = folder
            .canonicalize()
            .unwrap_or_else(|_| PathBuf::from(folder));
        file.starts_with(folder)
    })
}

/// What the packs in the box allow a plugin in the box: the union, as each of them may use it.
fn grant_of_packs(catalog: &Catalog, name: &str) -> Grant {
    let mut all = Grant::default();
    for grant in catalog.packs().filter_map(|pack| pack.plugins.get(name)) {
        all.extend(&grant.grant);
    }
    all
}

/// What this person allows: `grants.toml`.
fn granted(home: &Home) -> Result<Grants, Error> {
    let path = home.grants();
    if !path.is_file() {
        return Ok(Grants::default());
    }
    let source = SourceText {
        name: path.display().to_string(),
        text: read_text(&path, limit::PACK_FILE_BYTES_MAX)?,
    };
    parse_grants(&source).map_err(|diagnostics| Error::mistakes(Some(&source), diagnostics))
}

/// Needs that a message names. The lines to add have all of them.
const NEEDS_SHOWN_MAX: usize = 10;

fn refused(refusals: &[Refusal<'_>], home: &Home) -> Error {
    let mut messages = Vec::new();
    let (mut new, mut changed) = (Vec::new(), Vec::new());
    for refusal in refusals {
        let stamp = refusal.asked.stamp;
        let who = format!(
            "plugin `{}` {} (`{}`)",
            stamp.name, stamp.version, refusal.asked.reference
        );
        let mut needs = grant::in_words(&refusal.missing);
        if needs.len() > NEEDS_SHOWN_MAX {
            let more = needs.len() - NEEDS_SHOWN_MAX;
            needs.truncate(NEEDS_SHOWN_MAX);
            needs.push(format!("{more} things more"));
        }
        if !needs.is_empty() {
            messages.push(format!("{who} may not {}", needs.join(", ")));
        }
        messages.extend(refusal.why.clone());
        for resource in &refusal.never {
            messages.push(format!(
                "{who} asks for `{resource}`, which carries other calls or code and is never granted"
            ));
        }
        if !refusal.missing.is_empty() {
            let sections = if refusal.is_there {
                &mut changed
            } else {
                &mut new
            };
            sections.push(refusal.section.as_str());
        }
    }
    let error = Error::new(Exit::Refused, "grant/missing", messages.join("; "));
    let file = home.grants();
    let file = file.display();
    let mut help = Vec::new();
    if !new.is_empty() {
        help.push(format!(
            "to allow it, add to `{file}`:\n{}",
            new.join("\n\n")
        ));
    }
    if !changed.is_empty() {
        help.push(format!(
            "to allow it, put this into `{file}` in the place of what it says of the same plugin:\n{}",
            changed.join("\n\n")
        ));
    }
    match help.is_empty() {
        true => error,
        false => error.help(help.join("\n\n")),
    }
}
