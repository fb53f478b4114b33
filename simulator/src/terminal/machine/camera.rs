//! The own camera: where it looks, and in which mode it runs.

use serde_json::{Value, json};

use crate::terminal::Terminal;
use crate::terminal::message::{Refusal, Reply, Request, done};

const MODES: [(&str, i64, i64); 2] = [("FHD_30", 1920, 1080), ("HD_30", 1280, 720)];
const PINS: [&str; 2] = ["HDMI", "RGB"];
const PAN: usize = 0;
const TILT: usize = 1;
const ZOOM: usize = 2;
/// How the axes are called, and their ranges.
const AXES: [(&str, i64, i64); 3] = [("pan", -100, 100), ("tilt", -30, 30), ("zoom", 0, 100)];
const STEP: i64 = 10;

/// The own camera.
#[derive(Debug, Clone, Default)]
pub(super) struct Camera {
    /// Pan, tilt, zoom.
    at: [i64; 3],
    inverted: [bool; 3],
    mode: usize,
    pin: usize,
}

impl Camera {
    /// The present values under the names of the axes.
    pub(super) fn values(&self) -> Value {
        let mut values = json!({});
        for ((name, ..), at) in AXES.iter().zip(self.at) {
            values[name] = json!({"isPresent": true, "value": at});
        }
        values
    }
}

impl Terminal {
    pub(super) fn camera_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "getPtzControls" => self.reply(request.method, "", self.controls()),
            "ptzLeft" => self.turn(PAN, -STEP),
            "ptzRight" => self.turn(PAN, STEP),
            "ptzDown" => self.turn(TILT, -STEP),
            "ptzUp" => self.turn(TILT, STEP),
            "ptzZoomDec" => self.turn(ZOOM, -STEP),
            "ptzZoomInc" => self.turn(ZOOM, STEP),
            // Movements are over at once.
            "ptzStop" => self.turn(PAN, 0),
            "setPanPos" => self.set_position(request, PAN),
            "setTiltPos" => self.set_position(request, TILT),
            "setZoomPos" => self.set_position(request, ZOOM),
            "setPtzDefaults" => {
                self.machine.camera.at = [0; 3];
                self.moved()
            }
            "setCurrentPtzPropertyInverted" => self.invert(request),
            "getModes" => self.reply(request.method, "", self.modes()),
            "setModes" => self.set_modes(request),
            _ => return None,
        };
        Some(reply)
    }

    fn turn(&mut self, axis: usize, by: i64) -> Reply {
        let camera = &mut self.machine.camera;
        let (_, lowest, highest) = AXES[axis];
        let by = if camera.inverted[axis] { -by } else { by };
        camera.at[axis] = (camera.at[axis] + by).clamp(lowest, highest);
        self.moved()
    }

    fn set_position(&mut self, request: &Request<'_>, axis: usize) -> Reply {
        let position = request.number(&["pos"])?;
        let (name, lowest, highest) = AXES[axis];
        if !(lowest..=highest).contains(&position) {
            let text = format!("{name} goes from {lowest} to {highest}");
            return Err(Refusal::new(text));
        }
        self.machine.camera.at[axis] = position;
        self.moved()
    }

    fn invert(&mut self, request: &Request<'_>) -> Reply {
        let inverted = request.flag("inverted")?;
        let property = request.text(&["property"])?;
        let axis = AXES.iter().position(|(name, ..)| *name == property);
        let axis = axis.ok_or_else(|| Refusal::new(format!("there is no axis {property}")))?;
        self.machine.camera.inverted[axis] = inverted;
        self.moved()
    }

    fn moved(&mut self) -> Reply {
        let controls = self.controls();
        self.tell("ptzControlsChanged", "", controls);
        done()
    }

    fn controls(&self) -> Value {
        let camera = &self.machine.camera;
        let mut controls = self.machine.hardware.current_camera();
        for (axis, (name, lowest, highest)) in AXES.into_iter().enumerate() {
            controls[name] = json!({
                "support": true, "isContinuousType": false, "minValue": lowest,
                "maxValue": highest, "currentValue": camera.at[axis], "defValue": 0,
                "step": STEP, "inverted": camera.inverted[axis],
            });
        }
        controls
    }

    /// A preset moves the camera; what it does not hold stays.
    pub(super) fn look_at(&mut self, preset: &Value) {
        for (axis, (name, lowest, highest)) in AXES.into_iter().enumerate() {
            if let Some(value) = preset[name]["value"].as_i64() {
                self.machine.camera.at[axis] = value.clamp(lowest, highest);
            }
        }
        let controls = self.controls();
        self.tell("ptzControlsChanged", "", controls);
    }

    pub(super) fn modes(&self) -> Value {
        let camera = &self.machine.camera;
        let mut modes = self.machine.hardware.current_camera();
        modes["activeMode"] = MODES[camera.mode].0.into();
        modes["activePin"] = PINS[camera.pin].into();
        modes["modeList"] = MODES.iter().map(|(name, ..)| *name).collect();
        modes["pinList"] = PINS.to_vec().into();
        modes["supportPTZ"] = true.into();
        modes
    }

    fn set_modes(&mut self, request: &Request<'_>) -> Reply {
        let pin = request.text(&["pin"])?;
        let mode = request.text(&["mode"])?;
        let pin = PINS.iter().position(|name| *name == pin);
        let mode = MODES.iter().position(|(name, ..)| *name == mode);
        let (Some(pin), Some(mode)) = (pin, mode) else {
            return Err(Refusal::new("the camera has no such pin or mode"));
        };
        self.machine.camera.pin = pin;
        self.machine.camera.mode = mode;
        self.camera_changed();
        done()
    }

    /// Another mode, or another camera.
    pub(super) fn camera_changed(&mut self) {
        let modes = self.modes();
        self.tell("deviceModesDone", "", modes);
        let info = self.camera_info();
        self.tell("updateCameraInfo", "", info);
    }

    /// `cameraInfo` of the system.
    pub(in crate::terminal) fn camera_info(&self) -> Value {
        let (_, width, height) = MODES[self.machine.camera.mode];
        // Rates are in hundredths of a frame.
        json!({
            "cameraWidth": width, "cameraHeight": height, "cameraFramerate": 3000,
            "sendWidth": 1280, "sendHeight": 720, "sendFramerate": 3000,
            "format": 0, "sendFormat": "H.264", "stereo": false,
        })
    }
}
