//! What happens at the terminal by itself: people offer files, answer at the screen, bytes move.

use fastrand::Rng;

use crate::files::{Place, Status};
use crate::json::Json;
use crate::terminal::{Out, Terminal};

impl Terminal {
    /// One random thing happens.
    pub(crate) fn live(&mut self, rng: &mut Rng, now_ms: u64) -> Vec<Out> {
        match rng.u8(0..100) {
            0..=24 => {
                let n = self.files.add(rng, &self.manner, now_ms, true);
                self.about(
                    rng,
                    n,
                    "receivedFileRequest",
                    "receivedFileRequest",
                    Place::Event,
                )
            }
            25..=33 => {
                let accept = rng.u8(0..3) > 0;
                let found = self
                    .files
                    .any(rng, |f| f.incoming && f.status == Status::Waiting);
                found.map_or(Vec::new(), |n| self.decide(rng, n, accept))
            }
            34..=38 => {
                let n = self.files.add(rng, &self.manner, now_ms, false);
                self.sent(rng, n)
            }
            39..=70 => self.progress(rng),
            71..=76 => {
                let found = self.files.any(rng, |f| !f.status.is_finished());
                found.map_or(Vec::new(), |n| self.become_(rng, n, Status::Failed))
            }
            77..=80 => {
                let found = self.files.any(rng, |f| f.status == Status::Processed);
                found.map_or(Vec::new(), |n| self.delete(rng, n))
            }
            81 => self.clear(),
            82..=84 => {
                self.availability = rng.u8(0..4);
                if self.manner.legacy {
                    let json = Json::new().raw("available", self.availability == 3);
                    self.event("fileTransferAvailable", json, None)
                } else {
                    let json = Json::new().raw("availability", self.availability);
                    self.event("fileTransferAvailabilityChanged", json, None)
                }
            }
            85 if rng.bool() => {
                self.muted = !self.muted;
                let json = Json::new().raw("mute", self.muted);
                self.event("audioCapturerMute", json, None)
            }
            85..=86 => self.outcome(rng),
            87..=89 => self.event("somethingNew", Json::new().raw("what", "[1,{}]"), None),
            90..=94 => self.event("login", Json::new().raw("result", 0), None),
            _ => self.event("appStateChanged", Json::new().raw("appState", 3), None),
        }
    }

    /// A great many files pass by, received or not, and are removed from the history.
    pub(crate) fn flood(&mut self, rng: &mut Rng, now_ms: u64) -> Vec<Out> {
        let mut out = Vec::new();
        let statuses = [Status::Processed, Status::Failed, Status::Rejected];
        for _ in 0..rng.usize(200..400) {
            let incoming = rng.bool();
            let n = self.files.add(rng, &self.manner, now_ms, incoming);
            let status = rng.choice(statuses).expect("not empty");
            out.append(&mut self.become_(rng, n, status));
            if !self.manner.legacy {
                out.append(&mut self.delete(rng, n));
            }
        }
        out.append(&mut self.clear());
        out
    }

    /// The history is emptied.
    fn clear(&mut self) -> Vec<Out> {
        for file in &mut self.files.all {
            file.gone |= file.status.is_finished();
        }
        let name = if self.manner.legacy {
            "fileTransferCleared"
        } else {
            "fileTransferHistoryCleared"
        };
        self.event(name, Json::new(), None)
    }

    fn about(
        &mut self,
        rng: &mut Rng,
        n: usize,
        current: &'static str,
        legacy: &'static str,
        place: Place,
    ) -> Vec<Out> {
        let file = &self.files.all[n];
        let progress = (place == Place::Progress).then(|| file.id.clone());
        let json = file.fields(rng, &self.manner, place, Json::new());
        let name = if self.manner.legacy { legacy } else { current };
        self.event(name, json, progress)
    }

    fn status_changed(&mut self, rng: &mut Rng, n: usize) -> Vec<Out> {
        let place = if self.manner.legacy {
            Place::Brief
        } else {
            Place::Flat
        };
        self.about(rng, n, "fileRequestStatusChanged", "fileStatus", place)
    }

    fn become_(&mut self, rng: &mut Rng, n: usize, status: Status) -> Vec<Out> {
        self.files.all[n].status = status;
        self.status_changed(rng, n)
    }

    /// An incoming request is accepted or rejected, by whomever.
    pub(crate) fn decide(&mut self, rng: &mut Rng, n: usize, accept: bool) -> Vec<Out> {
        let (status, current, legacy) = if accept {
            (
                Status::Processing,
                "incomingFileRequestAccepted",
                "fileAccepted",
            )
        } else {
            (
                Status::Rejected,
                "incomingFileRequestRejected",
                "fileRejected",
            )
        };
        self.files.all[n].status = status;
        let mut out = self.about(rng, n, current, legacy, Place::Event);
        if accept {
            out.append(&mut self.status_changed(rng, n));
        } else if !self.manner.keeps_rejected {
            self.files.all[n].gone = true;
        }
        out
    }

    pub(crate) fn sent(&mut self, rng: &mut Rng, n: usize) -> Vec<Out> {
        self.files.all[n].status = if rng.bool() {
            Status::Processing
        } else {
            Status::Waiting
        };
        let conference = self.files.all[n].conference.is_some();
        let (current, legacy) = if conference {
            ("outgoingFileRequestSentToConference", "fileConferenceSent")
        } else {
            ("outgoingFileRequestSent", "fileSent")
        };
        let mut out = self.about(rng, n, current, legacy, Place::Sent);
        out.append(&mut self.status_changed(rng, n));
        out
    }

    fn progress(&mut self, rng: &mut Rng) -> Vec<Out> {
        let moving = |status| matches!(status, Status::Processing);
        let Some(n) = self.files.any(rng, |f| {
            moving(f.status) || !f.incoming && f.status == Status::Waiting
        }) else {
            return Vec::new();
        };
        let file = &mut self.files.all[n];
        file.status = Status::Processing;
        file.percent = (file.percent + rng.u8(1..60)).min(100);
        let (done, incoming) = (file.percent == 100, file.incoming);
        let (current, legacy) = if incoming {
            (
                "incomingFileRequestDownloadingProgress",
                "fileDownloadingProgress",
            )
        } else {
            (
                "outgoingFileRequestUploadingProgress",
                "fileUploadingProgress",
            )
        };
        let mut out = self.about(rng, n, current, legacy, Place::Progress);
        if done {
            out.append(&mut self.become_(rng, n, Status::Processed));
        }
        out
    }

    fn delete(&mut self, rng: &mut Rng, n: usize) -> Vec<Out> {
        self.files.all[n].gone = true;
        if self.manner.legacy {
            // What it says of the file is not documented.
            let json = Json::new().text("file", &self.files.all[n].name);
            return self.event("fileTransferFileDeleted", json, None);
        }
        self.about(
            rng,
            n,
            "fileDeletedFromFileTransferHistory",
            "",
            Place::Deleted,
        )
    }
}
