//! The Streaming API: `/cometd/NN.0`. The practice org has no events; each message is refused as Bayeux refuses one, with
//! the advice not to try again (docs/salesforce/rest.md#resources).

use serde_json::{Value, json};

use crate::refusal::Refusal;
use crate::rest::Answer;

/// Messages of one request that are answered.
const MESSAGES_MAX: usize = 100;

/// Answers messages, a list or one.
pub(super) fn answer(body: &[u8]) -> Answer {
    let messages = match serde_json::from_slice(body) {
        Ok(Value::Array(messages)) => messages,
        Ok(Value::Object(message)) => vec![Value::Object(message)],
        _ => {
            let message = "The practice org does not have the Streaming API";
            return Answer::refused(&Refusal::new(403, "FUNCTIONALITY_NOT_ENABLED", message));
        }
    };
    let refused = |message: &Value| {
        let mut answer = json!({
            "channel": message["channel"],
            "successful": false,
            "error": "403::The practice org does not have the Streaming API",
            "advice": { "reconnect": "none" },
        });
        if let Some(id) = message.get("id") {
            answer["id"] = id.clone();
        }
        answer
    };
    let answers: Vec<Value> = messages.iter().take(MESSAGES_MAX).map(refused).collect();
    Answer::ok(Value::Array(answers))
}
