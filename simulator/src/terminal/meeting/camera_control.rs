//! Control of each other's cameras.

use serde_json::json;

use super::Ask;
use crate::terminal::Terminal;
use crate::terminal::message::{Refusal, Reply, Request, done};

impl Terminal {
    pub(super) fn camera_control_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let list = |terminal: &Self, ask| {
            let ids = terminal.asked_now(ask);
            terminal.reply(request.method, "", json!({"callIdList": ids}))
        };
        let reply = match request.method {
            "getIncomingCameraControlRequests" => list(self, Ask::Camera),
            "getOutgoingCameraControlRequests" => list(self, Ask::CameraOf),
            "getRemotelyControlledCameras" => list(self, Ask::CameraHeld),
            "requestParticipantCameraControl" => self.ask_for_camera(request),
            "acceptRequestCameraControl" => {
                self.answer_camera(request, "incomingRequestCameraControlAccepted")
            }
            "rejectRequestCameraControl" => {
                self.answer_camera(request, "incomingRequestCameraControlRejected")
            }
            method if method.starts_with("remotelyControlledCameraPtz") => self.move_other(request),
            _ => return None,
        };
        Some(reply)
    }

    fn ask_for_camera(&mut self, request: &Request<'_>) -> Reply {
        let id = request.text(&["callId"])?;
        let meeting = self.talking_mut()?;
        let peer = meeting.other(id)?.id.clone();
        let busy = [Ask::CameraOf, Ask::CameraHeld]
            .into_iter()
            .any(|ask| meeting.asks.contains(&(ask, peer.clone())));
        if busy {
            return Err(Refusal::new("this camera is asked for already"));
        }
        self.tell("requestCameraControlSent", &peer, json!({}));
        self.ask_other(Ask::CameraOf, &peer);
        done()
    }

    pub(super) fn camera_answered(&mut self, peer: &str, accept: bool, reason: i64) {
        if accept {
            self.tell("outgoingRequestCameraControlAccepted", peer, json!({}));
            if let Some(meeting) = &mut self.meetings.current {
                meeting.asks.insert((Ask::CameraHeld, peer.to_owned()));
            }
        } else {
            let event = json!({"reason": reason});
            self.tell("outgoingRequestCameraControlRejected", peer, event);
        }
    }

    fn answer_camera(&mut self, request: &Request<'_>, event: &str) -> Reply {
        let peer = self.take_ask(Ask::Camera, request.text(&["callId"])?)?;
        self.tell(event, &peer, json!({"reason": 0}));
        done()
    }

    /// Nobody here sees the other camera move.
    fn move_other(&mut self, request: &Request<'_>) -> Reply {
        let owner = request.text(&["cameraOwnerCallId"])?;
        let held = self
            .talking()?
            .asked(Ask::CameraHeld)
            .any(|id| super::same_user(id, owner));
        if held {
            done()
        } else {
            Err(Refusal::new("this camera is not controlled from here"))
        }
    }
}
