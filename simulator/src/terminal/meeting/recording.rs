//! Others record this terminal: with its leave.

use serde_json::json;

use super::Ask;
use crate::terminal::Terminal;
use crate::terminal::message::{Refusal, Reply, Request, done};

impl Terminal {
    pub(super) fn recording_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let allow = match request.method {
            "allowRecord" => true,
            "denyRecord" => false,
            _ => return None,
        };
        Some(self.answer_record(request, allow))
    }

    fn answer_record(&mut self, request: &Request<'_>, allow: bool) -> Reply {
        let peer = self.take_ask(Ask::Record, request.text(&["peerId"])?)?;
        self.tell("recordRequestReply", &peer, json!({"recordAllowed": allow}));
        done()
    }

    /// A participant begins or stops recording this terminal.
    pub(in crate::terminal) fn other_records(
        &mut self,
        peer: &str,
        on: bool,
    ) -> Result<(), Refusal> {
        self.talking_mut()?.other(peer)?.records = on;
        self.tell("userRecordingMeStatusChanged", peer, json!({"status": on}));
        Ok(())
    }
}
