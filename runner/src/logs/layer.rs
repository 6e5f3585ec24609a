//! Takes spans and events of Usher from `tracing`, and hands them to those who read them. What libraries say is not
//! taken: nobody knows whether a token is in it.

use std::fmt::Debug;
use std::sync::Arc;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, SpanRef};
use usher_engine::port::Clock;
use usher_engine::spans::TARGET;

use crate::logs::line::{At, LineLog, Said};
use crate::world::World;

/// Takes the spans that have ended.
pub(super) trait Queue: Send + Sync {
    /// Returns the id of a new span.
    fn id(&self) -> u64;
    /// Takes a span that has ended.
    fn take(&self, span: EndedSpan);
}

/// A span that has ended.
pub(super) struct EndedSpan {
    pub(super) name: &'static str,
    pub(super) id: u64,
    pub(super) parent: Option<u64>,
    pub(super) began_ms: i64,
    pub(super) took_ms: u64,
    pub(super) fields: Map<String, Value>,
}

/// The one layer of Usher's subscriber.
pub(super) struct SpanLayer {
    lines: Option<LineLog>,
    queue: Option<Arc<dyn Queue>>,
    clock: Arc<dyn Clock>,
}

/// A span that has not ended.
struct Open {
    id: u64,
    began_ms: i64,
    began_ticks_ms: u64,
    fields: Fields,
}

/// The fields of a span or an event.
#[derive(Clone, Default)]
struct Fields(Map<String, Value>);

impl SpanLayer {
    pub(super) fn new(
        lines: Option<LineLog>,
        queue: Option<Arc<dyn Queue>>,
        world: &World,
    ) -> Self {
        Self {
            lines,
            queue,
            clock: Arc::clone(&world.clock),
        }
    }

    fn line<S>(&self, said: &Said<'_>, parent: Option<SpanRef<'_, S>>)
    where
        S: Subscriber + for<'s> LookupSpan<'s>,
    {
        let Some(lines) = self.lines.as_ref().filter(|lines| lines.wants(said)) else {
            return;
        };
        let mut around = Map::new();
        let above = parent.iter().flat_map(|parent| parent.scope().from_root());
        for span in above {
            if let Some(open) = span.extensions().get::<Open>() {
                around.extend(open.fields.0.clone());
            }
        }
        lines.write(self.clock.now_ms(), said, around);
    }
}

impl<S> Layer<S> for SpanLayer
where
    S: Subscriber + for<'s> LookupSpan<'s>,
{
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.target() == TARGET
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else {
            return;
        };
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        self.line(
            &Said {
                level: *span.metadata().level(),
                name: span.name(),
                at: At::Begin,
                fields: &fields.0,
            },
            span.parent(),
        );
        span.extensions_mut().insert(Open {
            id: self.queue.as_ref().map_or(0, |queue| queue.id()),
            began_ms: self.clock.now_ms(),
            began_ticks_ms: self.clock.ticks_ms(),
            fields,
        });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else {
            return;
        };
        if let Some(open) = span.extensions_mut().get_mut::<Open>() {
            values.record(&mut open.fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let name = fields.0.remove("message");
        let said = Said {
            level: *event.metadata().level(),
            name: name.as_ref().and_then(Value::as_str).unwrap_or_default(),
            at: At::Moment,
            fields: &fields.0,
        };
        self.line(&said, context.event_span(event));
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else {
            return;
        };
        let Some(open) = span.extensions_mut().remove::<Open>() else {
            return;
        };
        let took_ms = self.clock.ticks_ms().saturating_sub(open.began_ticks_ms);
        let mut fields = open.fields.0.clone();
        fields.insert("ms".to_owned(), took_ms.into());
        self.line(
            &Said {
                level: *span.metadata().level(),
                name: span.name(),
                at: At::End,
                fields: &fields,
            },
            span.parent(),
        );
        if let Some(queue) = &self.queue {
            let parent = span.parent();
            let parent =
                parent.and_then(|parent| parent.extensions().get::<Open>().map(|open| open.id));
            queue.take(EndedSpan {
                name: span.name(),
                id: open.id,
                parent,
                began_ms: open.began_ms,
                took_ms,
                fields: open.fields.0,
            });
        }
    }
}

impl Fields {
    fn set(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.set(field, format!("{value:?}"));
    }
}
