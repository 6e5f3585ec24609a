//! From the folder of a plugin to its component: built, given its manifest, looked at, described by itself, written.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use usher_core::diagnostic::SourceText;
use usher_core::manifest::Manifest;
use usher_guest::{GuestError, Language, PluginBuild, build_plugin, with_manifest};
use usher_host::{Host, ImportKind, Inspection, inspect};

use crate::data_plugin;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow;
use crate::home::Home;
use crate::plugins;
use crate::workshop::folder::{MANIFEST, manifest_mistakes};
use crate::workshop::{PluginFolder, files, sdk, template};
use crate::world::World;

/// A component that was built and written.
pub(crate) struct Built {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) language: Language,
    pub(crate) file: PathBuf,
    /// The file below the folder, as it is shown.
    pub(crate) shown: String,
    pub(crate) bytes: usize,
    /// SHA-256, in hexadecimal.
    pub(crate) digest: String,
    pub(crate) took: Duration,
    /// Imports of WASI, which give nothing.
    pub(crate) muted: Vec<String>,
}

/// Builds the component and writes it into the folder, or nothing.
pub(crate) async fn build(
    folder: &PluginFolder,
    world: &World,
    say: &dyn Fn(&str),
) -> Result<Built, Error> {
    let began = Instant::now();
    let home = Home::of(world)?;
    let host = flow::host(&home, world)?.writing(&folder.path);
    let manifest = folder.manifest()?;
    look_at_sdk(folder, say)?;
    let text = manifest.map(|(_, source)| source.text.into_bytes());
    let component = component(folder, text.clone(), &home, world, say)?;
    let component = match text {
        Some(_) => component,
        None => described(component, folder, &host).await?,
    };
    let (inspection, manifest) = looked_at(&component, folder)?;
    let bytes: Arc<[u8]> = component.into();
    let name = manifest.name.clone();
    let loaded = host.load(Arc::clone(&bytes)).await;
    loaded.map_err(|error| plugins::unusable(&error, &name))?;

    let shown = format!("{name}.wasm");
    let file = folder.path.join(&shown);
    files::write(&file, &bytes)?;
    let muted = inspection.imports.into_iter();
    let muted = muted.filter(|import| import.kind == ImportKind::MutedWasi);
    Ok(Built {
        version: manifest.version.to_string(),
        language: folder.language,
        shown: folder.name_of(&shown),
        file,
        bytes: bytes.len(),
        digest: inspection.digest,
        took: began.elapsed(),
        muted: muted.map(|import| import.name).collect(),
        name,
    })
}

/// Refuses a folder without the SDK that its source needs, and points out one of another Usher. A plugin in Rust names the
/// place of its SDK itself; one made of data needs none.
fn look_at_sdk(folder: &PluginFolder, say: &dyn Fn(&str)) -> Result<(), Error> {
    if matches!(folder.language, Language::Rust | Language::Data) {
        return Ok(());
    }
    let shown = folder.name_of("sdk");
    match sdk::version_of(folder) {
        None => {
            let message = format!("`{shown}` is not there, or Usher has not written it");
            Err(Error::new(Exit::Plugin, "workshop/no-sdk", message)
                .help("run `usher plugin sdk`, which writes the SDK of this Usher"))
        }
        Some(version) if version != template::version() => {
            say(&format!(
                "note: `{shown}` is of another Usher; `usher plugin sdk` writes the SDK of this one"
            ));
            Ok(())
        }
        Some(_) => Ok(()),
    }
}

/// The component as its compiler makes it.
fn component(
    folder: &PluginFolder,
    manifest: Option<Vec<u8>>,
    home: &Home,
    world: &World,
    say: &dyn Fn(&str),
) -> Result<Vec<u8>, Error> {
    if folder.language == Language::Data {
        return of_data(folder, manifest.is_some());
    }
    let wasm_std = world.variable("USHER_WASM_STD").map(str::parse).transpose();
    let wasm_std = wasm_std.map_err(|error: GuestError| {
        Error::new(Exit::Usage, "build/wasm-std", error.to_string())
    })?;
    let built = build_plugin(&PluginBuild {
        folder: folder.path.clone(),
        language: folder.language,
        manifest,
        pins: &template::pins(folder.language),
        cache: home.fetched()?,
        wasm_std,
        say,
    });
    built.map_err(|error| unbuilt(error, folder, say))
}

/// The component of a plugin made of data. Its manifest follows from the file.
fn of_data(folder: &PluginFolder, has_manifest: bool) -> Result<Vec<u8>, Error> {
    let source = Language::Data.source();
    if has_manifest {
        let message = format!(
            "`{}` has a `{MANIFEST}` beside its `{source}`",
            folder.shown
        );
        return Err(
            Error::new(Exit::Plugin, "data/two-manifests", message).help(format!(
                "remove `{MANIFEST}`: the manifest follows from `{source}`"
            )),
        );
    }
    data_plugin::component(&folder.path.join(source), &folder.name_of(source))
}

