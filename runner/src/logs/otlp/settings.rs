//! The settings of an export, from the variables that OpenTelemetry names (OpenTelemetry Protocol Exporter).

use std::path::Path;

use http::header::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::percent_decode_str;
use usher_engine::wire::HttpWire;

use crate::connect;
use crate::world::World;

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
const HEADERS: &str = "OTEL_EXPORTER_OTLP_HEADERS";
const CERTIFICATE: &str = "OTEL_EXPORTER_OTLP_CERTIFICATE";
const DISABLED: &str = "OTEL_SDK_DISABLED";

/// The path that a collector has for traces.
const TRACES: &str = "v1/traces";

/// The reason why nothing can be exported. It holds no value of a header.
pub(super) struct Unfit(pub(super) String);

/// The settings of the variables.
pub(super) struct Settings {
    base: String,
    path: String,
    headers: HeaderMap,
}

/// The way to a collector.
pub(super) struct Collector {
    /// The address, for people.
    pub(super) shown: String,
    pub(super) wire: HttpWire,
    pub(super) path: String,
    pub(super) headers: HeaderMap,
}

impl Settings {
    /// The settings; none: no collector is named.
    pub(super) fn of(world: &World) -> Result<Option<Self>, Unfit> {
        let is_off = world
            .variable(DISABLED)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let (endpoint, is_whole) = match (world.variable(TRACES_ENDPOINT), world.variable(ENDPOINT))
        {
            _ if is_off => return Ok(None),
            (Some(endpoint), _) => (endpoint, true),
            (None, Some(endpoint)) => (endpoint, false),
            (None, None) => return Ok(None),
        };
        let (base, path) = parts(endpoint);
        let path = match is_whole {
            true => format!("/{path}"),
            false if path.is_empty() => format!("/{TRACES}"),
            false => format!("/{}/{TRACES}", path.trim_end_matches('/')),
        };
        Ok(Some(Self {
            base: base.to_owned(),
            path,
            headers: headers(world.variable(HEADERS).unwrap_or_default())?,
        }))
    }

    /// The way to the collector that they name.
    pub(super) fn collector(self, world: &World) -> Result<Collector, Unfit> {
        let certificate = world.variable(CERTIFICATE).map(Path::new);
        let trust = connect::trust(certificate, world).map_err(|error| Unfit(error.message))?;
        let wire = HttpWire::new(&self.base, &trust).map_err(|_| {
            Unfit(format!(
                "{ENDPOINT} must be `https://HOST`, or `http://127.0.0.1:PORT` on this machine"
            ))
        })?;
        Ok(Collector {
            shown: wire.address().to_owned(),
            wire,
            path: self.path,
            headers: self.headers,
        })
    }
}

/// The origin of an address, and its path without the first slash.
fn parts(address: &str) -> (&str, &str) {
    let host = address.find("://").map_or(0, |at| at + 3);
    match address[host..].find('/') {
        Some(end) => (&address[..host + end], &address[host + end + 1..]),
        None => (address, ""),
    }
}

/// `api-key=secret,tenant=acme`, each value percent-encoded.
fn headers(text: &str) -> Result<HeaderMap, Unfit> {
    let mut headers = HeaderMap::new();
    for pair in text.split(',').filter(|pair| !pair.trim().is_empty()) {
        let unfit = || Unfit(format!("{HEADERS} must be `NAME=VALUE,NAME=VALUE`"));
        let (name, value) = pair.split_once('=').ok_or_else(unfit)?;
        let value = percent_decode_str(value.trim()).decode_utf8();
        let value = value.map_err(|_| unfit())?;
        let name = HeaderName::try_from(name.trim()).map_err(|_| unfit())?;
        let mut value = HeaderValue::from_str(&value).map_err(|_| unfit())?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}
