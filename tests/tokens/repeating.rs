//! An org that answers some requests with the access token that they came with, wherever an answer has room for it.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::socket::{answer, answer_of, read};
use crate::world::Org;

/// One way to repeat a token.
pub(super) struct Answer {
    pub(super) name: &'static str,
    /// The requests that are answered so.
    of: Requests,
    /// The whole answer, as it goes over the wire.
    bytes: fn(&Asked<'_>) -> Vec<u8>,
}

/// The requests that are answered so.
#[derive(Clone, Copy)]
enum Requests {
    Who,
    Query,
    Composite,
    Collection,
    Soap,
    Connect,
}

/// The things that an answer is made of.
struct Asked<'a> {
    token: &'a str,
    body: Value,
}

pub(super) const ANSWERS: &[Answer] = &[
    Answer {
        name: "a refused sign-in",
        of: Requests::Who,
        bytes: |asked| refused(401, "INVALID_SESSION_ID", asked),
    },
    Answer {
        name: "ids that are none",
        of: Requests::Who,
        bytes: |asked| {
            let token = asked.token;
            let who =
                json!({"organization_id": token, "user_id": token, "preferred_username": token});
            answer(200, "application/json", &who.to_string())
        },
    },
    Answer {
        name: "a username",
        of: Requests::Who,
        bytes: |asked| {
            let token = asked.token;
            let who = json!({
                "organization_id": "00DJca000000001MAA",
                "user_id": "005Jca000000001IAA",
                "preferred_username": token,
            });
            answer(200, "application/json", &who.to_string())
        },
    },
    Answer {
        name: "a refused query",
        of: Requests::Query,
        bytes: |asked| refused(400, asked.token, asked),
    },
    Answer {
        name: "rows",
        of: Requests::Query,
        bytes: |asked| {
            let token = asked.token;
            let row = json!({"Id": token, "Name": token, token: token, "Parent": {"Name": token}});
            let page = json!({"totalSize": 1, "done": true, "records": [row]});
            answer(200, "application/json", &page.to_string())
        },
    },
    Answer {
        name: "the next page",
        of: Requests::Query,
        bytes: |asked| {
            let next = format!("/services/data/v66.0/query/{}", asked.token);
            let page = json!({"records": [{"Id": "001Jca000000001IAA"}], "nextRecordsUrl": next});
            answer(200, "application/json", &page.to_string())
        },
    },
    Answer {
        name: "a page of a proxy that escapes more than it must",
        of: Requests::Query,
        bytes: |asked| answer(502, "text/html", &page(&asked.token.replace('!', "&#33;"))),
    },
    Answer {
        name: "a page of a proxy",
        of: Requests::Query,
        bytes: |asked| answer(502, "text/html", &page(asked.token)),
    },
    Answer {
        name: "a page with the token where its excerpt ends",
        of: Requests::Composite,
        bytes: |asked| {
            let long = format!("<html>{}{}", "x".repeat(90), asked.token);
            answer(200, "text/html", &long)
        },
    },
    Answer {
        name: "parts of a composite",
        of: Requests::Composite,
        bytes: |asked| {
            let token = asked.token;
            let part = |_: &Value| {
                let body = json!([{"errorCode": token, "message": format!("Bearer {token}")}]);
                json!({"httpStatusCode": 400, "body": body, "referenceId": token})
            };
            let asked = asked.body["compositeRequest"].as_array().into_iter();
            let parts: Vec<Value> = asked.flatten().map(part).collect();
            answer(
                200,
                "application/json",
                &json!({"compositeResponse": parts}).to_string(),
            )
        },
    },
    Answer {
        name: "headers",
        of: Requests::Composite,
        bytes: |asked| {
            let token = asked.token;
            let body = "[{\"errorCode\":\"X\",\"message\":\"no\"}]";
            let text = format!(
                "HTTP/1.1 400 Bearer {token}\r\nauthorization: Bearer {token}\r\ndate: {token}\r\n\
                 x-{}: 1\r\nset-cookie: sid={token}\r\nlocation: http://{token}/\r\nconnection: close\r\n\
                 content-length: {}\r\n\r\n{body}",
                token.replace('!', "-"),
                body.len()
            );
            text.into_bytes()
        },
    },
    Answer {
        name: "no HTTP",
        of: Requests::Query,
        bytes: |asked| format!("Bearer {}\r\n\r\n", asked.token).into_bytes(),
    },
    Answer {
        name: "a redirect",
        of: Requests::Query,
        bytes: |asked| answer(302, "text/html", &page(asked.token)),
    },
    Answer {
        name: "half an answer",
        of: Requests::Collection,
        bytes: |asked| {
            let token = asked.token;
            format!("HTTP/1.1 200 OK\r\ncontent-length: 4000\r\n\r\n[{{\"id\":\"{token}")
                .into_bytes()
        },
    },
    Answer {
        name: "refused rows",
        of: Requests::Collection,
        bytes: |asked| {
            let token = asked.token;
            let row = |_: &Value| json!({"success": false, "errors": [{"statusCode": token, "message": token, "fields": [token]}]});
            let rows: Vec<Value> = asked.body["records"]
                .as_array()
                .into_iter()
                .flatten()
                .map(row)
                .collect();
            answer(200, "application/json", &Value::from(rows).to_string())
        },
    },
    Answer {
        name: "ids of rows",
        of: Requests::Collection,
        bytes: |asked| {
            let row = |_: &Value| json!({"success": true, "id": asked.token, "errors": []});
            let rows: Vec<Value> = asked.body["records"]
                .as_array()
                .into_iter()
                .flatten()
                .map(row)
                .collect();
            answer(200, "application/json", &Value::from(rows).to_string())
        },
    },
    Answer {
        name: "characters that JSON writes otherwise",
        of: Requests::Collection,
        bytes: |asked| {
            let escaped: String = asked
                .token
                .chars()
                .map(|c| format!("\\u{:04x}", u32::from(c)))
                .collect();
            let body = format!("[{{\"errorCode\":\"X\",\"message\":\"Bearer {escaped}\"}}]");
            answer(400, "application/json", &body)
        },
    },
    Answer {
        name: "a request that is repeated in a URL and in base64",
        of: Requests::Connect,
        bytes: |asked| refused(400, &asked.token.replace('!', "%21"), asked),
    },
    Answer {
        name: "an error of the server",
        of: Requests::Connect,
        bytes: |asked| refused(500, "UNKNOWN_EXCEPTION", asked),
    },
    Answer {
        name: "a fault",
        of: Requests::Soap,
        bytes: |asked| {
            let token = asked.token;
            let fault = format!(
                "<soapenv:Fault><faultcode>sf:{token}</faultcode><faultstring>{token}: {token}</faultstring></soapenv:Fault>"
            );
            answer(500, "text/xml", &envelope(&fault))
        },
    },
    Answer {
        name: "settings",
        of: Requests::Soap,
        bytes: |asked| {
            let escaped: String = asked
                .token
                .chars()
                .map(|c| format!("&#{};", u32::from(c)))
                .collect();
            let result = format!(
                "<readMetadataResponse><result><records><fullName>{}</fullName><a>{escaped}</a>\
                 <enableNetworksEnabled>{escaped}</enableNetworksEnabled></records></result></readMetadataResponse>",
                asked.token
            );
            answer(200, "text/xml", &envelope(&result))
        },
    },
    Answer {
        name: "a page in the place of SOAP",
        of: Requests::Soap,
        bytes: |asked| answer(403, "text/html", &page(asked.token)),
    },
];

