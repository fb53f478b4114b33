//! The call history.

use serde_json::{Value, json};

use super::Stage;
use crate::terminal::message::{Reply, Request, done};
use crate::terminal::{Terminal, millis};

/// As `CallHistoryType` has them.
const INCOMING: u8 = 0;
const OUTGOING: u8 = 1;
const MISSED: u8 = 2;

/// Calls that are kept; older ones are forgotten.
const KEPT: usize = 1_000;

/// Calls that are over, newest first.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    calls: Vec<Value>,
    /// Unix seconds.
    last_view: u64,
}

impl Terminal {
    pub(super) fn history_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let history = &self.meetings.history;
        let reply = match request.method {
            "getCallHistory" => request.number(&["count"]).and_then(|count| {
                let count = usize::try_from(count).unwrap_or_default();
                let calls: Value = history.calls.iter().take(count).cloned().collect();
                let answer = json!({"calls": calls, "lastView": history.last_view});
                self.reply(request.method, "", answer)
            }),
            "getLastCallsViewTime" => {
                let time = json!({"time": history.last_view});
                self.reply(request.method, "", time)
            }
            "setLastCallsViewed" => {
                for call in &mut self.meetings.history.calls {
                    call["viewed"] = true.into();
                }
                let now = self.wall_clock() / 1000;
                self.meetings.history.last_view = now;
                self.tell("lastCallsViewed", "", json!({"lastView": now}));
                done()
            }
            "clearCallHistory" => {
                self.meetings.history.calls.clear();
                self.tell("callHistoryCleared", "", json!({}));
                done()
            }
            _ => return None,
        };
        Some(reply)
    }

    /// What was on is no more; the history keeps it.
    pub(super) fn forget_meeting(&mut self) {
        let Some(meeting) = self.meetings.current.take() else {
            return;
        };
        let kind = match (meeting.outgoing, meeting.stage) {
            (true, _) => OUTGOING,
            (false, Stage::Talking) => INCOMING,
            (false, _) => MISSED,
        };
        let talked = match meeting.stage {
            Stage::Talking => self.now.saturating_sub(meeting.began),
            _ => std::time::Duration::ZERO,
        };
        let mut call = json!({
            "type": kind,
            "confType": u8::from(meeting.is_group()),
            "startTime": (self.options.start_time + millis(meeting.began)) / 1000,
            "duration": talked.as_secs(),
            "viewed": false,
            "streamId": meeting.id,
        });
        if meeting.is_group() {
            call["confTitle"] = meeting.title.as_str().into();
            call["confId"] = meeting.id.as_str().into();
        }
        let call = self.shape("CallHistoryEntry", &meeting.peer, call);
        self.meetings.history.calls.insert(0, call);
        self.meetings.history.calls.truncate(KEPT);
    }
}
