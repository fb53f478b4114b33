//! Sharing of screens and windows.

use serde_json::{Value, json};

use super::Terminal;
use super::message::{Refusal, Reply, Request, done};

/// What can be shared: id and name, as `DSCaptureList` has them.
pub(super) const SOURCES: [(i64, &str); 2] =
    [(1, "Virtual screen 1920x1080"), (2, "Virtual window")];
/// The id of the one that is a window.
const WINDOW: i64 = 2;

/// What is shared.
#[derive(Debug, Clone, Default)]
pub(super) struct Sharing(Option<(i64, &'static str)>);

impl Sharing {
    /// `desktopSharing` of the state. 2 is seen for a window; 1 for a screen is assumed.
    pub(super) fn to_json(&self) -> Value {
        match self.0 {
            None => json!({"running": false}),
            Some((id, name)) if id == WINDOW => {
                json!({"running": true, "sourceType": 2, "id": id, "windowName": name})
            }
            Some((id, name)) => json!({"running": true, "sourceType": 1, "id": id, "name": name}),
        }
    }
}

impl Terminal {
    pub(super) fn sharing_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "startCapture" => self.start_capture(request),
            "stopCapture" => {
                if self.stop_capture() {
                    done()
                } else {
                    Err(Refusal::new("nothing is shared"))
                }
            }
            "sendStopContentSharing" => request
                .text(&["peerId"])
                .and_then(|peer| self.stop_content_of(peer)),
            _ => return None,
        };
        Some(reply)
    }

    fn start_capture(&mut self, request: &Request<'_>) -> Reply {
        let id = request.number(&["captureId"])?;
        let source = SOURCES.into_iter().find(|(source, _)| *source == id);
        let (id, name) = source.ok_or_else(|| Refusal::new(format!("there is no source {id}")))?;
        if self.sharing.0.is_some() {
            return Err(Refusal::new("something is shared already"));
        }
        self.sharing.0 = Some((id, name));
        self.tell("dsStarted", "", json!({"captureId": id, "name": name}));
        self.announce_app_state();
        done()
    }

    /// Whether something was shared.
    pub(super) fn stop_capture(&mut self) -> bool {
        let Some((id, _)) = self.sharing.0.take() else {
            return false;
        };
        self.tell("dsStopped", "", json!({"captureId": id}));
        self.announce_app_state();
        true
    }

    /// A leader of the conference stops what this terminal shares.
    pub(super) fn leader_stops_sharing(&mut self) -> Result<(), Refusal> {
        if self.sharing.0.is_none() {
            return Err(Refusal::new("nothing is shared"));
        }
        self.tell("contentSharingStoppedByConferenceLeader", "", json!({}));
        self.stop_capture();
        Ok(())
    }
}
