//! Memory from which code runs. The engine makes its own memory executable. Code that lies in the program is used where
//! it is: copied, each plugin would take a megabyte more, and each start the time for it.

use wasmtime::CustomCodeMemory;

/// Bytes of a page, for code that lies in the program. As large as on every machine of [`Own::here`].
pub(crate) const PAGE_BYTES: usize = 4096;

/// Makes memory executable, wherever it is.
pub(crate) struct Own(());

impl Own {
    /// None on a machine where code in the program is copied before it runs: one with larger pages, or one whose
    /// processor must be told of new code.
    pub(crate) fn here() -> Option<Self> {
        (cfg!(all(target_os = "linux", target_arch = "x86_64"))
            && PAGE_BYTES == system_page_bytes())
        .then_some(Self(()))
    }
}

impl CustomCodeMemory for Own {
    fn required_alignment(&self) -> usize {
        PAGE_BYTES
    }

    fn publish_executable(&self, from: *const u8, bytes: usize) -> wasmtime::Result<()> {
        executable(from, bytes)
    }

    /// The engine calls this right before it gives memory of its own back to the system. Memory of the program stays as it
    /// is: another engine may run the same code.
    fn unpublish_executable(&self, _from: *const u8, _bytes: usize) -> wasmtime::Result<()> {
        Ok(())
    }
}

#[cfg(unix)]
fn system_page_bytes() -> usize {
    rustix::param::page_size()
}

#[cfg(not(unix))]
fn system_page_bytes() -> usize {
    0
}

#[cfg(unix)]
fn executable(from: *const u8, bytes: usize) -> wasmtime::Result<()> {
    use rustix::mm::{MprotectFlags, mprotect};

    #[expect(
        unsafe_code,
        reason = "the engine gives whole pages of code that it has just loaded; they become readable and executable, and \
                  never writable again"
    )]
    unsafe {
        mprotect(
            from.cast_mut().cast(),
            bytes,
            MprotectFlags::READ | MprotectFlags::EXEC,
        )?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn executable(_from: *const u8, _bytes: usize) -> wasmtime::Result<()> {
    Err(wasmtime::Error::msg(
        "memory of the program is not used here",
    ))
}
