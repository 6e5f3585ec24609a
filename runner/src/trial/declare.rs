//! Writing into `manifest.json` the reads, writes and predictions that the rehearsals made. Nothing is taken out of it:
//! a rehearsal that is not written yet may need it.

mod json;

use usher_core::grant::in_words;
use usher_core::manifest::Manifest;
use usher_core::text;
use usher_core::used::Used;
use usher_host::Plugin;

use crate::error::Error;
use crate::exit::Exit;
use crate::trial::folder::Folder;
use crate::trial::outcome::{Case, Tested};
use crate::trial::rehearsals::write;
use crate::trial::unused;

/// Ends a test whose plugin could read and plan beyond its manifest.
pub(super) fn finish(
    folder: &Folder,
    plugin: &Plugin,
    used: &Used,
    cases: Vec<Case>,
) -> Result<Tested, Error> {
    let Some(text) = folder.manifest()? else {
        return from_sources(folder, plugin, used, cases);
    };
    let path = folder.manifest_path();
    let manifest = Manifest::parse(&text).map_err(|error| {
        let message = text::shown(&format!("`{}`: {error}", path.display()));
        Error::new(Exit::Plugin, "plugin/bad-manifest", message)
    })?;
    let beyond = used.beyond(&manifest);
    let mut tested = Tested::of(
        plugin,
        folder.component_name(),
        cases,
        unused(used, &manifest),
    );
    if beyond.is_empty() {
        return Ok(tested);
    }
    let mut whole = beyond.clone();
    whole.extend(&Used::all_of(&manifest));
    let members = whole.members().into_iter();
    let new = members.fold(text, |text, (key, value)| json::with(&text, key, &value));
    if let Err(error) = Manifest::parse(&new) {
        let message = text::shown(&format!(
            "the tests need what no manifest can declare: {error}"
        ));
        return Err(Error::new(Exit::Plugin, "plugin/bad-manifest", message));
    }
    write(&path, &new)?;
    tested.declared = in_words(&beyond.grant());
    Ok(tested)
}

/// A manifest that is made from the sources of the plugin cannot be written.
fn from_sources(
    folder: &Folder,
    plugin: &Plugin,
    used: &Used,
    cases: Vec<Case>,
) -> Result<Tested, Error> {
    let beyond = in_words(&used.beyond(plugin.manifest()).grant());
    if beyond.is_empty() {
        let unused = unused(used, plugin.manifest());
        return Ok(Tested::of(plugin, folder.component_name(), cases, unused));
    }
    let message = "the plugin has no `manifest.json`: its manifest is made from its sources";
    Err(
        Error::new(Exit::Usage, "plugin/derived-manifest", message).help(format!(
            "declare in the sources that it may {}",
            beyond.join(", ")
        )),
    )
}
