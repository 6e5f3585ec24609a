//! A practice org behind a socket that keeps every request that writes.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use crate::socket::{answer_of, read};
use crate::world::Org;

/// A request that writes.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) method: String,
    /// With the query.
    pub(super) path: String,
    pub(super) body: Bytes,
}

impl Sent {
    /// The way in which it writes.
    pub(super) fn kind(&self) -> String {
        let path = self.path.split('?').next().unwrap_or_default();
        let kind = match path {
            path if path.contains("/Soap/") => "settings",
            path if path.ends_with("/deployRequest") => "deployment",
            path if path.contains("/connect/") => "connect",
            path if path.ends_with("/composite/sobjects") && self.method == "DELETE" => "delete",
            path if path.ends_with("/composite/sobjects") => "collection",
            other => other,
        };
        kind.to_owned()
    }
}

pub(super) struct Recorded {
    pub(super) url: String,
    state: Arc<State>,
}

struct State {
    org: Org,
    writes: Mutex<Vec<Sent>>,
    answers: Mutex<String>,
}

impl Recorded {
    /// Listens until the test ends.
    pub(super) fn start(org: Org) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(State {
            org,
            writes: Mutex::default(),
            answers: Mutex::default(),
        });
        let served = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let served = Arc::clone(&served);
                std::thread::spawn(move || served.serve(stream));
            }
        });
        Self { url, state }
    }

    pub(super) fn token(&self) -> &str {
        self.state.org.token()
    }

    /// The requests that wrote, in their order.
    pub(super) fn writes(&self) -> Vec<Sent> {
        let writes = self.state.writes.lock();
        writes.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says whether the org has named this value in an answer.
    pub(super) fn has_answered(&self, value: &str) -> bool {
        let answers = self.state.answers.lock();
        let answers = answers.unwrap_or_else(PoisonError::into_inner);
        answers.contains(&format!("\"{value}\""))
    }
}

impl State {
    fn serve(&self, mut stream: TcpStream) {
        let Some(request) = read(&mut stream) else {
            return;
        };
        let sent = Sent {
            method: request.method().to_string(),
            path: request.uri().to_string(),
            body: request.body().clone(),
        };
        let reply = self.org.exchange(request);
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.push_str(&String::from_utf8_lossy(reply.body()));
        drop(answers);
        if writes(&sent) {
            let mut writes = self.writes.lock().unwrap_or_else(PoisonError::into_inner);
            writes.push(sent);
        }
        let _gone = stream.write_all(&answer_of(&reply));
    }
}

/// Says whether a request writes: a composite of Usher holds queries only, and some calls over SOAP read.
fn writes(sent: &Sent) -> bool {
    let body = String::from_utf8_lossy(&sent.body);
    let reads = sent.method == "GET"
        || sent.path.ends_with("/composite")
        || ["<readMetadata>", "<listMetadata>"]
            .iter()
            .any(|call| body.contains(call));
    !reads
}
