//! The main window: its monitor and its widgets.

use serde_json::{Value, json};

use crate::terminal::Terminal;
use crate::terminal::message::{Refusal, Reply, Request, done};

/// Names of the monitors; the first is the main one.
pub(super) const MONITORS: [&str; 2] = ["Virtual screen", "Second virtual screen"];

/// Each widget: the field of its state, the setting that shows it, its event.
const WIDGETS: [(&str, &str); 6] = [
    ("logoDisplaying", "showLogo"),
    ("timeDisplaying", "showTime"),
    ("connectInfoDisplaying", "showInfoConnect"),
    ("currentUserInfoWidgetDisplaying", "showCurrentUserWidget"),
    (
        "incomingRequestWidgetDisplaying",
        "showIncomingRequestWidget",
    ),
    (
        "upcomingMeetingsComponentDisplaying",
        "showUpcomingMeetings",
    ),
];

impl Terminal {
    pub(super) fn window_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "getMonitorsInfo" => self.reply(request.method, "", self.monitors()),
            "changeCurrentMonitor" => self.change_monitor(request),
            "getInfoWidgetsState" => {
                let mut widgets = json!({});
                for (field, setting) in WIDGETS {
                    widgets[field] = self.settings.is_on(setting).into();
                }
                self.reply(request.method, "", widgets)
            }
            _ => return None,
        };
        Some(reply)
    }

    fn monitors(&self) -> Value {
        let monitors: Value = MONITORS
            .into_iter()
            .enumerate()
            .map(|(at, name)| {
                let area = json!({"x": 1920 * at, "y": 0, "width": 1920, "height": 1080});
                json!({
                    "name": name, "primary": at == 0, "index": at, "ignored": false,
                    "id": format!("virtual-{at}"), "geomMonitor": area, "geomWork": area,
                })
            })
            .collect();
        json!({"monitors": monitors, "currentMonitor": self.machine.monitor})
    }

    fn change_monitor(&mut self, request: &Request<'_>) -> Reply {
        let index = request.number(&["monitorIndex"])?;
        let found = usize::try_from(index)
            .ok()
            .filter(|at| *at < MONITORS.len());
        let found = found.ok_or_else(|| Refusal::new(format!("there is no monitor {index}")))?;
        self.machine.monitor = found;
        let monitors = self.monitors();
        self.tell("monitorsInfoUpdated", "", monitors);
        done()
    }

    /// A setting may be one that shows a widget: its event has the setting's name.
    pub(in crate::terminal) fn widget_changed(&mut self, setting: &str, value: &Value) {
        if WIDGETS.iter().any(|(_, name)| *name == setting) {
            self.tell(setting, "", json!({"show": value}));
        }
    }
}
