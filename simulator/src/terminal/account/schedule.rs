//! Scheduled conferences: those of the server, and the terminal's own list.

use serde_json::{Value, json};

use crate::terminal::Terminal;
use crate::terminal::message::{Refusal, Reply, Request, done};

impl Terminal {
    pub(super) fn schedule_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "getScheduler" => self.reply(request.method, "", self.conferences_ahead()),
            "setCustomScheduler" => self.set_custom(request),
            "eraseCustomScheduler" => {
                self.account.custom.clear();
                self.tell_schedule();
                done()
            }
            _ => return None,
        };
        Some(reply)
    }

    fn conferences_ahead(&self) -> Value {
        let account = &self.account;
        let all: Vec<_> = account.scheduled.iter().chain(&account.custom).collect();
        json!({"cnt": all.len(), "conferences": all})
    }

    fn tell_schedule(&mut self) {
        let schedule = self.conferences_ahead();
        self.tell("conferenceList", "", schedule);
    }

    /// Ids must not be in the server's list; nothing else is checked, as documented.
    fn set_custom(&mut self, request: &Request<'_>) -> Reply {
        let list = request.body.get("conferences").and_then(Value::as_array);
        let wrong = || Refusal::new("parameter conferences must be a list of objects");
        let list = list.ok_or_else(wrong)?;
        let mut custom = Vec::new();
        for conference in list {
            let id = conference
                .get("id")
                .and_then(Value::as_str)
                .ok_or_else(wrong)?;
            if self.account.scheduled.iter().any(|known| known["id"] == id) {
                return Err(Refusal::new(format!("the server has a conference {id}")));
            }
            custom.push(self.shown(conference));
        }
        self.account.custom = custom;
        self.tell_schedule();
        done()
    }

    /// A conference of the own list as the schedule shows it: with times in Unix seconds.
    fn shown(&self, conference: &Value) -> Value {
        let mut shown = conference.clone();
        shown["created_at"] = unix(&conference["created_at"]);
        let schedule = &conference["schedule"];
        let mut times = json!({
            "start_time": unix(&schedule["start_time"]),
            "duration": schedule["duration"].as_i64().unwrap_or_default(),
        });
        if let Some(days) = schedule.get("days") {
            times["days"] = days.clone();
        }
        shown["schedule"] = times;
        self.shape("ScheduledConference", "", shown)
    }

    /// The server schedules a conference.
    pub(in crate::terminal) fn server_schedules(&mut self, request: &Request<'_>) -> Reply {
        let id = request.text(&["id"])?;
        let start = request
            .number(&["start"])
            .unwrap_or_else(|_| i64::try_from(self.wall_clock() / 1000 + 3600).unwrap_or(i64::MAX));
        let conference = json!({
            "id": id,
            "created_at": self.wall_clock() / 1000,
            "owner": self.link.peer_id(),
            "topic": request.optional_text("title").unwrap_or("Meeting"),
            "state": "stopped",
            "schedule_type": "once",
            "schedule": {"start_time": start, "duration": 3600},
        });
        let conference = self.shape("ScheduledConference", "", conference);
        self.account.scheduled.retain(|known| known["id"] != id);
        self.account.scheduled.push(conference);
        self.tell_schedule();
        done()
    }
}

/// Unix seconds of a time such as `2023-02-20T16:54:00Z`; 0 for anything else.
fn unix(time: &Value) -> Value {
    let text = time.as_str().unwrap_or_default();
    // Small enough never to overflow, whatever a client sends.
    let numbers: Vec<i64> = text
        .split(|c: char| !c.is_ascii_digit())
        .map_while(|part| part.parse::<u16>().ok().map(i64::from))
        .collect();
    let [year, month, day, hour, minute, second, ..] = numbers[..] else {
        return 0.into();
    };
    // Days since 1970 of a year that begins in March, so that a leap day is its last.
    let (year, month) = if month < 3 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    let days = 365 * year + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (153 * month + 2) / 5
        + day
        - 719_469;
    (((days * 24 + hour) * 60 + minute) * 60 + second).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_become_unix_seconds() {
        assert_eq!(unix(&json!("1970-01-01T00:00:00Z")), 0);
        assert_eq!(unix(&json!("2023-02-20T16:54:00Z")), 1_676_912_040);
        assert_eq!(unix(&json!("2024-02-29T00:00:01Z")), 1_709_164_801);
        assert_eq!(unix(&json!("soon")), 0);
    }
}
