//! How to reach a terminal, and how to behave towards it.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Deserializer};

use crate::error::{Error, Result};
use crate::secret::Secret;

/// The mode a connection works in. The terminal keeps one connection per role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything is allowed.
    Admin,
    /// What an ordinary user of the room may do.
    User,
}

impl Role {
    /// The role's name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::User => "user",
        }
    }
}

/// Which version of the API to ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum ApiVersion {
    /// 2, then 1, then whatever the terminal speaks unasked.
    #[serde(rename = "auto")]
    Auto,
    /// API v.1, the only one before product 5.0.
    #[serde(rename = "1")]
    V1,
    /// API v.2, product 5.0 and later.
    #[serde(rename = "2")]
    V2,
}

/// All settings of a connection. Each has a default; hosts send the ones they set as JSON with
/// durations in milliseconds.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Options {
    /// Name or address of the terminal. Default `127.0.0.1`.
    pub host: String,
    /// Port of the terminal's web server, where its other ports are looked up. Default 80, or 443
    /// with `tls`.
    pub port: Option<u16>,
    /// PIN, password or token. None connects without protection.
    pub pin: Option<Secret>,
    /// The role the connection must end up in. None leaves it to the terminal.
    pub role: Option<Role>,
    /// Name of the terminal's copy where several run on one machine. Default `default`.
    pub twin: String,
    /// Port of the WebSocket; given, it is not looked up.
    pub websocket_port: Option<u16>,
    /// Port of the built-in HTTP server; given, it is not looked up.
    pub http_port: Option<u16>,
    /// API version to ask for. Default: 2, else 1.
    pub api_version: ApiVersion,
    /// Longest time from the first packet to an authorized connection. Default 10 s.
    #[serde(deserialize_with = "millis")]
    pub connect_timeout: Duration,
    /// Longest time to wait for a command's answer. Default 15 s.
    #[serde(deserialize_with = "millis")]
    pub command_timeout: Duration,
    /// A silent connection is asked for a sign of life after this time. Default 10 s.
    #[serde(deserialize_with = "millis")]
    pub ping_interval: Duration,
    /// How long that sign may take. Default 10 s.
    #[serde(deserialize_with = "millis")]
    pub ping_timeout: Duration,
    /// Connect again when the connection breaks. Default true.
    pub reconnect: bool,
    /// Take the connection back when another client took it. Default false: two programs that
    /// both do so fight for ever.
    pub takeover: bool,
    /// Send queries again that were in flight when the connection broke. Default false. Actions
    /// are never repeated.
    pub retry_queries: bool,
    /// Use `wss` and `https`, for a terminal behind a proxy. Default false.
    pub tls: bool,
    /// PEM file of a certificate authority to trust beside the system's.
    pub ca_file: Option<PathBuf>,
    /// Events kept for a subscriber that is slower than the terminal. Default 1024.
    pub queue_size: usize,
    /// A file transfer fails when no byte moved for this long. Default 30 s.
    #[serde(deserialize_with = "millis")]
    pub transfer_timeout: Duration,
    /// The lists of file requests, and the live mirror where there is one, are compared with the
    /// terminal's this often, which heals what an undocumented behaviour would break. Default
    /// 60 s; zero turns it off.
    #[serde(deserialize_with = "millis")]
    pub resync_interval: Duration,
    /// Keep the terminal's state in memory, see [`Room::live`](crate::Room::live). Default false:
    /// it costs eight queries after each connect, which many rooms do not need.
    pub live: bool,
    /// Largest message accepted from the terminal, in bytes. Default 16 MiB.
    pub max_message_size: usize,
    /// Largest file that `save` and `read` accept, in bytes. Default: no limit.
    pub max_file_size: Option<u64>,
    /// URL templates for received files, in place of the built-in guesses.
    pub download_urls: Option<Vec<String>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".into(),
            port: None,
            pin: None,
            role: None,
            twin: "default".into(),
            websocket_port: None,
            http_port: None,
            api_version: ApiVersion::Auto,
            connect_timeout: Duration::from_secs(10),
            command_timeout: Duration::from_secs(15),
            ping_interval: Duration::from_secs(10),
            ping_timeout: Duration::from_secs(10),
            reconnect: true,
            takeover: false,
            retry_queries: false,
            tls: false,
            ca_file: None,
            queue_size: 1024,
            transfer_timeout: Duration::from_secs(30),
            resync_interval: Duration::from_secs(60),
            live: false,
            max_message_size: 16 << 20,
            max_file_size: None,
            download_urls: None,
        }
    }
}

