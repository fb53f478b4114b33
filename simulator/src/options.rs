//! The options of the whole simulator: those of the terminal and those of its servers.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::SimulatorError;
use crate::terminal::TerminalOptions;

/// Which download address the HTTP server understands. The vendor's pages do not show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DownloadUrl {
    /// `/files/?fileId=ID&token=T`
    FileId,
    /// `/files/?id=ID&token=T`
    Id,
    /// `/files/ID?token=T`
    Path,
    /// All of them.
    Any,
}

/// Options of the servers. Ports of 0 are chosen by the system.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ServerOptions {
    /// Address to listen on. Default 127.0.0.1.
    pub host: String,
    /// Port of the web server with config.json. Default 0.
    pub port: u16,
    /// Port of the WebSocket. Default 0.
    pub websocket_port: u16,
    /// Port of the HTTP server with the files. Default 0.
    pub http_port: u16,
    /// Whether all three speak TLS, with a private certificate. Default false.
    pub tls: bool,
    /// The twin whose config.json is served. Default `default`.
    pub twin: String,
    /// What every random choice comes from. Default 0.
    pub seed: u64,
    /// Which download address works. Default fileId.
    pub download_url: DownloadUrl,
    /// HTTP status for a missing or dead token. Default 403.
    pub bad_token_status: u16,
    /// HTTP status for an address or a file that is not there. Default 404.
    pub not_found_status: u16,
    /// Whether downloads come chunked, without a Content-Length. Default false.
    pub chunked: bool,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".into(),
            port: 0,
            websocket_port: 0,
            http_port: 0,
            tls: false,
            twin: "default".into(),
            seed: 0,
            download_url: DownloadUrl::FileId,
            bad_token_status: 403,
            not_found_status: 404,
            chunked: false,
        }
    }
}

/// Names of [`ServerOptions`]; every other option is the terminal's.
const SERVER: [&str; 11] = [
    "host",
    "port",
    "websocketPort",
    "httpPort",
    "tls",
    "twin",
    "seed",
    "downloadUrl",
    "badTokenStatus",
    "notFoundStatus",
    "chunked",
];

/// All options of a [`Simulator`](crate::Simulator).
#[derive(Debug, Clone, Default)]
pub struct SimulatorOptions {
    /// Of the servers.
    pub server: ServerOptions,
    /// Of the terminal.
    pub terminal: TerminalOptions,
}

impl SimulatorOptions {
    /// Reads one flat JSON object, as Python, Node and the program give it.
    /// Unknown names are refused. Null stands for the default.
    pub fn from_json(options: Value) -> Result<Self, SimulatorError> {
        let Value::Object(options) = options else {
            return Err(SimulatorError::Options("an object is needed".into()));
        };
        let (server, terminal): (Map<_, _>, Map<_, _>) = options
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .partition(|(name, _)| SERVER.contains(&name.as_str()));
        let wrong = |error: serde_json::Error| SimulatorError::Options(error.to_string());
        let options = Self {
            server: serde_json::from_value(server.into()).map_err(wrong)?,
            terminal: serde_json::from_value(terminal.into()).map_err(wrong)?,
        };
        let statuses = [
            options.server.bad_token_status,
            options.server.not_found_status,
        ];
        if statuses.iter().any(|status| !(100..1000).contains(status)) {
            return Err(SimulatorError::Options(
                "an HTTP status has three digits".into(),
            ));
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_object_holds_both_kinds() -> Result<(), SimulatorError> {
        let options = json!({"port": 8080, "chunked": true, "pin": "1234", "generation": "legacy"});
        let options = SimulatorOptions::from_json(options)?;
        assert_eq!(options.server.port, 8080);
        assert!(options.server.chunked);
        assert!(options.terminal.speaks_legacy());
        assert!(!format!("{options:?}").contains("1234"));
        Ok(())
    }

    #[test]
    fn unknown_names_are_refused() {
        let error = SimulatorOptions::from_json(json!({"prot": 1}));
        assert!(error.is_err_and(|error| error.to_string().contains("prot")));
    }

    #[test]
    fn every_server_option_is_listed() {
        // A name missing from SERVER would go to the terminal, which does not know it.
        for name in SERVER {
            let wrong = SimulatorOptions::from_json(json!({name: []}));
            assert!(wrong.is_err_and(|error| !error.to_string().contains("unknown field")));
        }
    }
}
