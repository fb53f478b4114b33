//! The terminal's file requests, and how messages of both generations spell them.

use fastrand::Rng;

use crate::json::Json;
use crate::plan::Manner;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Waiting,
    Processing,
    Processed,
    Rejected,
    Failed,
}

impl Status {
    fn wire(self) -> u8 {
        match self {
            Self::Failed => 0,
            Self::Waiting => 1,
            Self::Processing => 2,
            Self::Processed | Self::Rejected => 3,
        }
    }

    pub(crate) fn is_finished(self) -> bool {
        matches!(self, Self::Processed | Self::Rejected | Self::Failed)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct File {
    pub id: String,
    pub incoming: bool,
    pub status: Status,
    /// No longer in any list.
    pub gone: bool,
    pub name: String,
    pub size: u64,
    pub peer: String,
    pub conference: Option<String>,
    /// Milliseconds since 1970, whole seconds.
    pub created: i64,
    /// Of its bytes on the HTTP server.
    pub bytes_id: i64,
    pub percent: u8,
}

/// The kinds of message that a request appears in; each has spellings of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    List,
    /// `getFileRequestInfo`, `fileRequestStatusChanged` and what came before them.
    Flat,
    /// `fileStatus` of the older generation says least.
    Brief,
    /// Offered, accepted, rejected.
    Event,
    Sent,
    Progress,
    Deleted,
}

#[derive(Debug, Default)]
pub(crate) struct Files {
    pub all: Vec<File>,
}

impl Files {
    pub(crate) fn add(
        &mut self,
        rng: &mut Rng,
        manner: &Manner,
        now_ms: u64,
        incoming: bool,
    ) -> usize {
        let n = self.all.len();
        let id = if manner.legacy {
            (100 + n).to_string()
        } else {
            format!("8e9dc8cc-fd65-47c0-8474-{n:012x}")
        };
        // Ticking in whole seconds, so that both units say the same.
        let second = i64::try_from(now_ms / 1000).expect("a short simulation");
        self.all.push(File {
            id,
            incoming,
            status: Status::Waiting,
            gone: false,
            name: format!("file-{n}.bin"),
            size: rng.u64(1..5_000_000_000),
            peer: format!("{}@some.server", rng.u8(1..9)),
            conference: rng
                .bool()
                .then(|| "0000016f35f42ef6@some.server#vcs".to_owned()),
            created: 1_659_249_467_000 + second * 1000,
            bytes_id: rng.i64(100_000_000..999_999_999),
            percent: 0,
        });
        n
    }

    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        self.all.iter().position(|file| file.id == id && !file.gone)
    }

    /// A random request for which `test` holds.
    pub(crate) fn any(&self, rng: &mut Rng, test: impl Fn(&File) -> bool) -> Option<usize> {
        let found: Vec<usize> = (0..self.all.len())
            .filter(|n| !self.all[*n].gone && test(&self.all[*n]))
            .collect();
        rng.choice(found)
    }

    /// The entries of one list, as the text of a JSON array.
    pub(crate) fn list(&self, rng: &mut Rng, manner: &Manner, incoming: bool) -> String {
        let mut list = String::from("[");
        for file in self
            .all
            .iter()
            .filter(|file| file.incoming == incoming && !file.gone)
        {
            if file.status == Status::Rejected && !manner.keeps_rejected {
                continue;
            }
            if rng.u8(0..200) < manner.odd_fields {
                list.push_str(["null,", "{},", "5,", "{\"fileRequestId\":{}},"][rng.usize(0..4)]);
            }
            let entry = file.fields(rng, manner, Place::List, Json::new());
            list.push_str(&entry.end());
            list.push(',');
        }
        if list.ends_with(',') {
            list.pop();
        }
        list.push(']');
        list
    }
}

impl File {
    /// Adds what a message of this kind says about the request.
    pub(crate) fn fields(&self, rng: &mut Rng, manner: &Manner, place: Place, json: Json) -> Json {
        let odd = |rng: &mut Rng| rng.u8(0..100) < manner.odd_fields;
        let number = |rng: &mut Rng, value: u64| {
            if odd(rng) {
                format!("\"{value}\"")
            } else {
                value.to_string()
            }
        };
        let mut json = if manner.legacy {
            json.raw("id", &self.id)
        } else {
            json.text("fileRequestId", &self.id)
        };
        if place != Place::Brief {
            let key = if place == Place::Sent && manner.legacy {
                "name"
            } else {
                "fileName"
            };
            json = json.text(key, &self.name);
        }
        if says_size(rng, manner, place) {
            let usual = match (manner.legacy, place) {
                (true, _) => "totalSize",
                (false, Place::List) => "size",
                _ => "fileSize",
            };
            let key = if odd(rng) {
                ["size", "fileSize", "totalSize"][rng.usize(0..3)]
            } else {
                usual
            };
            json = json.raw(key, number(rng, self.size));
        }
        if matches!(place, Place::List | Place::Flat | Place::Brief) {
            json = json.raw("status", number(rng, self.status.wire().into()));
        }
        if matches!(place, Place::Flat | Place::Brief | Place::Deleted) {
            json = json.raw("directionType", u8::from(!self.incoming));
        }
        if place == Place::Progress {
            json = if manner.legacy {
                json.raw(
                    "processedSize",
                    (u128::from(self.size) * u128::from(self.percent)).div_ceil(100),
                )
            } else {
                json.raw("processedPercents", self.percent)
            };
        }
        if place != Place::Brief && (self.incoming || self.conference.is_none()) {
            let display = if matches!(place, Place::Flat | Place::Progress) ^ odd(rng) {
                "peerDisplayName"
            } else {
                "peerDn"
            };
            json = json.text("peerId", &self.peer).text(display, "Somebody");
        }
        json = match (&self.conference, rng.u8(0..3)) {
            (Some(id), _) => json.text("confId", id),
            (None, 0) => json.text("confId", ""),
            (None, 1) => json.raw("confId", "null"),
            (None, _) => json,
        };
        if !(manner.legacy && matches!(place, Place::Event | Place::Brief | Place::Sent)) {
            let time = if self.incoming ^ odd(rng) {
                self.created
            } else {
                self.created / 1000
            };
            json = json.raw("timestamp", time);
        }
        let has_file = !self.incoming || self.status == Status::Processed;
        if has_file && !matches!(place, Place::Event | Place::Brief) {
            json = json.raw("fileId", number(rng, self.bytes_id.unsigned_abs()));
        }
        json
    }
}

fn says_size(rng: &mut Rng, manner: &Manner, place: Place) -> bool {
    match place {
        Place::Brief => false,
        Place::Event | Place::Sent | Place::Deleted => !manner.legacy,
        Place::List => !(manner.legacy && manner.list_without_size && rng.bool()),
        Place::Flat | Place::Progress => true,
    }
}
