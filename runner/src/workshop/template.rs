//! The files that come with Usher for a language: a new plugin, its SDK, the pins of its tools.

use usher_guest::Language;

use crate::error::Error;
use crate::exit::Exit;
use crate::workshop::files::NamedFile;

/// The files of one part (`template`, `sdk`, `toolchain`), by their path below it.
fn part(language: Language, part: &str) -> Vec<(&'static str, &'static [u8])> {
    let mut languages = usher_packs::languages().iter();
    let files = languages
        .find(|known| known.name == language.word())
        .map_or(&[][..], |known| known.files);
    let below = |(path, bytes): &(&'static str, &'static [u8])| {
        Some((path.strip_prefix(part)?.strip_prefix('/')?, *bytes))
    };
    files.iter().filter_map(below).collect()
}

/// The files of a new plugin of this name, without its SDK.
pub(super) fn template(language: Language, name: &str) -> Result<Vec<NamedFile>, Error> {
    let files = part(language, "template");
    if files.is_empty() {
        let message = format!("this Usher has no template for a plugin in {language}");
        return Err(Error::new(Exit::Plugin, "workshop/no-template", message)
            .help("use another language, or a newer Usher"));
    }
    let filled = files.into_iter().map(|(path, bytes)| {
        // Cargo would take a `Cargo.toml` below this workspace for one of its own.
        let path = filled(path.trim_end_matches(".in"), name);
        let bytes = match std::str::from_utf8(bytes) {
            Ok(text) => filled(text, name).into_bytes(),
            Err(_) => bytes.to_vec(),
        };
        (path, bytes)
    });
    Ok(filled.collect())
}

/// The SDK of this Usher: its files, and the file that says the version.
pub(super) fn sdk(language: Language) -> Vec<NamedFile> {
    let mut files: Vec<NamedFile> = part(language, "sdk")
        .into_iter()
        .map(|(path, bytes)| (path.to_owned(), bytes.to_vec()))
        .collect();
    files.push((VERSION.to_owned(), version().into_bytes()));
    files
}

/// The files that fix the versions of the tools.
pub(super) fn pins(language: Language) -> Vec<(&'static str, &'static [u8])> {
    part(language, "toolchain")
}

/// The file that says which Usher has written an SDK.
pub(super) const VERSION: &str = "VERSION";

/// The text of that file.
pub(super) fn version() -> String {
    format!(
        "usher {}\n{}\n",
        env!("CARGO_PKG_VERSION"),
        usher_host::CONTRACT
    )
}

/// The text with the words of this plugin in their places.
fn filled(text: &str, name: &str) -> String {
    let contract = usher_host::CONTRACT.rsplit('@').next().unwrap_or_default();
    text.replace("{{name}}", name)
        .replace("{{crate}}", &name.replace('-', "_"))
        .replace("{{contract}}", contract)
        .replace("{{usher}}", env!("CARGO_PKG_VERSION"))
}
