//! The output of a plugin for its author while it plans: log lines, standard output and error. Kept apart from the plan
//! and bounded in lines and bytes.

use usher_contract::limit::LOG_LINE_BYTES_MAX;
use usher_contract::text;

use crate::limit::LOG_BYTES_MAX;

/// The severity of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}

/// The source of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The contract's interface `log`.
    Log,
    Stdout,
    Stderr,
}

/// One line, safe to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    pub source: Source,
    pub level: Level,
    pub text: String,
}

/// The lines of one call. Lines beyond the limits are counted, not kept.
pub(crate) struct Log {
    lines: Vec<LogLine>,
    lines_max: usize,
    bytes: usize,
    dropped: usize,
}

impl Log {
    pub(crate) fn new(lines_max: usize) -> Self {
        Self {
            lines: Vec::new(),
            lines_max,
            bytes: 0,
            dropped: 0,
        }
    }

    pub(crate) fn push(&mut self, source: Source, level: Level, message: &str) {
        if self.lines.len() >= self.lines_max || self.bytes >= LOG_BYTES_MAX {
            self.dropped += 1;
            return;
        }
        let text = text::line(message, LOG_LINE_BYTES_MAX);
        self.bytes += text.len();
        self.lines.push(LogLine {
            source,
            level,
            text,
        });
    }

    /// Standard output or error, line by line.
    pub(crate) fn push_output(&mut self, source: Source, level: Level, bytes: &[u8]) {
        for line in String::from_utf8_lossy(bytes).lines() {
            self.push(source, level, line);
        }
    }

    pub(crate) fn finish(mut self) -> Vec<LogLine> {
        if self.dropped > 0 {
            self.lines.push(LogLine {
                source: Source::Log,
                level: Level::Warn,
                text: format!("{} more lines were dropped", self.dropped),
            });
        }
        self.lines
    }
}
