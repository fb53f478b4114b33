//! Streams to the local network.

use serde_json::{Value, json};

use crate::terminal::Terminal;
use crate::terminal::message::{Refusal, Reply, Request, done};

const WHOLE_LAYOUT: &str = "#mixed:0";

impl Terminal {
    pub(super) fn ndi_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "createNDIDevice" => self.create_stream(request),
            "deleteNDIDevice" => self.delete_stream(request),
            "getCreatedNDIDevices" => {
                let streams: Value = self.machine.streams.values().cloned().collect();
                self.reply(request.method, "", json!({"createdNDIDevices": streams}))
            }
            _ => return None,
        };
        Some(reply)
    }

    fn create_stream(&mut self, request: &Request<'_>) -> Reply {
        let id = request.text(&["deviceId"])?;
        if self.machine.streams.contains_key(id) {
            return Err(Refusal::new(format!("there is a stream of {id} already")));
        }
        let mixed = id == WHOLE_LAYOUT;
        let stream = json!({
            "deviceId": id,
            "displayName": format!("{} ({id})", self.link.display_name()),
            "mixedType": if mixed { "mixed" } else { "single" },
        });
        self.machine.streams.insert(id.to_owned(), stream.clone());
        self.tell("NDIDeviceCreated", "", stream);
        done()
    }

    fn delete_stream(&mut self, request: &Request<'_>) -> Reply {
        let id = request.text(&["deviceId"])?;
        let stream = self.machine.streams.remove(id);
        let stream = stream.ok_or_else(|| Refusal::new(format!("there is no stream of {id}")))?;
        self.tell("NDIDeviceDeleted", "", stream);
        done()
    }
}
