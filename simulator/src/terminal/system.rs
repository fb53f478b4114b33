//! What the machine is made of: facts that never change here.

use serde_json::{Map, Value, json};

use super::Terminal;
use super::message::{Reply, Request, done, fields};

impl Terminal {
    pub(super) fn system_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "getSystemInfo" => Ok(self.system_info()),
            "getTariffRestrictions" => Ok(fields(restrictions())),
            "getMonitorsInfo" => Ok(monitors()),
            "fireMyEvent" => request.text(&["data"]).and_then(|data| {
                self.emit("myEvent", &fields(json!({"data": data})));
                done()
            }),
            "getDisplayNameById" => request
                .text(&["peerId"])
                .map(|peer| fields(json!({"peerDn": self.display_name_of(peer), "peerId": peer}))),
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
            info.insert("permissionsInfo".into(), restrictions());
        }
        info.extend(fields(json!({
            "bitrateLimits": {"max": 8192, "min": 128},
            "systemRating": {
                "videoQuality": {"send": "FHD", "receiveP2P": "FHD", "receiveGroup": "HD"},
                "videoContentLevels": {
                    "send": 4, "receiveP2P": 4, "receiveGroup": 3, "bench": 10000,
                },
            },
            "cameraInfo": {
                "cameraWidth": 1920, "cameraHeight": 1080, "cameraFramerate": 30,
                "sendWidth": 1280, "sendHeight": 720, "sendFramerate": 30,
                "format": 0, "sendFormat": "H.264", "stereo": false,
            },
        })));
        info
    }
}

fn restrictions() -> Value {
    json!({
        "tariffName": "pro", "p2p": true, "createMulti": true, "symMaxNumber": 36,
        "asymMaxNumber": 120, "roleMaxNumber": 120, "rlMaxNumber": 6,
        "canUseSlideShow": true, "canUseDesktopSharing": true,
        "canChangeAddressBook": true, "canEditGroups": true, "canUseDialer": true,
    })
}

fn monitors() -> Map<String, Value> {
    let area = json!({"x": 0, "y": 0, "width": 1920, "height": 1080});
    fields(json!({
        "monitors": [{
            "name": "Virtual screen", "primary": true, "index": 0, "ignored": false,
            "id": "virtual-0", "geomMonitor": area, "geomWork": area,
        }],
        "currentMonitor": 0,
    }))
}
