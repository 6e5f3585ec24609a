//! Code that was compiled when Usher was built.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, Ordering};

use wasmtime::component::Component;
use wasmtime::{Engine, Result};

use crate::memory::Own;
use crate::settings::config;

/// Compiles components for the machines that Usher is built for.
pub struct Compiler(Engine);

impl Compiler {
    /// A compiler for a target, named as Rust names it. The code runs on every processor of the target, not only on
    /// one like that of the machine that builds.
    ///
    /// # Errors
    ///
    /// The engine has no code for the target.
    pub fn for_target(target: &str) -> Result<Self> {
        let mut config = config(0);
        config.target(target)?;
        Ok(Self(Engine::new(&config)?))
    }

    /// Settings and version of the engine, in a few characters.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.0)
    }

    /// Compiles a component.
    ///
    /// # Errors
    ///
    /// The component is not valid.
    pub fn compile(&self, component: &[u8]) -> Result<Vec<u8>> {
        self.0.precompile_component(component)
    }
}

/// Settings and version of an engine, in a few characters.
fn fingerprint(engine: &Engine) -> String {
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Bytes that begin where a page begins, so that the system can make them executable.
#[repr(C, align(4096))]
pub struct Paged<T>(pub T);

/// The code of a component, compiled when Usher was built.
pub struct Ahead {
    digest: &'static str,
    code: &'static [u8],
    /// The engine knows code by its place and takes no place twice.
    is_used: AtomicBool,
}

impl Ahead {
    /// The code of the component with this digest: SHA-256, in hexadecimal.
    ///
    /// # Safety
    ///
    /// `code` are the bytes that [`Compiler::compile`] made of that component, [`Paged`].
    #[expect(
        unsafe_code,
        reason = "the engine cannot check code; the one who calls this says that the bytes are a compiler's"
    )]
    pub const unsafe fn new(digest: &'static str, code: &'static [u8]) -> Self {
        Self {
            digest,
            code,
            is_used: AtomicBool::new(false),
        }
    }

    /// SHA-256 of the component, in hexadecimal.
    pub fn digest(&self) -> &'static str {
        self.digest
    }

    /// The component for an engine with the settings of [`crate::running`].
    ///
    /// # Errors
    ///
    /// The code is for another processor or another engine.
    pub fn load(&self, engine: &Engine) -> Result<Component> {
        let in_place = Own::here().is_some() && !self.is_used.swap(true, Ordering::Relaxed);
        #[expect(
            unsafe_code,
            reason = "`Ahead::new` was given bytes of a compiler, and they are part of the program: nobody changes them, \
                      and they stay as long as the process"
        )]
        unsafe {
            match in_place {
                true => Component::deserialize_raw(engine, NonNull::from(self.code)),
                false => Component::deserialize(engine, self.code),
            }
        }
    }
}

impl fmt::Debug for Ahead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ahead")
            .field("digest", &self.digest)
            .field("bytes", &self.code.len())
            .finish_non_exhaustive()
    }
}
