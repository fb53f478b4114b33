//! What the machine is made of: facts that never change here.

use serde_json::{Map, Value, json};

use super::Terminal;
use super::message::{Refusal, Reply, Request, done, fields};

impl Terminal {
    pub(super) fn system_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "getSystemInfo" => Ok(self.system_info()),
            "getRenderInfo" => {
                let info = json!({"render": "Virtual", "version": "1.0", "vendor": "trueroom"});
                self.reply(request.method, "", info)
            }
            "getWebManagerUrl" => self.reply(request.method, "", json!({"url": self.web_address})),
            "openURLProtocol" => self.open_url(request),
            "fireMyEvent" => request.text(&["data"]).and_then(|data| {
                self.emit("myEvent", &fields(json!({"data": data})));
                done()
            }),
            _ => return None,
        };
        Some(reply)
    }

    /// authInfo and permissionsInfo are there only while logged in.
    fn system_info(&self) -> Map<String, Value> {
        let mut info = Map::new();
        if self.link.logged_in() {
            let who = json!({"peerId": self.link.peer_id(), "peerDn": self.link.display_name()});
            info.insert("authInfo".into(), who);
        }
        let version = json!({"major": 5, "minor": 0, "revision": 0, "build": 1});
        info.insert("fileInfo".into(), version.clone());
        info.insert("productInfo".into(), version);
        if self.link.logged_in() {
            info.insert("permissionsInfo".into(), self.restrictions());
        }
        info.extend(fields(json!({
            "bitrateLimits": {"max": 8192, "min": 128},
            "systemRating": self.rating(),
            "cameraInfo": self.camera_info(),
        })));
        info
    }

    fn rating(&self) -> Value {
        let quality = &self.quality;
        json!({
            "videoQuality": {"send": quality, "receiveP2P": quality, "receiveGroup": "HD"},
            "videoContentLevels": {
                "send": 4, "receiveP2P": 4, "receiveGroup": 3, "bench": 10000,
            },
        })
    }

    /// The machine is found to be quicker or slower.
    pub(super) fn rate(&mut self, quality: &str) {
        quality.clone_into(&mut self.quality);
        let rating = self.rating();
        self.tell("systemRatingUpdated", "", rating);
    }

    /// The web manager has another address.
    pub(super) fn move_web_manager(&mut self, url: &str) {
        url.clone_into(&mut self.web_address);
        self.tell("webManagerUrlChanged", "", json!({"url": url}));
    }

    /// A link such as `trueconf:alice@example.test` calls.
    fn open_url(&mut self, request: &Request<'_>) -> Reply {
        let url = request.text(&["url"])?;
        let Some(peer) = url.strip_prefix("trueconf:") else {
            return Err(Refusal::new("the link must begin with trueconf:"));
        };
        self.call_user(peer.split('&').next().unwrap_or_default(), None)
    }
}