/// The component with the manifest that it describes itself by. Its `describe` is called in the sandbox, without an org.
async fn described(
    component: Vec<u8>,
    folder: &PluginFolder,
    host: &Host,
) -> Result<Vec<u8>, Error> {
    let inspection =
        inspect(&component).map_err(|error| plugins::unusable(&error, &folder.shown))?;
    if inspection.manifest_text.is_some() {
        return Ok(component);
    }
    let said = host.describe(Arc::from(&component[..])).await;
    let said = said.map_err(|error| plugins::unusable(&error, &folder.shown))?;
    with_manifest(&component, said.as_bytes())
        .map_err(|error| Error::new(Exit::Plugin, "build/not-a-plugin", error.to_string()))
}

/// The facts about the component, and its manifest. Everything that this Usher refuses of it is told at once.
fn looked_at(component: &[u8], folder: &PluginFolder) -> Result<(Inspection, Manifest), Error> {
    let shown = &folder.shown;
    let inspection = inspect(component).map_err(|error| plugins::unusable(&error, shown))?;
    if let Some(usher_host::PluginError::BadManifest(error)) = inspection.problems.first() {
        let text = inspection.manifest_text.as_deref().unwrap_or_default();
        let source = SourceText {
            name: format!("{shown}: the manifest that the plugin describes itself by"),
            text: String::from_utf8_lossy(text).into_owned(),
        };
        return Err(Error::mistakes(
            Some(&source),
            manifest_mistakes(error, &source),
        ));
    }
    if let Some(first) = inspection.problems.first() {
        let mut error = plugins::unusable(first, shown);
        for more in &inspection.problems[1..] {
            error.message = format!("{}; {more}", error.message);
        }
        return Err(error);
    }
    let manifest = inspection
        .manifest
        .clone()
        .ok_or_else(|| plugins::unusable(&usher_host::PluginError::NoManifest, shown))?;
    Ok((inspection, manifest))
}

/// Lines of a compiler that are shown. The first of them say the first mistake.
const LINES_MAX: usize = 400;

/// The error of a plugin that is not built. The words of the compiler go before it, line by line, as they are.
fn unbuilt(error: GuestError, folder: &PluginFolder, say: &dyn Fn(&str)) -> Error {
    let shown = &folder.shown;
    let with = |code: &str, exit: Exit, message: String| Error::new(exit, code, message);
    match error {
        GuestError::Compiler { language, output } => {
            tell(&output, say);
            let message =
                format!("the plugin in `{shown}` is not built: its {language} does not compile");
            with("build/failed", Exit::Plugin, message)
                .help("fix what the lines above say, and run `usher plugin build` again")
        }
        GuestError::NoTool { tool, .. } => with("build/no-tool", Exit::Plugin, error.to_string())
            .help(format!("install {tool}, so that it is in PATH")),
        GuestError::NotFetched {
            ref tools,
            ref output,
        } => {
            tell(output, say);
            let message = format!("{tools} cannot be fetched");
            with("build/no-toolchain", Exit::Plugin, message).help(
                "connect this machine to the registry, or set the registry of your network for npm or pip; \
                 what was fetched once is kept, and building needs no network then",
            )
        }
        GuestError::NoWasmStd { .. } => {
            tell(&error.to_string(), say);
            let message = "this machine has no standard library of Rust for WebAssembly";
            with("build/no-toolchain", Exit::Plugin, message.to_owned())
                .help("run `rustup target add wasm32-unknown-unknown`")
        }
        GuestError::NotAPlugin { source, .. } => {
            let message = format!("`{shown}` makes no plugin: {source}");
            with("build/not-a-plugin", Exit::Plugin, message)
        }
        GuestError::NoModule { .. } => with("build/not-a-plugin", Exit::Plugin, error.to_string())
            .help("write `crate-type = [\"cdylib\", \"rlib\"]` below `[lib]` in `Cargo.toml`"),
        GuestError::File { path, source } => Error::file("read or write", &path, &source),
        other => with("build/not-built", Exit::Plugin, other.to_string()),
    }
}

fn tell(output: &str, say: &dyn Fn(&str)) {
    let lines: Vec<&str> = output.lines().collect();
    for line in lines.iter().take(LINES_MAX) {
        say(line);
    }
    if let Some(more) = lines.len().checked_sub(LINES_MAX + 1) {
        say(&format!("… {} lines more", more + 1));
    }
}
