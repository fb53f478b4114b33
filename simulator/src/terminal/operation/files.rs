//! Files of other users, and those that are laid on the HTTP server.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::terminal::files::FileRequest;
use crate::terminal::message::{Refusal, Request};
use crate::terminal::{Content, Offer, Terminal};

impl Terminal {
    pub(super) fn file_operation(
        &mut self,
        operation: &Request<'_>,
    ) -> Option<Result<Value, Refusal>> {
        let done = match operation.method {
            "offerFile" => self.other_offers(operation),
            "putFile" => content(operation).map(|content| {
                let name = operation.optional_text("name").unwrap_or("file.bin");
                json!({"fileId": self.put_file(self.now, name, content)})
            }),
            "holdProgress" => {
                self.hold_progress(self.now);
                Ok(Value::Null)
            }
            "takeFile" | "refuseFile" | "failRequest" | "vanishRequest" | "answerElsewhere"
            | "releaseProgress" | "setAvailability" => {
                self.request_operation(operation).map(|()| Value::Null)
            }
            _ => return None,
        };
        Some(done)
    }

    /// Something befalls a file request, or all of them.
    fn request_operation(&mut self, operation: &Request<'_>) -> Result<(), Refusal> {
        let now = self.now;
        let id = id(operation)?;
        let one = id.as_deref().unwrap_or_default();
        let done = match operation.method {
            "takeFile" => self.take_file(now, one),
            "refuseFile" => self.refuse_file(now, one),
            "failRequest" => self.fail_request(now, one),
            "vanishRequest" => self.vanish_request(now, one),
            "answerElsewhere" => self.answer_elsewhere(now, one, operation.flag("accept")?),
            "releaseProgress" => {
                let steps = operation.count("steps")?;
                self.release_progress(now, id.as_deref(), steps)
            }
            _ => {
                let availability = operation.count("availability")?;
                self.set_availability(now, availability);
                Ok(())
            }
        };
        done.map_err(Refusal::new)
    }

    fn other_offers(&mut self, operation: &Request<'_>) -> Result<Value, Refusal> {
        let text =
            |name, missing: &str| operation.optional_text(name).unwrap_or(missing).to_owned();
        let peer_id = text("from", "alice@example.test");
        let name = peer_id.split('@').next().unwrap_or_default();
        let offer = Offer {
            peer_name: text("fromName", name),
            file_name: text("name", "file.bin"),
            content: content(operation)?,
            size: operation.count("size")?,
            conference_id: operation.optional_text("conferenceId").map(str::to_owned),
            peer_id,
        };
        let id = self.offer_file(self.now, offer);
        let request = self.file_request_with(&id);
        Ok(request.map_or(Value::Null, FileRequest::to_json))
    }
}

/// The id of a request: the UUID, or the number of terminals before 4.1.
fn id(operation: &Request<'_>) -> Result<Option<String>, Refusal> {
    match operation.body.get("id") {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(_) => Err(Refusal::new(
            "invalid type: id must be a string or a number",
        )),
    }
}

/// The bytes of a file, in one of the ways to give them.
fn content(operation: &Request<'_>) -> Result<Content, Refusal> {
    let body = operation.body;
    if body.contains_key("text") {
        return Ok(Content::Bytes(operation.text(&["text"])?.to_owned().into()));
    }
    if body.contains_key("base64") {
        return STANDARD
            .decode(operation.text(&["base64"])?)
            .map(|bytes| Content::Bytes(bytes.into()))
            .map_err(|error| Refusal::new(format!("base64: {error}")));
    }
    if let Some(pattern) = body.get("pattern") {
        let number = |name: &str| pattern.get(name).and_then(Value::as_u64);
        let size = number("size").ok_or_else(|| Refusal::new("pattern needs a size"))?;
        return Ok(Content::Pattern {
            size,
            seed: number("seed").unwrap_or_default(),
        });
    }
    if body.contains_key("path") {
        let path = PathBuf::from(operation.text(&["path"])?);
        // Whoever drives the terminal fills it in.
        let size = operation.count("pathSize")?;
        let size = size.ok_or_else(|| Refusal::new("path needs pathSize here"))?;
        return Ok(Content::Path { path, size });
    }
    Ok(Content::Bytes(bytes::Bytes::new()))
}
