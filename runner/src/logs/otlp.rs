//! Traces to a collector, by the OpenTelemetry protocol: OTLP/HTTP with JSON (OTLP Specification 1, section OTLP/HTTP).
//! Off until `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector.
//!
//! A thread of its own sends batches, so that no command waits for a collector, but for a second at its end. What does
//! not arrive is counted, and is one warning; it changes no exit code.

mod document;
mod settings;
mod thread;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::Sender;

use crate::logs::layer::{EndedSpan, Queue};
use crate::logs::otlp::settings::{Collector, Settings, Unfit};
use crate::logs::otlp::thread::Sent;
use crate::page::Page;
use crate::world::World;

/// Spans that wait to be sent. A request takes tens of milliseconds, and a batch leaves every few seconds, so that it is
/// full only when the collector is slow or gone.
const QUEUE_MAX: usize = 4_096;

/// The time that the end of a command may take for the last batch.
const AT_END: Duration = Duration::from_secs(1);

/// The export of one command.
pub(super) struct Export(Result<Begun, Unfit>);

struct Begun {
    /// The address, as it was given.
    shown: String,
    queue: Arc<SpanQueue>,
    sent: Receiver<Sent>,
}

struct SpanQueue {
    /// None: the command has ended.
    sender: Mutex<Option<Sender<EndedSpan>>>,
    taken: AtomicU64,
    /// Spans for which there was no room.
    dropped: AtomicU64,
}

impl Export {
    /// Begins the export, if the environment names a collector.
    pub(super) fn begin(world: &World) -> Option<Self> {
        let collector = match Settings::of(world) {
            Ok(None) => return None,
            Ok(Some(settings)) => settings.collector(world),
            Err(unfit) => Err(unfit),
        };
        Some(Self(collector.and_then(Begun::new)))
    }

    /// The place for spans that have ended.
    pub(super) fn queue(&self) -> Option<Arc<dyn Queue>> {
        let begun = self.0.as_ref().ok()?;
        Some(Arc::clone(&begun.queue) as _)
    }

    /// Ends the export. Returns a warning, when not all of the trace has arrived.
    pub(super) fn end(self) -> Option<Page> {
        let begun = match self.0 {
            Ok(begun) => begun,
            Err(Unfit(why)) => {
                let text = format!("warning: No trace was sent: {why}.");
                return Some(warning(text, "otlp/bad-settings"));
            }
        };
        begun.queue.lock().take();
        let sent = begun.sent.recv_timeout(AT_END);
        let taken = begun.queue.taken.load(Ordering::Relaxed);
        let dropped = begun.queue.dropped.load(Ordering::Relaxed);
        let (arrived, why) = match sent {
            Ok(sent) => (sent.arrived, sent.why),
            Err(_) => (0, Some("it did not answer in time".to_owned())),
        };
        let why = match (why, dropped) {
            (Some(why), _) => why,
            (None, 0) => return None,
            (None, _) => "it is too slow".to_owned(),
        };
        let lost = taken.saturating_sub(arrived);
        let to = begun.shown;
        let text = format!(
            "warning: The trace did not reach {to}: {lost} of {taken} spans are lost, {dropped} of them because too \
             many were waiting; {why}."
        );
        Some(warning(text, "otlp/not-sent"))
    }
}

fn warning(text: String, code: &str) -> Page {
    let mut page = Page::from(text);
    page.line(2, format!("code: {code}"));
    page
}

impl Begun {
    fn new(collector: Collector) -> Result<Self, Unfit> {
        let (sender, spans) = tokio::sync::mpsc::channel(QUEUE_MAX);
        let shown = collector.shown.clone();
        Ok(Self {
            shown,
            sent: thread::begin(collector, spans)?,
            queue: Arc::new(SpanQueue {
                sender: Mutex::new(Some(sender)),
                taken: AtomicU64::new(0),
                dropped: AtomicU64::new(0),
            }),
        })
    }
}

impl SpanQueue {
    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Sender<EndedSpan>>> {
        self.sender.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue for SpanQueue {
    fn id(&self) -> u64 {
        document::random()
    }

    fn take(&self, span: EndedSpan) {
        self.taken.fetch_add(1, Ordering::Relaxed);
        let sender = self.lock();
        let is_in = sender.as_ref().is_some_and(|to| to.try_send(span).is_ok());
        if !is_in {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}
