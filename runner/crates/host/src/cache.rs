//! Compiled code on disk, so that a plugin is compiled once on a machine.
//!
//! Loading compiled code runs it, so a changed file must not be loaded. Each file begins with a keyed digest of its
//! purpose and its code, and the key is in the same private folder. That guards against damage, mixed-up files and
//! files from elsewhere. A process that can write to the folder as the same user can run code as that user anyway.
//!
//! Nothing here fails a load: without a usable file, the plugin is compiled.

use std::fs::{self, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::file::{self, FileError};
use crate::limit;

const TAG_BYTES: usize = 32;
const KEY_BYTES: usize = 32;

/// The ending of a file with the code of a component.
const CODE: &str = "cwasm";
/// The ending of a file with the functions of a component.
const FUNCTIONS: &str = "functions";

/// A folder of compiled code for one engine.
pub(crate) struct Cache {
    folder: PathBuf,
    key: [u8; KEY_BYTES],
    /// Settings and version of the engine, in a few characters.
    engine: String,
}

impl Cache {
    /// Opens the cache in `folder`, which is made, or made private, if necessary.
    pub(crate) fn open(folder: PathBuf, engine: &Engine) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        make_private(&folder, 0o700)?;
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        Ok(Self {
            key: key(&folder)?,
            folder,
            engine: format!("{:016x}", hasher.finish()),
        })
    }

    /// The compiled component, if its file is unchanged. Any other file in its place is deleted.
    pub(crate) fn get(&self, engine: &Engine, digest: &str) -> Option<Component> {
        let path = self.path(digest);
        let bytes = match file::read(&path, limit::CACHED_BYTES_MAX) {
            Err(FileError::Io(error)) if error.kind() == io::ErrorKind::NotFound => return None,
            bytes => bytes.unwrap_or_default(),
        };
        let code = self.checked(CODE, digest, &bytes);
        let component = code.and_then(|code| trusted(engine, code).ok());
        if component.is_none() {
            // If the file stayed, the component would be compiled at every start.
            let _ = fs::remove_file(&path);
        }
        component
    }

    /// Keeps compiled code. When the disk is full, the next start takes longer; nothing else fails.
    pub(crate) fn put(&self, digest: &str, code: &[u8]) {
        let tag = self.mac(CODE, digest, code).finalize().into_bytes();
        let kept = replace(&self.path(digest), &[tag.as_slice(), code])
            .and_then(|()| self.drop_oldest(CODE, limit::CACHED_MAX));
        drop(kept);
    }

    /// The functions of the plugin in a folder, if their file is unchanged; otherwise none.
    pub(crate) fn functions(&self, of: &str) -> Vec<u8> {
        let most = limit::FUNCTIONS_BYTES_MAX + TAG_BYTES as u64;
        let bytes = file::read(&self.functions_path(of), most).unwrap_or_default();
        let functions = self.checked(FUNCTIONS, of, &bytes);
        functions.unwrap_or_default().to_vec()
    }

    /// Keeps the functions of the plugin in a folder.
    pub(crate) fn put_functions(&self, of: &str, functions: &[u8]) {
        let tag = self.mac(FUNCTIONS, of, functions).finalize().into_bytes();
        let kept = replace(&self.functions_path(of), &[tag.as_slice(), functions])
            .and_then(|()| self.drop_oldest(FUNCTIONS, limit::FUNCTIONS_MAX));
        drop(kept);
    }

    /// The code in a file, when its tag is right.
    fn checked<'a>(&self, kind: &str, of: &str, bytes: &'a [u8]) -> Option<&'a [u8]> {
        let (tag, code) = bytes.split_at_checked(TAG_BYTES)?;
        self.mac(kind, of, code).verify_slice(tag).ok()?;
        Some(code)
    }

    /// Signs the purpose of the code, too: a file under another's name must not pass.
    fn mac(&self, kind: &str, of: &str, code: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::new_from_slice(&self.key).expect("any length is a key length");
        mac.update(format!("usher {kind} 1\n{of}\n{}\n", self.engine).as_bytes());
        mac.update(code);
        mac
    }

    fn path(&self, digest: &str) -> PathBuf {
        self.folder.join(format!("{digest}-{}.{CODE}", self.engine))
    }

    fn functions_path(&self, of: &str) -> PathBuf {
        self.folder
            .join(format!("{of}-{}.{FUNCTIONS}", self.engine))
    }

    fn drop_oldest(&self, kind: &str, most: usize) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.path().extension().is_some_and(|it| it == kind) {
                files.push((entry.metadata()?.modified()?, entry.path()));
            }
        }
        files.sort();
        let too_many = files.len().saturating_sub(most);
        for (_, path) in files.iter().take(too_many) {
            fs::remove_file(path)?;
        }
        Ok(())
    }
}

/// The component from code that Usher's own compiler has made: it has just come from there, or its tag is right.
pub(crate) fn trusted(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    #[expect(
        unsafe_code,
        reason = "loading compiled code cannot be checked by the engine; the callers have only bytes that the own \
                  compiler wrote into a pipe of theirs, or that the key has signed for this plugin and engine, and \
                  they are the very bytes in memory that were checked, not read from a file again"
    )]
    unsafe {
        Component::deserialize(engine, code)
    }
}

/// The folder's key, made at first use.
fn key(folder: &Path) -> io::Result<[u8; KEY_BYTES]> {
    let path = folder.join("key");
    if let Some(key) = read_key(&path)? {
        return Ok(key);
    }
    let mut key = [0; KEY_BYTES];
    getrandom::fill(&mut key).map_err(io::Error::other)?;
    replace(&path, &[&key])?;
    // Two processes may begin at once. The later key stays and both use it from here on; code that the other one signed
    // with its own key is compiled again.
    read_key(&path)?.ok_or_else(|| io::Error::other("the key does not stay as it was written"))
}

fn read_key(path: &Path) -> io::Result<Option<[u8; KEY_BYTES]>> {
    match file::read(path, KEY_BYTES as u64) {
        Ok(bytes) => Ok(bytes.try_into().ok()),
        Err(FileError::TooLarge { .. }) => Ok(None),
        Err(FileError::Io(error)) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(FileError::Io(error)) => Err(error),
        Err(error @ FileError::NotRegular) => {
            let message = format!("`{}`: {error}", path.display());
            Err(io::Error::new(io::ErrorKind::InvalidInput, message))
        }
    }
}

/// Writes a private file whole or not at all.
fn replace(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    let draft = path.with_extension(format!("{}.draft", crate::inspect::hex(&random)));
    let written = write_private(&draft, parts).and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        let _ = fs::remove_file(&draft);
    }
    written
}

fn write_private(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    for part in parts {
        file.write_all(part)?;
    }
    Ok(())
}

#[cfg(unix)]
fn make_private(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn make_private(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}
