//! The areas: where a user looks for a command or an event.

use std::collections::BTreeMap;

use super::model::{Catalogue, Command, Event};
use super::naming::{short, snake};

/// Name, and what belongs to it.
pub(super) const AREAS: [(&str, &str); 24] = [
    (
        "app",
        "The application on the terminal: its state, and ending it.",
    ),
    ("audio", "Microphone and speaker: mute, levels, tests."),
    (
        "call",
        "Calling, answering, hanging up; the history of calls.",
    ),
    (
        "camera",
        "The terminal's own camera: pan, tilt, zoom, presets, background, picture.",
    ),
    ("chat", "Messages to users and conferences."),
    (
        "conference",
        "Conferences: making, joining, participants, moderation, schedule.",
    ),
    (
        "contacts",
        "The address book, groups, blocked users, search, presence.",
    ),
    (
        "files",
        "File transfer as the terminal has it. Programs rather use file requests.",
    ),
    ("hardware", "Which camera, microphone and speaker are used."),
    (
        "http",
        "The built-in HTTP server: its state, settings and tokens.",
    ),
    ("layout", "The video layout: slots, order, monitors."),
    ("license", "Licence, activation and what the tariff allows."),
    ("ndi", "NDI output."),
    (
        "podium",
        "The podium of role-based conferences: inviting, asking, leaving.",
    ),
    ("remote_camera", "Cameras of other participants."),
    (
        "server",
        "The connection to a TrueConf server, and signing in.",
    ),
    ("session", "This connection: authorization and API version."),
    ("settings", "Settings of the application."),
    ("sharing", "Sharing a screen or a window."),
    ("slides", "Slide shows."),
    ("storage", "Small data that programs keep on the terminal."),
    ("system", "The computer: information, sleep, restart."),
    ("update", "Updates of the application."),
    (
        "window",
        "The application's window: state, monitor, background, logo, widgets.",
    ),
];

/// The commands and events of one area, by name.
pub(super) struct Area<'a> {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) commands: Vec<(&'a str, &'a Command)>,
    pub(super) events: Vec<(&'a str, &'a Event)>,
}

impl Area<'_> {
    /// Short names in `snake_case` by wire name: those that leave out the area, where that is no
    /// other command's name. The files have none, since programs use file requests there.
    pub(super) fn short_names(&self) -> BTreeMap<&str, String> {
        let mut uses: BTreeMap<String, usize> = BTreeMap::new();
        let mut found = Vec::new();
        for (wire, _) in self.commands.iter().filter(|_| self.name != "files") {
            *uses.entry(snake(wire)).or_default() += 1;
            if let Some(name) = short(self.name, wire) {
                *uses.entry(name.clone()).or_default() += 1;
                found.push((*wire, name));
            }
        }
        found
            .into_iter()
            .filter(|(_, name)| uses.get(name) == Some(&1))
            .collect()
    }
}

pub(super) fn areas(catalogue: &Catalogue) -> Vec<Area<'_>> {
    AREAS
        .iter()
        .map(|&(name, about)| Area {
            name,
            about,
            commands: catalogue
                .commands
                .iter()
                .filter(|(_, command)| command.common.area == name)
                .map(|(wire, command)| (wire.as_str(), command))
                .collect(),
            events: catalogue
                .events
                .iter()
                .filter(|(_, event)| event.common.area == name)
                .map(|(wire, event)| (wire.as_str(), event))
                .collect(),
        })
        .collect()
}
