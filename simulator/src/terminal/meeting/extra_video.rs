//! The second video stream of participants, and which of the two is shown.

use serde_json::json;

use crate::terminal::Terminal;
use crate::terminal::message::{Refusal, Reply, Request, done};

/// As `ExtraVideoType` has them.
const CAMERA: i64 = 0;
const CONTENT: i64 = 1;

impl Terminal {
    pub(super) fn extra_video_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        (request.method == "switchVideoFlow").then(|| self.switch_flow(request))
    }

    fn switch_flow(&mut self, request: &Request<'_>) -> Reply {
        let camera = request.flag("mainCamera")?;
        let peer = request.text(&["callId"])?;
        let extra = if camera { CONTENT } else { CAMERA };
        self.shows(peer, extra)?;
        done()
    }

    /// What a participant's second stream shows.
    pub(in crate::terminal) fn shows(&mut self, peer: &str, extra: i64) -> Result<(), Refusal> {
        let person = self.talking_mut()?.other(peer)?;
        person.extra = extra;
        let id = person.id.clone();
        self.tell("extraVideoFlowNotify", &id, json!({"extraVideo": extra}));
        Ok(())
    }

    /// A participant has to stop sharing content.
    pub(in crate::terminal) fn stop_content_of(&mut self, peer: &str) -> Reply {
        if self.led()?.other(peer)?.extra != CONTENT {
            return Err(Refusal::new(format!("{peer} shares nothing")));
        }
        self.shows(peer, CAMERA)?;
        done()
    }
}
