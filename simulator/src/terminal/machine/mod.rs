//! The terminal's own machine: camera, devices, monitors, layout, data, licence.

mod camera;
mod hardware;
mod layout;
mod license;
mod ndi;
mod presets;
mod storage;
mod update;
mod window;

use std::collections::BTreeMap;

use serde_json::Value;

use self::camera::Camera;
use self::hardware::Hardware;
use self::layout::Layout;
use self::license::License;
use super::Terminal;
use super::message::{Reply, Request};

/// What the machine keeps.
#[derive(Debug, Clone, Default)]
pub(super) struct Machine {
    camera: Camera,
    hardware: Hardware,
    layout: Layout,
    license: License,
    /// Streams to the local network by device id: the answer's entry.
    streams: BTreeMap<String, Value>,
    /// Presets of cameras by id.
    presets: BTreeMap<u32, Value>,
    last_preset: u32,
    /// Data containers by name.
    containers: BTreeMap<String, String>,
    /// Index of the monitor with the main window.
    monitor: usize,
    /// Version of an update that is available.
    update: Option<String>,
}

impl Terminal {
    pub(super) fn machine_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        self.camera_command(request)
            .or_else(|| self.preset_command(request))
            .or_else(|| self.hardware_command(request))
            .or_else(|| self.layout_command(request))
            .or_else(|| self.window_command(request))
            .or_else(|| self.storage_command(request))
            .or_else(|| self.license_command(request))
            .or_else(|| self.ndi_command(request))
            .or_else(|| self.update_command(request))
    }
}
