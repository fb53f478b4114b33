//! Presets of cameras. No command lists or applies them: somebody at the terminal does.

use serde_json::{Value, json};

use crate::terminal::Terminal;
use crate::terminal::message::{Refusal, Reply, Request, done};

impl Terminal {
    pub(super) fn preset_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "addVideoCapturerPreset" => {
                let preset = given(request);
                self.add_preset(request, preset)
            }
            "addPresetFromCurrentVideoCapturer" => {
                let preset = self.present();
                self.add_preset(request, preset)
            }
            "updateVideoCapturerPreset" => {
                let preset = given(request);
                self.update_preset(request, preset)
            }
            "updatePresetFromCurrentVideoCapturer" => {
                let preset = self.present();
                self.update_preset(request, preset)
            }
            "removeVideoCapturerPreset" => self.remove_preset(request),
            _ => return None,
        };
        Some(reply)
    }

    /// What the camera in use shows now, as a preset.
    fn present(&self) -> Value {
        let mut preset = self.machine.hardware.current_camera();
        let values = self.machine.camera.values();
        for axis in ["pan", "tilt", "zoom"] {
            preset[axis] = values[axis].clone();
        }
        preset["isMuted"] = self.registers.flag("setVideoMute", "mute").into();
        preset["comPort"] = self
            .registers
            .get("setComPort", "port")
            .cloned()
            .unwrap_or_default();
        preset["preview"] = json!({"isPresent": false});
        preset
    }

    fn add_preset(&mut self, request: &Request<'_>, mut preset: Value) -> Reply {
        self.machine.last_preset += 1;
        let id = self.machine.last_preset;
        preset["presetId"] = id.to_string().into();
        self.machine.presets.insert(id, preset.clone());
        self.tell("videoCapturerPresetAdded", "", without_picture(&preset));
        self.reply(request.method, "", preset)
    }

    fn update_preset(&mut self, request: &Request<'_>, mut preset: Value) -> Reply {
        let id = self.known_preset(request)?;
        preset["presetId"] = id.to_string().into();
        self.machine.presets.insert(id, preset.clone());
        self.tell("videoCapturerPresetUpdated", "", without_picture(&preset));
        self.reply(request.method, "", preset)
    }

    fn remove_preset(&mut self, request: &Request<'_>) -> Reply {
        let id = self.known_preset(request)?;
        self.machine.presets.remove(&id);
        self.tell(
            "videoCapturerPresetRemoved",
            "",
            json!({"presetId": id.to_string()}),
        );
        done()
    }

    fn known_preset(&self, request: &Request<'_>) -> Result<u32, Refusal> {
        let id = request.text(&["presetId"])?;
        id.parse()
            .ok()
            .filter(|id| self.machine.presets.contains_key(id))
            .ok_or_else(|| Refusal::new(format!("there is no preset {id}")))
    }

    /// Somebody at the terminal applies a preset.
    pub(in crate::terminal) fn apply_preset(&mut self, request: &Request<'_>) -> Reply {
        let id = self.known_preset(request)?;
        let preset = self.machine.presets[&id].clone();
        self.tell(
            "videoCapturerPresetApplied",
            "",
            json!({"presetId": id.to_string()}),
        );
        self.look_at(&preset);
        done()
    }
}

/// The preset that a command spells out.
fn given(request: &Request<'_>) -> Value {
    let mut preset = request.body.clone();
    preset.retain(|name, _| name != "method" && name != "requestId");
    preset.into()
}

/// Events tell whether there is a preview, not the picture.
fn without_picture(preset: &Value) -> Value {
    let mut preset = preset.clone();
    let present = preset["preview"]["isPresent"] == true;
    preset["preview"] = json!({"isPresent": present});
    preset
}