fn refused(status: u16, code: &str, asked: &Asked<'_>) -> Vec<u8> {
    let message = format!("you sent Authorization: Bearer {}", asked.token);
    let body = json!([{"errorCode": code, "message": message, "fields": [asked.token]}]);
    answer(status, "application/json", &body.to_string())
}

fn page(token: &str) -> String {
    format!("<html><pre>authorization: Bearer {token}</pre></html>")
}

fn envelope(body: &str) -> String {
    format!(
        "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns=\"http://soap.sforce.com/2006/04/metadata\"><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    )
}

impl Requests {
    fn fit(self, method: &str, path: &str) -> bool {
        match self {
            Self::Who => path.ends_with("/userinfo"),
            Self::Query => path.ends_with("/query"),
            Self::Composite => path.ends_with("/composite"),
            Self::Collection => path.ends_with("/composite/sobjects") && method != "DELETE",
            Self::Soap => path.contains("/Soap/"),
            Self::Connect => path.contains("/connect/") && method != "GET",
        }
    }
}

/// A practice org behind a socket that repeats the token.
pub(super) struct Repeating {
    pub(super) url: String,
    state: Arc<State>,
}

struct State {
    org: Org,
    answer: &'static Answer,
    is_honest: AtomicBool,
    has_repeated: AtomicBool,
}

impl Repeating {
    /// Listens until the test ends.
    pub(super) fn start(org: Org, answer: &'static Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(State {
            org,
            answer,
            is_honest: AtomicBool::new(false),
            has_repeated: AtomicBool::new(false),
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

    pub(super) fn has_repeated(&self) -> bool {
        self.state.has_repeated.load(Ordering::Relaxed)
    }

    /// From now on it answers as the practice org does.
    pub(super) fn be_honest(&self) {
        self.state.is_honest.store(true, Ordering::Relaxed);
    }
}

impl State {
    /// One request, and the connection closes.
    fn serve(&self, mut stream: TcpStream) {
        let Some(request) = read(&mut stream) else {
            return;
        };
        let repeats = !self.is_honest.load(Ordering::Relaxed);
        let bytes = if repeats
            && self
                .answer
                .of
                .fit(request.method().as_str(), request.uri().path())
        {
            self.has_repeated.store(true, Ordering::Relaxed);
            let asked = Asked {
                token: self.org.token(),
                body: serde_json::from_slice(request.body()).unwrap_or(Value::Null),
            };
            (self.answer.bytes)(&asked)
        } else {
            answer_of(&self.org.exchange(request))
        };
        let _gone = stream.write_all(&bytes);
    }
}
