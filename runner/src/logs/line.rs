//! Lines of a log, for people and for programs.

use serde_json::{Map, Value};
use tracing::Level;

use crate::args::{LogFormat, LogLevel};
use crate::clock;
use crate::document::escaped;
use crate::lines::Lines;
use crate::page::{Page, Style};
use crate::world::World;

/// Something that a line says.
pub(super) struct Said<'a> {
    pub(super) level: Level,
    /// The kind of a span, or the name of an event.
    pub(super) name: &'a str,
    pub(super) at: At,
    pub(super) fields: &'a Map<String, Value>,
}

/// The place of a line in what it speaks of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    Begin,
    End,
    Moment,
}

impl At {
    fn word(self) -> &'static str {
        match self {
            Self::Begin => "begin",
            Self::End => "end",
            Self::Moment => "event",
        }
    }
}

/// A log on standard error.
pub(super) struct LineLog {
    level: LogLevel,
    format: LogFormat,
    lines: Lines,
}

impl LineLog {
    pub(super) fn new(level: LogLevel, format: LogFormat, world: &World) -> Self {
        let mut lines = world.log.clone();
        if format == LogFormat::Json {
            // A document is one line, and no window breaks it.
            lines.look.columns = None;
        }
        Self {
            level,
            format,
            lines,
        }
    }

    /// Says whether something has the weight for a line.
    pub(super) fn wants(&self, said: &Said<'_>) -> bool {
        self.level >= needs(said)
    }

    /// Writes a line. `around`: the fields of the spans around, in which it happened.
    pub(super) fn write(&self, at_ms: i64, said: &Said<'_>, around: Map<String, Value>) {
        let time = clock::utc_ms(at_ms);
        self.lines.write(match self.format {
            LogFormat::Text => text(&time, said, &around),
            LogFormat::Json => Page::from(json(time, said, around)),
        });
    }
}

/// The level at which something is told. Of a request, the begin says nothing that the end does not say.
fn needs(said: &Said<'_>) -> LogLevel {
    match (said.level, said.at) {
        (Level::ERROR, _) => LogLevel::Error,
        (Level::WARN, _) => LogLevel::Warn,
        (Level::INFO, _) => LogLevel::Info,
        (Level::DEBUG, At::End | At::Moment) => LogLevel::Debug,
        _ => LogLevel::Trace,
    }
}

fn word(said: &Said<'_>) -> (&'static str, Style) {
    match needs(said) {
        LogLevel::Off | LogLevel::Trace => ("trace", Style::Magenta),
        LogLevel::Error => ("error", Style::Red),
        LogLevel::Warn => ("warn", Style::Yellow),
        LogLevel::Info => ("info", Style::Green),
        LogLevel::Debug => ("debug", Style::Cyan),
    }
}

/// `2026-11-22T10:15:00.000Z  info  step end  unit=user outcome=done ms=12`. Around a request and an event, the unit.
fn text(time: &str, said: &Said<'_>, around: &Map<String, Value>) -> Page {
    let mut line = format!(" {} {} ", said.name, said.at.word());
    let unit = around
        .get_key_value("unit")
        .filter(|_| said.level != Level::INFO);
    for (name, held) in unit.into_iter().chain(said.fields) {
        line.push_str(&format!(" {name}={}", value(held)));
    }
    let (word, style) = word(said);
    let mut page = Page::default();
    page.headed(0, style, format!("{word:<5}"), line);
    page.stamped(&format!("{time}  "))
}

/// A value; with quotes when it would not be one word.
fn value(value: &Value) -> String {
    match value {
        Value::String(text) if is_word(text) => text.clone(),
        other => other.to_string(),
    }
}

fn is_word(text: &str) -> bool {
    let parts = |c: char| c.is_whitespace() || matches!(c, '"' | '=');
    !text.is_empty() && !text.contains(parts)
}

fn json(time: String, said: &Said<'_>, around: Map<String, Value>) -> String {
    let mut line = around;
    line.extend(said.fields.clone());
    line.insert("time".to_owned(), time.into());
    line.insert("level".to_owned(), word(said).0.into());
    line.insert("name".to_owned(), said.name.into());
    line.insert("at".to_owned(), said.at.word().into());
    escaped(&Value::Object(line).to_string())
}