impl Options {
    /// The defaults, for the terminal at `host`.
    pub fn new(host: impl Into<String>) -> Self {
        Self {
            host: host.into(),
            ..Self::default()
        }
    }

    /// Reads options from JSON and checks them.
    pub fn from_json(json: &str) -> Result<Self> {
        let options: Self = serde_json::from_str(json)
            .map_err(|error| Error::Usage(format!("connect options: {error}")))?;
        options.check()?;
        Ok(options)
    }

    /// Refuses values that cannot work.
    pub fn check(&self) -> Result<()> {
        let wrong = |what: &str| Err(Error::Usage(format!("connect options: {what}")));
        if self.host.trim().is_empty() {
            return wrong("host must not be empty");
        }
        if self
            .host
            .contains(|c: char| c.is_whitespace() || c.is_control() || "/?#@".contains(c))
        {
            return wrong("host must be a name or an address, not a URL");
        }
        if self.twin.is_empty() {
            return wrong("twin must not be empty");
        }
        if self.queue_size == 0 {
            return wrong("queueSize must be at least 1");
        }
        for (name, value) in [
            ("connectTimeout", self.connect_timeout),
            ("commandTimeout", self.command_timeout),
            ("pingInterval", self.ping_interval),
            ("pingTimeout", self.ping_timeout),
            ("transferTimeout", self.transfer_timeout),
            ("resyncInterval", self.resync_interval),
        ] {
            if value.is_zero() && name != "resyncInterval" {
                return wrong(&format!("{name} must be more than zero"));
            }
            if value > LONGEST {
                return wrong(&format!("{name} must be at most a year"));
            }
        }
        Ok(())
    }

    /// Port of the web server: the one given, or the scheme's.
    pub fn web_port(&self) -> u16 {
        self.port.unwrap_or(if self.tls { 443 } else { 80 })
    }
}

/// Longer times mean no limit; adding them to a time must not overflow.
const LONGEST: Duration = Duration::from_secs(365 * 86_400);

/// A duration in milliseconds; fractions are kept to the microsecond, absurd values are capped.
fn millis<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let value = f64::deserialize(deserializer)?;
    if !value.is_finite() || value < 0.0 {
        return Err(serde::de::Error::custom(
            "a duration must be a number of milliseconds >= 0",
        ));
    }
    Ok(Duration::from_secs_f64(
        (value / 1000.0).min(365.0 * 86_400.0),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_options_are_in_milliseconds() {
        let options =
            Options::from_json(r#"{"host":"room","pin":"1234","pingInterval":250}"#).unwrap();
        assert_eq!(options.ping_interval, Duration::from_millis(250));
        assert!(!format!("{options:?}").contains("1234"));
    }

    #[test]
    fn mistakes_are_named() {
        for (json, part) in [
            (r#"{"hots":"x"}"#, "unknown field `hots`"),
            (r#"{"host":"http://x"}"#, "not a URL"),
            (r#"{"queueSize":0}"#, "queueSize"),
            (r#"{"commandTimeout":-1}"#, "milliseconds"),
            (r#"{"pingTimeout":0}"#, "pingTimeout"),
            (r#"{"apiVersion":"3"}"#, "unknown variant"),
        ] {
            let error = Options::from_json(json).unwrap_err().to_string();
            assert!(error.contains(part), "{json}: {error}");
        }
    }
}
