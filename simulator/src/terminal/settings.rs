//! Settings of the terminal and of its HTTP server.

use serde_json::{Map, Value, json};

use super::Terminal;
use super::catalogue::type_fields;
use super::fallback::fits;
use super::message::{Refusal, Reply, Request, done, fields};
use super::options::TerminalOptions;

const MAX_POST: &str = "httpServerMaxPostFileSizeInBytes";
const PORT: &str = "httpServerPort";
const CONNECTIONS: &str = "httpServerConnectionsLimit";

/// Settings by name.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    values: Map<String, Value>,
    max_post_size: u64,
    connections: u64,
    /// Whether the HTTP server runs.
    serving: bool,
    /// Settings that wait for a restart of the HTTP server.
    pending: Map<String, Value>,
}

impl Settings {
    pub(super) fn new(options: &TerminalOptions) -> Self {
        Self {
            values: fields(json!({
                "aecEnable": true,
                "agcEnable": true,
                "audioCapturerLevel": 1.0,
                "audioPlayLevel": 1.0,
                "autoAccept": false,
                "cameraRemoteControlAccess": 1,
                "bestQualityForHttpServerImages": false,
                "changeUserAuthPinAfterConf": false,
                "enableAutologin": true,
                "hideNonVideoParticipants": false,
                "inputBandWidth": 8192,
                "language": "en",
                "outputBandWidth": 8192,
                "selfViewMirror": true,
                "showCurrentUserWidget": true,
                "showIncomingRequestWidget": true,
                "showInfoConnect": true,
                "showLogo": true,
                "showTime": true,
                "showUpcomingMeetings": true,
            })),
            max_post_size: options.max_post_size,
            connections: 100,
            serving: true,
            pending: Map::new(),
        }
    }

    pub(super) fn max_post_size(&self) -> u64 {
        self.max_post_size
    }

    /// Whether a setting that is a flag is there, and on.
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.values.get(name) == Some(&Value::Bool(true))
    }

    pub(super) fn to_json(&self) -> Value {
        Value::Object(self.values.clone())
    }
}

impl Terminal {
    pub(super) fn settings_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "getSettings" => {
                let list: Value = self
                    .settings
                    .values
                    .iter()
                    .map(|(name, value)| json!({"name": name, "value": value}))
                    .collect();
                Ok(fields(json!({"settings": list})))
            }
            "setSettings" => self.set_settings(request),
            "getHttpServerSettings" => Ok(fields(json!({"settings": [
                self.http_setting(PORT, self.ports.http.into(), true),
                self.http_setting(CONNECTIONS, self.settings.connections, true),
                self.http_setting(MAX_POST, self.settings.max_post_size, false),
            ]}))),
            "setHttpServerSettings" => self.set_http_settings(request),
            "getOutgoingBitrate" => {
                let bitrate = self.settings.values.get("outputBandWidth");
                self.reply(request.method, "", json!({"bitrate": bitrate}))
            }
            "getHttpServerState" => {
                let state = json!({"state": u8::from(self.settings.serving)});
                self.reply(request.method, "", state)
            }
            "startHttpServer" => self.serve_http(true),
            "stopHttpServer" => self.serve_http(false),
            _ => return None,
        };
        Some(reply)
    }

    fn set_settings(&mut self, request: &Request<'_>) -> Reply {
        let known = type_fields("Settings").unwrap_or_default();
        let changes = object(request)?;
        for (name, value) in changes {
            let field = known.iter().find(|field| field.name == *name);
            if field.is_some_and(|field| !fits(&field.kind, value)) {
                return Err(Refusal::new(format!("setting {name} is of another type")));
            }
        }
        for (name, value) in changes {
            self.settings.values.insert(name.clone(), value.clone());
            self.emit(
                "settingsChanged",
                &fields(json!({"name": name, "value": value})),
            );
            self.widget_changed(name, value);
            if name == "outputBandWidth" {
                self.tell("outgoingBitrateChanged", "", json!({"bitrate": value}));
            }
        }
        done()
    }

    /// A start applies what waited for it, apart from the port: clients would lose the server.
    /// The numbers of the state are not documented; 1 stands for running.
    fn serve_http(&mut self, on: bool) -> Reply {
        if self.settings.serving == on {
            let state = if on { "running" } else { "stopped" };
            return Err(Refusal::new(format!("the HTTP server is {state} already")));
        }
        self.settings.serving = on;
        self.tell("httpServerStateChanged", "", json!({"state": u8::from(on)}));
        if !on {
            return done();
        }
        let waited = self.settings.pending.shift_remove(CONNECTIONS);
        if let Some(limit) = waited.and_then(|limit| limit.as_u64()) {
            self.settings.connections = limit;
            let event = fields(self.http_setting(CONNECTIONS, limit, true));
            self.emit("httpServerSettingChanged", &event);
        }
        done()
    }

    /// Whether the HTTP server runs.
    pub fn serves_http(&self) -> bool {
        self.settings.serving
    }

    fn http_setting(&self, name: &str, value: u64, restart: bool) -> Value {
        let mut setting = json!({
            "name": name, "value": value, "httpServerRestartNeededForApplying": restart,
        });
        if let Some(pending) = self.settings.pending.get(name) {
            setting["isPendingToBeApplied"] = true.into();
            setting["pendingValue"] = pending.clone();
        }
        setting
    }

    /// The upload limit holds at once, the others after a restart of the HTTP server.
    fn set_http_settings(&mut self, request: &Request<'_>) -> Reply {
        for (name, value) in object(request)? {
            let number = value
                .as_u64()
                .ok_or_else(|| Refusal::new(format!("setting {name} must be a number")))?;
            let event = match name.as_str() {
                MAX_POST => {
                    self.settings.max_post_size = number;
                    self.http_setting(name, number, false)
                }
                PORT | CONNECTIONS => {
                    self.settings.pending.insert(name.clone(), value.clone());
                    let now = match name.as_str() {
                        PORT => self.ports.http.into(),
                        _ => self.settings.connections,
                    };
                    self.http_setting(name, now, true)
                }
                _ => return Err(Refusal::new("there is no such setting")),
            };
            self.emit("httpServerSettingChanged", &fields(event));
        }
        done()
    }
}

fn object<'a>(request: &Request<'a>) -> Result<&'a Map<String, Value>, Refusal> {
    request
        .body
        .get("settings")
        .and_then(Value::as_object)
        .ok_or_else(|| Refusal::new("parameter settings must be an object"))
}
