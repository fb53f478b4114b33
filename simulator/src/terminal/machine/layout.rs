//! The video layout: which slot stands where. The places are assumed.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::window::MONITORS;
use crate::terminal::Terminal;
use crate::terminal::message::{Refusal, Reply, Request, done};

const OWN: &str = "#self:0";
const WIDTH: usize = 1920;
const HEIGHT: usize = 1080;
/// As `VideoMatrixType` has it: all slots of one size.
const EQUAL: i64 = 1;

/// The layout of the session that is on.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    kind: i64,
    /// Slots in order, the own one among them.
    slots: Vec<String>,
    hidden: Vec<String>,
    /// Slots on other monitors, by index.
    moved: BTreeMap<usize, String>,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            kind: EQUAL,
            slots: vec![OWN.to_owned()],
            hidden: Vec::new(),
            moved: BTreeMap::new(),
        }
    }
}

impl Layout {
    /// The slots of the main window, in as many rows as columns.
    fn shown(&self) -> Vec<&String> {
        let away = |id: &String| self.hidden.contains(id) || self.moved.values().any(|at| at == id);
        let shown = self.slots.iter().filter(|id| !away(id));
        shown
            .take(if self.kind == 0 { 1 } else { usize::MAX })
            .collect()
    }

    fn place(&mut self, id: &str) -> Result<usize, Refusal> {
        let found = self.slots.iter().position(|slot| slot == id);
        found.ok_or_else(|| Refusal::new(format!("there is no video slot {id}")))
    }
}

impl Terminal {
    pub(super) fn layout_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "getVideoMatrix" => self.reply(request.method, "", self.matrix()),
            // Named only, without parameters: it sends the event.
            "changeVideoMatrix" => done(),
            "changeVideoMatrixType" => request.number(&["matrixType"]).and_then(|kind| {
                if !(0..=5).contains(&kind) {
                    return Err(Refusal::new("there is no such layout"));
                }
                self.machine.layout.kind = kind;
                done()
            }),
            "hideVideoSlot" => self.hide_slot(request),
            "showVideoSlot" => self.show_slot(request),
            "swapVideoSlots" => self.swap_slots(request),
            "moveVideoSlotToMonitor" => self.move_slot(request),
            "removeVideoSlotFromMonitor" => self.bring_slot_back(request),
            _ => return None,
        };
        if reply.is_ok() && request.method != "getVideoMatrix" {
            let matrix = self.matrix();
            self.tell("videoMatrixChanged", "", matrix);
        }
        Some(reply)
    }

    fn matrix(&self) -> Value {
        let layout = &self.machine.layout;
        let shown = layout.shown();
        let root = shown.len().isqrt();
        let columns = root + usize::from(root * root < shown.len() || root == 0);
        let (width, height) = (WIDTH / columns, HEIGHT / columns);
        let participants: Value = shown
            .iter()
            .enumerate()
            .map(|(at, id)| {
                let own = **id == OWN;
                let name = if own { self.link.peer_id() } else { id };
                json!({
                    "peerId": id, "peerDn": self.display_name_of(name), "type": 0,
                    "left": at % columns * width, "top": at / columns * height,
                    "width": width, "height": height,
                })
            })
            .collect();
        let moved: Value = layout
            .moved
            .iter()
            .map(|(at, id)| self.moved_slot(*at, id))
            .collect();
        json!({
            "matrixType": layout.kind,
            "mainWindowWidth": WIDTH,
            "mainWindowHeight": HEIGHT,
            "selfViewMode": 2,
            "participants": participants,
            "externVideoSlots": moved,
            "hiddenVideoSlots": layout.hidden,
        })
    }

    /// The participants are others now.
    pub(in crate::terminal) fn layout_changed(&mut self) {
        let others = self.others();
        let layout = &mut self.machine.layout;
        let here = |id: &String| id == OWN || others.contains(id);
        layout.slots.retain(here);
        layout.hidden.retain(here);
        layout.moved.retain(|_, id| here(id));
        for id in others {
            if !layout.slots.contains(&id) {
                layout.slots.push(id);
            }
        }
        let matrix = self.matrix();
        self.tell("videoMatrixChanged", "", matrix);
    }

    /// The session is over; only the own slot is left, and clients know without being told.
    pub(in crate::terminal) fn layout_empties(&mut self) {
        let kind = self.machine.layout.kind;
        self.machine.layout = Layout {
            kind,
            ..Layout::default()
        };
    }

    fn hide_slot(&mut self, request: &Request<'_>) -> Reply {
        let id = request.text(&["callId"])?;
        self.slots_may_hide()?;
        let layout = &mut self.machine.layout;
        layout.place(id)?;
        if !layout.hidden.iter().any(|hidden| hidden == id) {
            layout.hidden.push(id.to_owned());
        }
        done()
    }

    fn show_slot(&mut self, request: &Request<'_>) -> Reply {
        let id = request.text(&["callId"])?;
        self.slots_may_hide()?;
        let layout = &mut self.machine.layout;
        let at = layout.hidden.iter().position(|hidden| hidden == id);
        let at = at.ok_or_else(|| Refusal::new(format!("the video slot {id} is not hidden")))?;
        layout.hidden.remove(at);
        done()
    }

    fn slots_may_hide(&self) -> Result<(), Refusal> {
        if self.settings.is_on("hideNonVideoParticipants") {
            return Err(Refusal::new("the setting hideNonVideoParticipants is on"));
        }
        Ok(())
    }

    fn swap_slots(&mut self, request: &Request<'_>) -> Reply {
        let layout = &mut self.machine.layout;
        let one = layout.place(request.text(&["callId1"])?)?;
        let other = layout.place(request.text(&["callId2"])?)?;
        layout.slots.swap(one, other);
        done()
    }

    /// Another monitor than that of the main window.
    fn other_monitor(&self, request: &Request<'_>) -> Result<usize, Refusal> {
        let index = request.number(&["monitorIndex"])?;
        usize::try_from(index)
            .ok()
            .filter(|at| *at < MONITORS.len() && *at != self.machine.monitor)
            .ok_or_else(|| Refusal::new(format!("there is no other monitor {index}")))
    }

    fn move_slot(&mut self, request: &Request<'_>) -> Reply {
        let id = request.text(&["callId"])?;
        let monitor = self.other_monitor(request)?;
        self.machine.layout.place(id)?;
        self.machine.layout.moved.insert(monitor, id.to_owned());
        let event = self.moved_slot(monitor, id);
        self.tell("videoSlotMovedToMonitor", id, event);
        done()
    }

    fn bring_slot_back(&mut self, request: &Request<'_>) -> Reply {
        let monitor = self.other_monitor(request)?;
        let id = self.machine.layout.moved.remove(&monitor);
        let id = id.ok_or_else(|| Refusal::new("that monitor shows no video slot"))?;
        let event = self.moved_slot(monitor, &id);
        self.tell("videoSlotRemovedFromMonitor", &id, event);
        done()
    }

    fn moved_slot(&self, monitor: usize, id: &str) -> Value {
        let own = id == OWN;
        json!({
            "callId": id,
            "peerDn": self.display_name_of(if own { self.link.peer_id() } else { id }),
            "monitorDisplayName": MONITORS[monitor],
            "monitorIdx": monitor,
            "monitorIsPrimary": monitor == 0,
            "type": 0,
        })
    }
}
