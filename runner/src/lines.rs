//! Lines of progress, questions and diagnostics.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use crate::page::{Look, Page};

/// Whole lines from several places at once.
#[derive(Clone)]
pub struct Lines {
    writer: Arc<Mutex<Box<dyn Write + Send>>>,
    pub(crate) look: Look,
}

impl Lines {
    /// Lines to a writer.
    pub fn to(writer: impl Write + Send + 'static, look: Look) -> Self {
        Self {
            writer: Arc::new(Mutex::new(Box::new(writer))),
            look,
        }
    }

    /// Writes lines. A closed pipe is the reader's business: it never stops a run.
    pub(crate) fn write(&self, page: impl Into<Page>) {
        let text = page.into().text(self.look);
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let _closed = writer.write_all(text.as_bytes());
        let _closed = writer.flush();
    }
}

/// A writer of a result that goes where lines go.
pub(crate) struct AmongLines(pub(crate) Lines);

impl Write for AmongLines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut writer = self.0.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let mut writer = self.0.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.flush()
    }
}
