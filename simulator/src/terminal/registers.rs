//! What one command sets, another reads and an event tells. All of it works alike, so it is a
//! table; which parameters, fields and events there are stands in the catalogue.

use serde_json::{Map, Value};

use super::Terminal;
use super::catalogue::{Field, command, event};
use super::fallback::fits;
use super::message::{Refusal, Reply, Request, done, fields};

/// Values that belong together.
struct Row {
    /// As they are at the start.
    start: &'static str,
    /// The command that reads them; none where no command does.
    getter: &'static str,
    /// The commands that set them: from their parameters, and to what stands beside the name.
    /// A null takes a value away.
    setters: &'static [(&'static str, &'static str)],
}

const fn row(
    start: &'static str,
    getter: &'static str,
    setters: &'static [(&'static str, &'static str)],
) -> Row {
    Row {
        start,
        getter,
        setters,
    }
}

#[rustfmt::skip]
const ROWS: [Row; 23] = [
    row(r#"{"mute":false}"#, "getAudioMute", &[("setAudioMute", "{}")]),
    row(r#"{"mute":false}"#, "getMicMute", &[("setMicMute", "{}")]),
    row(r#"{"mute":false}"#, "getVideoMute", &[("setVideoMute", "{}")]),
    row(r#"{"enabled":false}"#, "getNoiseSuppression", &[("setNoiseSuppression", "{}")]),
    row(r#"{"started":false}"#, "", &[
        ("testAudioCapturerStart", r#"{"started":true}"#),
        ("testAudioCapturerStop", r#"{"started":false}"#),
    ]),
    row(r#"{"state":0}"#, "getAudioDelayDetectorInfo", &[
        ("startAudioDelayDetectorTest", r#"{"state":1}"#),
        ("stopAudioDelayDetectorTest", r#"{"state":0,"delay":120}"#),
    ]),
    row(r#"{"enabled":false}"#, "", &[("setBlur", "{}")]),
    row(r#"{"port":""}"#, "", &[("setComPort", "{}")]),
    row(r#"{"enabled":false}"#, "getCrop", &[("setCrop", "{}")]),
    row(r#"{"enabled":false,"fps":1}"#, "getBroadcastSelfie", &[("setBroadcastSelfie", "{}")]),
    row(r#"{"enabled":false}"#, "getReplaceBackground", &[("setReplaceBackground", "{}")]),
    row(r#"{"rotateAngle":0}"#, "getOutputSelfVideoRotateAngle",
        &[("setOutputSelfVideoRotateAngle", "{}")]),
    row(r#"{"running":false}"#, "getBroadcastPicture", &[
        ("startBroadcastPicture", r#"{"running":true}"#),
        ("stopBroadcastPicture", r#"{"running":false,"fileId":null,"fileName":null}"#),
    ]),
    row(r#"{"name":"","description":""}"#, "getAppSndDev", &[("setAppSndDev", "{}")]),
    row(r#"{"isCustomImage":false}"#, "getBackground", &[
        ("setBackground", r#"{"isCustomImage":true}"#),
        ("setDefaultBackground", r#"{"isCustomImage":false,"fileId":null}"#),
    ]),
    row(r#"{"isCustomImage":false,"mode":0}"#, "getLogo", &[
        ("setLogo", r#"{"isCustomImage":true,"use":true}"#),
        ("setDefaultLogo", r#"{"isCustomImage":false,"use":false,"fileId":null}"#),
    ]),
    row(r#"{"windowState":2,"stayOnTop":false}"#, "", &[
        ("changeWindowState", "{}"),
        ("restoreWindow", r#"{"windowState":2}"#),
    ]),
    row(r#"{"enabled":false}"#, "getNDIState", &[("setNDIState", "{}")]),
    row(r#"{"enabled":false}"#, "getSleepMode", &[("setSleepMode", "{}")]),
    row(r#"{"name":""}"#, "", &[("setDefaultContentSource", "{}")]),
    row("{}", "", &[("testAudioRenderer", "{}")]),
    row("{}", "", &[("resetFileTransferPIN", "{}")]),
    row(r#"{"extStatus":2,"additionalStatus":""}"#, "", &[("setExtStatus", "{}")]),
];

/// The values of all rows.
#[derive(Debug, Clone)]
pub(super) struct Registers(Vec<Map<String, Value>>);

impl Default for Registers {
    fn default() -> Self {
        Self(ROWS.iter().map(|row| parsed(row.start)).collect())
    }
}

impl Registers {
    /// A value, by the command that sets it.
    pub(super) fn get(&self, setter: &str, name: &str) -> Option<&Value> {
        let row = find(|row| row.setters.iter().any(|(method, _)| *method == setter))?;
        self.0.get(row)?.get(name)
    }

    pub(super) fn flag(&self, setter: &str, name: &str) -> bool {
        self.get(setter, name) == Some(&Value::Bool(true))
    }

    /// All values of a row, by a command that sets them.
    pub(super) fn all(&self, setter: &str) -> Value {
        let row = find(|row| row.setters.iter().any(|(method, _)| *method == setter));
        row.and_then(|row| self.0.get(row))
            .cloned()
            .unwrap_or_default()
            .into()
    }

    pub(super) fn to_json(&self) -> Value {
        let named = ROWS.iter().zip(&self.0);
        named
            .map(|(row, values)| {
                let name = row.setters.first().map_or("", |(method, _)| method);
                (
                    name.trim_start_matches("set").to_owned(),
                    Value::Object(values.clone()),
                )
            })
            .collect::<Map<_, _>>()
            .into()
    }
}

fn find(matches: impl Fn(&Row) -> bool) -> Option<usize> {
    ROWS.iter().position(matches)
}

/// The table's own JSON: a test reads all of it.
fn parsed(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap_or_default()
}

impl Terminal {
    pub(super) fn register_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        if let Some(row) = find(|row| row.getter == request.method) {
            let known = &command(request.method)?.result.0;
            let values = named_as(known, &self.registers.0[row]);
            return Some(self.reply(request.method, "", values));
        }
        find(|row| {
            row.setters
                .iter()
                .any(|(method, _)| *method == request.method)
        })?;
        Some(self.set_from_request(request))
    }

    fn set_from_request(&mut self, request: &Request<'_>) -> Reply {
        if request.method.starts_with("testAudio") && self.in_meeting() {
            return Err(Refusal::new("not while a call or conference is on"));
        }
        let known = command(request.method).map_or(&[][..], |command| &command.params.0);
        let mut values = Map::new();
        for parameter in known {
            if let Some(value) = request.body.get(&parameter.name) {
                values.insert(parameter.name.clone(), value.clone());
            }
        }
        if values.contains_key("fileId") {
            let (id, name) = self.stored_name(request)?;
            values.insert("fileId".into(), id.into());
            values.insert("fileName".into(), name.into());
        }
        self.set_register(request.method, values.into());
        done()
    }

    /// The file on the HTTP server that a command speaks of.
    pub(super) fn stored_name(&self, request: &Request<'_>) -> Result<(i64, String), Refusal> {
        let id = request.number(&["fileId"])?;
        let file = self.get_file(id);
        file.map(|file| (id, file.name.clone()))
            .ok_or_else(|| Refusal::new(format!("there is no file {id}")))
    }

    /// Sets values as the command does, and tells of it.
    pub(super) fn set_register(&mut self, setter: &str, values: Value) {
        let by_setter = |row: &Row| {
            let mut setters = row.setters.iter();
            setters.any(|(method, _)| *method == setter)
        };
        let Some(at) = find(by_setter) else {
            return;
        };
        let constants = ROWS[at]
            .setters
            .iter()
            .find(|(method, _)| *method == setter);
        let constants = parsed(constants.map_or("{}", |(_, text)| text));
        let row = &mut self.registers.0[at];
        for (name, value) in fields(values).into_iter().chain(constants) {
            if value.is_null() {
                row.shift_remove(&name);
            } else {
                row.insert(name, value);
            }
        }
        let row = row.clone();
        for name in command(setter).map_or(&[][..], |command| &command.events) {
            if name == "appStateChanged" {
                self.announce_app_state();
            } else {
                let known = event(name).map_or(&[][..], |event| &event.fields.0);
                self.tell(name, "", named_as(known, &row));
            }
        }
    }
}

/// Values under the names of a message: a single value is meant by a single field of its type,
/// whatever its name.
fn named_as(known: &[Field], values: &Map<String, Value>) -> Value {
    let mut named = values.clone();
    let mut only = values.iter();
    if let ([field], Some((_, value)), None) = (known, only.next(), only.next())
        && fits(&field.kind, value)
    {
        named.insert(field.name.clone(), value.clone());
    }
    named.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_commands_of_the_catalogue_and_holds_objects() {
        for row in &ROWS {
            let getter = command(row.getter);
            assert!(row.getter.is_empty() || getter.is_some(), "{}", row.getter);
            assert!(
                serde_json::from_str::<Map<_, _>>(row.start).is_ok(),
                "{}",
                row.start
            );
            for (setter, constants) in row.setters {
                assert!(command(setter).is_some(), "{setter}");
                assert!(
                    serde_json::from_str::<Map<_, _>>(constants).is_ok(),
                    "{constants}"
                );
            }
        }
    }
}
