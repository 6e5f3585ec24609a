//! A practice org behind a socket, and something between that answers in its place.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};

use crate::socket::{answer_of, read};
use crate::world::{Org, Product};

/// Answers a request in the org's place; none: the org does.
type Answer = dyn Fn(&Request<Bytes>, &Org) -> Option<Response<Bytes>> + Send + Sync;

/// Listens until the test ends, and lets the commands to come sign in as the administrator. Returns the address.
pub(crate) fn between(
    product: &mut Product,
    org: impl Into<Arc<Org>>,
    answer: impl Fn(&Request<Bytes>, &Org) -> Option<Response<Bytes>> + Send + Sync + 'static,
) -> String {
    let org = org.into();
    product.set("USHER_TOKEN", org.token());
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let answer: Arc<Answer> = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (org, answer) = (Arc::clone(&org), Arc::clone(&answer));
            std::thread::spawn(move || serve(stream, &org, &*answer));
        }
    });
    url
}

/// As [`between`], where nothing is answered in the org's place.
pub(crate) fn served(product: &mut Product, org: impl Into<Arc<Org>>) -> String {
    between(product, org, |_, _| None)
}

fn serve(mut stream: TcpStream, org: &Org, answer: &Answer) {
    let Some(mut request) = read(&mut stream) else {
        return;
    };
    // The org gives addresses of its own.
    request.extensions_mut().insert(http::uri::Scheme::HTTP);
    let reply = answer(&request, org).unwrap_or_else(|| org.exchange(request));
    let _gone = stream.write_all(&answer_of(&reply));
}

/// An answer in JSON.
pub(crate) fn reply(status: u16, body: &Value) -> Response<Bytes> {
    let reply = Response::builder()
        .status(status)
        .header("content-type", "application/json");
    reply
        .body(Bytes::from(body.to_string()))
        .expect("an answer")
}

/// An answer of the Metadata API.
pub(crate) fn soap(status: u16, body: String) -> Response<Bytes> {
    let reply = Response::builder()
        .status(status)
        .header("content-type", "text/xml");
    reply.body(Bytes::from(body)).expect("an answer")
}

/// The refusal of a save, when the request saves records of that object.
pub(crate) fn refused(
    request: &Request<Bytes>,
    object: &str,
    error: &Value,
) -> Option<Response<Bytes>> {
    let path = request.uri().path();
    let body: Value = serde_json::from_slice(request.body()).unwrap_or(Value::Null);
    let records = body["records"]
        .as_array()
        .filter(|_| path.ends_with("/composite/sobjects"))?;
    let is_of = |record: &Value| record["attributes"]["type"] == object;
    records.iter().any(is_of).then(|| {
        let row = |record: &Value| match is_of(record) {
            true => json!({ "success": false, "errors": [error] }),
            false => json!({ "success": false, "errors": [{ "statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK", "message": "rolled back", "fields": [] }] }),
        };
        reply(200, &records.iter().map(row).collect())
    })
}
