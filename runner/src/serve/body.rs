//! The body of a request on its way in: whole, in time, and not too slow.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use tokio::time::{Instant, timeout_at};
use usher_core::limit;

/// The time for a whole body: 50 MB from this machine.
const WHOLE: Duration = Duration::from_secs(60);

/// The time after which it is seen how much of a body has come.
const WINDOW: Duration = Duration::from_secs(5);

/// Bytes that come in each window at least: a thousand a second. Loopback carries a million times that.
const WINDOW_BYTES_MIN: usize = 5_000;

/// The reason why a body is not there: a status and a text.
pub(super) type Missing = (u16, &'static str);

/// Reads a whole body.
pub(super) async fn read(body: Incoming) -> Result<Bytes, Missing> {
    const SLOW: Missing = (408, "the body does not come");
    let mut body = Limited::new(body, limit::REQUEST_BYTES_MAX);
    let mut whole = BytesMut::new();
    let ends = Instant::now() + WHOLE;
    let (mut window, mut before) = (Instant::now() + WINDOW, 0);
    loop {
        let Ok(frame) = timeout_at(window.min(ends), body.frame()).await else {
            if Instant::now() >= ends || whole.len() < before + WINDOW_BYTES_MIN {
                return Err(SLOW);
            }
            (window, before) = (Instant::now() + WINDOW, whole.len());
            continue;
        };
        match frame {
            None => return Ok(whole.freeze()),
            Some(Ok(frame)) => {
                // Trailers say nothing here.
                if let Ok(data) = frame.into_data() {
                    whole.extend_from_slice(&data);
                }
            }
            Some(Err(error)) if error.is::<LengthLimitError>() => return Err((413, "too large")),
            Some(Err(_)) => return Err((400, "the body is not readable")),
        }
    }
}
