//! A component that was looked at, and not compiled yet. Who looks at a component first, to show what it asks for, hands it
//! on to be loaded, so that nothing is read or hashed a second time.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use usher_code::limit::COMPILED_WELL_BYTES_MAX;
use usher_contract::manifest::Manifest;

use crate::error::PluginError;
use crate::inspect::{self, Inspection};

/// The bytes of a component. Copies share them.
#[derive(Clone)]
pub enum Bytes {
    /// They are part of the program.
    Embedded(&'static [u8]),
    /// They were read from somewhere.
    Read(Arc<[u8]>),
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Embedded(bytes) => bytes,
            Self::Read(bytes) => bytes,
        }
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Read(bytes.into())
    }
}

impl From<Arc<[u8]>> for Bytes {
    fn from(bytes: Arc<[u8]>) -> Self {
        Self::Read(bytes)
    }
}

/// A component that is a plugin as far as this shows without compiling it.
#[derive(Clone)]
pub struct LookedAt {
    bytes: Bytes,
    digest: Arc<str>,
    manifest: Arc<Manifest>,
    manifest_text: Arc<[u8]>,
    has_large_table: bool,
}

impl LookedAt {
    /// Looks at a component.
    ///
    /// # Errors
    ///
    /// The bytes are not a component, have no manifest, or the host would not load them.
    pub fn of(bytes: impl Into<Bytes>) -> Result<Self, PluginError> {
        let bytes = bytes.into();
        let inspection = inspect::inspect(&bytes)?;
        Self::checked(bytes, inspection)
    }

    /// The same of a component that is part of the program, whose digest is known.
    ///
    /// # Errors
    ///
    /// As for [`Self::of`].
    pub fn of_embedded(component: &'static [u8], digest: &str) -> Result<Self, PluginError> {
        let inspection = inspect::inspected(component, || digest.to_owned())?;
        Self::checked(Bytes::Embedded(component), inspection)
    }

    fn checked(bytes: Bytes, inspection: Inspection) -> Result<Self, PluginError> {
        if let Some(problem) = inspection.problems.into_iter().next() {
            return Err(problem);
        }
        let (Some(manifest), Some(text)) = (inspection.manifest, inspection.manifest_text) else {
            return Err(PluginError::NoManifest);
        };
        Ok(Self {
            bytes,
            digest: inspection.digest.into(),
            manifest: Arc::new(manifest),
            manifest_text: text.into(),
            has_large_table: inspection.has_large_table,
        })
    }

    /// The component's own bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Says whether its calls may have slots of a [`crate::pool`]. Loading a large one a second time takes longer than its
    /// calls would save.
    pub(crate) fn fits_slot(&self) -> bool {
        self.bytes.len() <= COMPILED_WELL_BYTES_MAX && !self.has_large_table
    }

    /// SHA-256 of the component, in hexadecimal.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    pub fn manifest(&self) -> &Arc<Manifest> {
        &self.manifest
    }

    /// The manifest's own bytes.
    pub fn manifest_text(&self) -> &[u8] {
        &self.manifest_text
    }
}

impl fmt::Debug for LookedAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LookedAt")
            .field("name", &self.manifest.name)
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}
