//! The thread that sends spans to a collector.

use std::sync::mpsc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use serde_json::Value;
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, timeout, timeout_at};
use usher_engine::wire::Wire;

use crate::logs::layer::EndedSpan;
use crate::logs::otlp::document::{Trace, random};
use crate::logs::otlp::settings::{Collector, Unfit};

/// Spans of one request, as many as SDKs of OpenTelemetry send (Batch Span Processor, `maxExportBatchSize`).
const BATCH_MAX: usize = 512;

/// The time after which a batch is sent that is not full (Batch Span Processor, `scheduledDelayMillis`).
const EVERY: Duration = Duration::from_secs(5);

/// The time that one batch may take (OTLP Exporter, `OTEL_EXPORTER_OTLP_TIMEOUT`).
const BATCH_TIME: Duration = Duration::from_secs(10);

/// The fate of the spans.
#[derive(Default)]
pub(super) struct Sent {
    /// Those that the collector took.
    pub(super) arrived: u64,
    /// The first reason for which one was not taken.
    pub(super) why: Option<String>,
}

/// Begins to send what comes from `spans`. When nothing comes any more, says what became of all.
pub(super) fn begin(
    collector: Collector,
    spans: Receiver<EndedSpan>,
) -> Result<mpsc::Receiver<Sent>, Unfit> {
    let unfit = |error: std::io::Error| Unfit(format!("the system gives no thread: {error}"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(unfit)?;
    let (tell, told) = mpsc::channel();
    let work = move || {
        let sent = runtime.block_on(send_all(&collector, spans));
        // Nobody listens any more when it took too long.
        drop(tell.send(sent));
    };
    let thread = std::thread::Builder::new().name("otlp".to_owned());
    thread.spawn(work).map_err(unfit)?;
    Ok(told)
}

async fn send_all(collector: &Collector, mut spans: Receiver<EndedSpan>) -> Sent {
    let trace = Trace::new([random(), random()]);
    let mut sent = Sent::default();
    let mut is_open = true;
    while is_open {
        let (batch, more) = next_batch(&mut spans).await;
        is_open = more;
        if batch.is_empty() {
            continue;
        }
        let count = u64::try_from(batch.len()).unwrap_or(u64::MAX);
        let body = trace.document(&batch).to_string();
        let answer = timeout(BATCH_TIME, send(collector, body)).await;
        let answer = answer.unwrap_or_else(|_| Err("it did not answer in time".to_owned()));
        match answer {
            Ok(0) => sent.arrived += count,
            Ok(rejected) => {
                sent.arrived += count.saturating_sub(rejected);
                sent.why
                    .get_or_insert_with(|| "it rejected some of them".to_owned());
            }
            Err(why) => {
                sent.why.get_or_insert(why);
            }
        }
    }
    sent
}

/// The spans of the next batch, and whether there may be more.
async fn next_batch(spans: &mut Receiver<EndedSpan>) -> (Vec<EndedSpan>, bool) {
    let mut batch = Vec::new();
    let until = Instant::now() + EVERY;
    while batch.len() < BATCH_MAX {
        let room = BATCH_MAX - batch.len();
        match timeout_at(until, spans.recv_many(&mut batch, room)).await {
            Ok(0) => return (batch, false),
            Ok(_) => {}
            Err(_) => break,
        }
    }
    (batch, true)
}

/// Sends a batch. Returns the number of spans that the collector rejected.
async fn send(collector: &Collector, body: String) -> Result<u64, String> {
    let mut request = http::Request::post(&collector.path)
        .body(Bytes::from(body))
        .map_err(|error| error.to_string())?;
    request.headers_mut().extend(collector.headers.clone());
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(CONTENT_TYPE, json);
    let answer = collector.wire.send(request).await;
    let answer = answer.map_err(|error| error.to_string())?;
    if !answer.status().is_success() {
        return Err(format!(
            "it answered with HTTP {}",
            answer.status().as_u16()
        ));
    }
    Ok(rejected(answer.body()))
}

/// The number that an answer gives as a number or, as JSON of Protocol Buffers does it, as a text.
fn rejected(body: &[u8]) -> u64 {
    let answer: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    match &answer["partialSuccess"]["rejectedSpans"] {
        Value::Number(number) => number.as_u64().unwrap_or(0),
        Value::String(text) => text.parse().unwrap_or(0),
        _ => 0,
    }
}
