//! Updates of the application. Only the names of these commands and events are known.

use serde_json::json;

use crate::terminal::Terminal;
use crate::terminal::message::{Refusal, Reply, Request, done};

impl Terminal {
    pub(super) fn update_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let version = self.machine.update.clone();
        let reply = match (request.method, version) {
            ("getUpdateInfo", Some(version)) => {
                self.reply(request.method, "", json!({"version": version}))
            }
            ("startUpdate", Some(version)) => {
                self.tell(
                    "downloadProgress",
                    "",
                    json!({"version": version, "percent": 0}),
                );
                done()
            }
            ("cancelUpdate", Some(version)) => {
                self.machine.update = None;
                self.tell("updateFailed", "", json!({"version": version}));
                done()
            }
            ("getUpdateInfo", None) => done(),
            ("startUpdate" | "cancelUpdate", None) => Err(Refusal::new("there is no update")),
            _ => return None,
        };
        Some(reply)
    }

    /// The vendor has a newer version.
    pub(in crate::terminal) fn offer_update(&mut self, version: &str) {
        self.machine.update = Some(version.to_owned());
        self.tell("appUpdateAvailable", "", json!({"version": version}));
    }
}
