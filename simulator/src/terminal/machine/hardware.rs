//! Cameras, microphones and speakers, plugged in and in use.

use serde_json::{Value, json};

use crate::terminal::Terminal;
use crate::terminal::message::{Refusal, Reply, Request, done};
use crate::terminal::sharing::SOURCES;

/// Kinds of devices, as fields and commands call them: `videoCapturers`,
/// `currentVideoCapturerName`, `setVideoCapturer`.
const KINDS: [&str; 3] = ["AudioCapturer", "AudioRenderer", "VideoCapturer"];
const VIDEO: usize = 2;

/// A device: name and system id.
type Device = (String, String);

/// All devices, by [`KINDS`].
#[derive(Debug, Clone)]
pub(super) struct Hardware {
    plugged: [Vec<Device>; 3],
    /// The one in use, if any.
    used: [Option<Device>; 3],
}

impl Default for Hardware {
    fn default() -> Self {
        let device = |name: &str| {
            let id = format!("virtual:{}", name.to_lowercase().replace(' ', "-"));
            (name.to_owned(), id)
        };
        let plugged = [
            vec![device("Virtual microphone")],
            vec![device("Virtual speakers")],
            vec![device("Virtual camera")],
        ];
        let used = plugged.clone().map(|devices| devices.first().cloned());
        Self { plugged, used }
    }
}

impl Hardware {
    /// The camera in use, as presets and controls name it.
    pub(super) fn current_camera(&self) -> Value {
        let (name, id) = self.used[VIDEO].clone().unwrap_or_default();
        json!({"videoCapturerName": name, "videoCapturerDescription": id})
    }

    fn to_json(&self) -> Value {
        let mut hardware = json!({});
        for (at, kind) in KINDS.into_iter().enumerate() {
            let list = self.plugged[at].iter().map(|(name, description)| {
                let mut device = json!({"name": name, "description": description, "type": 0});
                if at == VIDEO {
                    device["connected"] = true.into();
                }
                device
            });
            let mut letters = kind.chars();
            let lower = letters.next().map(|first| first.to_ascii_lowercase());
            let plural: String = lower
                .into_iter()
                .chain(letters)
                .chain("s".chars())
                .collect();
            hardware[plural] = list.collect();
            let (name, description) = self.used[at].clone().unwrap_or_default();
            hardware[format!("current{kind}Name")] = name.into();
            hardware[format!("current{kind}Description")] = description.into();
            hardware[format!("current{kind}Type")] = 0.into();
        }
        hardware["DSCaptureList"] = SOURCES
            .iter()
            .map(|(id, name)| json!({"name": name, "id": id}))
            .collect();
        hardware
    }
}

impl Terminal {
    pub(super) fn hardware_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        if request.method == "getHardware" {
            return Some(self.reply(request.method, "", self.machine.hardware.to_json()));
        }
        let wanted = request.method.strip_prefix("set")?;
        let kind = KINDS.into_iter().position(|kind| kind == wanted)?;
        Some(self.use_device(request, kind))
    }

    /// An empty name, or none, stands for no device.
    fn use_device(&mut self, request: &Request<'_>, kind: usize) -> Reply {
        let name = request.text(&["name"])?;
        let id = request.text(&["description"])?;
        let hardware = &mut self.machine.hardware;
        let mut plugged = hardware.plugged[kind].iter();
        hardware.used[kind] = match name {
            "" | "none" => None,
            _ => {
                let found = plugged.find(|device| device.0 == name && device.1 == id);
                let missing = || Refusal::new(format!("there is no device {name}"));
                Some(found.cloned().ok_or_else(missing)?)
            }
        };
        self.hardware_changed(kind);
        done()
    }

    fn hardware_changed(&mut self, kind: usize) {
        let hardware = self.machine.hardware.to_json();
        self.tell("hardwareChanged", "", hardware);
        if kind == VIDEO {
            self.camera_changed();
        }
    }

    /// Somebody plugs a device in, or pulls it out.
    pub(in crate::terminal) fn plug(&mut self, request: &Request<'_>) -> Reply {
        let kind = match request.optional_text("kind").unwrap_or("camera") {
            "microphone" => 0,
            "speakers" => 1,
            "camera" => VIDEO,
            _ => return Err(Refusal::new("kind is camera, microphone or speakers")),
        };
        let name = request.text(&["name"])?;
        let hardware = &mut self.machine.hardware;
        let devices = &mut hardware.plugged[kind];
        if request.flag_or("in", true)? {
            devices.push((name.to_owned(), format!("plugged:{name}")));
        } else {
            devices.retain(|device| device.0 != name);
            hardware.used[kind].take_if(|device| device.0 == name);
        }
        self.hardware_changed(kind);
        done()
    }

    /// Somebody uses the handset.
    pub(in crate::terminal) fn press(&mut self, key: &str) -> Result<(), Refusal> {
        match key {
            "hookOff" => self.tell("hookOffPressed", "", json!({})),
            "hangUp" => self.tell("hangUpPressed", "", json!({})),
            _ => return Err(Refusal::new("key is hookOff or hangUp")),
        }
        Ok(())
    }
}
