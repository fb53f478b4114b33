//! What can be set on a virtual terminal.
//!
//! Where the vendor's pages leave a behaviour open, an option chooses among the plausible variants,
//! so that a client can be tested against each of them.

use std::fmt;

use serde::Deserialize;

/// A PIN or a password; never shown by `Debug`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether `text` is this secret.
    pub fn matches(&self, text: &str) -> bool {
        self.0 == text
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

/// Which generation of the file commands the terminal speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Generation {
    /// Products before 4.1.
    Legacy,
    /// Products from 4.1 on.
    Current,
    /// Both sets of commands and events at once.
    Both,
}

/// How `setUsedApiVersion` is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum VersionAnswer {
    /// Accepted when the version is one of `apiVersions`, else refused.
    Accept,
    /// Refused whatever the version.
    Refuse,
    /// Not answered at all.
    Silent,
}

/// What becomes of the `requestId` of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RequestIdEcho {
    /// Repeated; an empty string when the request had none.
    Echo,
    /// Repeated; the key is left out when the request had none.
    OmitWhenAbsent,
    /// Always left out.
    Never,
}

/// How an unknown method or a malformed message is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UnknownAnswer {
    /// With `result` false and an `error` text.
    Refuse,
    /// Not at all.
    Silent,
}

/// How `confId` looks outside a conference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NoConference {
    /// The key is left out.
    Missing,
    /// The value is null.
    Null,
    /// The value is an empty string.
    Empty,
}

/// The JSON type of `fileId`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FileIdForm {
    /// `260618251`
    Number,
    /// `"260618251"`
    String,
}

/// What an incoming request becomes on the wire once it was rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RejectedAs {
    /// It disappears from every list.
    Gone,
    /// Status 3.
    Processed,
    /// Status 0.
    Failed,
}

/// The status an outgoing request starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OutgoingStart {
    /// Status 1.
    Waiting,
    /// Status 2.
    Processing,
}

/// What the called user does by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CallAnswer {
    /// Takes the call.
    Accept,
    /// Declines it.
    Reject,
    /// Lets it ring until the operation `answer` or `hangUp`.
    None,
}

/// The account that `login` accepts; without one every login succeeds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Account {
    /// TrueConf ID without the server.
    pub login: String,
    /// Its password.
    pub password: Secret,
}

/// Options of [`Terminal`](super::Terminal). Durations are in milliseconds.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TerminalOptions {
    /// PIN that protects the administrator. None: not protected by a PIN.
    pub pin: Option<Secret>,
    /// Password that protects the administrator.
    pub password: Option<Secret>,
    /// PIN that opens the user mode only.
    pub user_pin: Option<Secret>,
    /// Password that opens the user mode only.
    pub user_password: Option<Secret>,
    /// Whether an unsecured `auth` opens the user mode of a protected terminal. Default false.
    pub user_unsecured: bool,
    /// Generation of the file commands. Default current.
    pub generation: Generation,
    /// API versions that `setUsedApiVersion` accepts. Default "1" and "2".
    pub api_versions: Vec<String>,
    /// API version of a connection that never chose one. Default "1".
    pub default_api_version: String,
    /// How `setUsedApiVersion` is answered. Default accept.
    pub set_used_api_version: VersionAnswer,
    /// What becomes of `requestId`. Default echo.
    pub request_id: RequestIdEcho,
    /// How an unknown method is answered. Default refuse.
    pub unknown_method: UnknownAnswer,
    /// Whether answers to `auth` carry `resultCode`. Default true.
    pub result_code: bool,
    /// Whether a refused `auth` closes the connection. Default false.
    pub close_refused: bool,
    /// Life of API tokens. Default: 24 hours after a PIN, else 30 days.
    pub token_life: Option<u64>,
    /// Life of HTTP tokens. Default: 5 minutes, or until restart with a PIN.
    pub http_token_life: Option<u64>,
    /// How `confId` looks outside a conference. Default: missing, legacy shapes: empty.
    pub no_conference: Option<NoConference>,
    /// JSON type of `fileId`. Default number.
    pub file_id: FileIdForm,
    /// What a rejected request becomes. Default gone.
    pub rejected_as: RejectedAs,
    /// Status an outgoing request starts with. Default processing.
    pub outgoing_start: OutgoingStart,
    /// Whether peers take outgoing files by themselves. Default true.
    pub auto_take: bool,
    /// Whether `sendFile` insists on its own parameter name (current: `callId`, legacy: `peerId`).
    /// Default false: either.
    pub strict_receiver: bool,
    /// Whether the events of a command are sent before its answer. Default false.
    pub events_first: bool,
    /// Whether progress of 100 per cent is sent before status 3. Default true.
    pub final_progress: bool,
    /// Whether transfers wait for `releaseProgress` from the start. Default false.
    pub hold_progress: bool,
    /// Progress steps of a transfer. Default 5.
    pub transfer_steps: u32,
    /// Time between two steps. Default 5.
    pub transfer_step: u64,
    /// Most bytes that one upload may have. Default 1 GiB.
    pub max_post_size: u64,
    /// Wall clock at the start, milliseconds since 1970. Default 1764000000000.
    pub start_time: u64,
    /// `appState` at the start: 0 no server, 2 login needed, 3 logged in. Default 3.
    pub app_state: u8,
    /// TrueConf ID of the terminal. Default `room@example.test`.
    pub peer_id: String,
    /// Its display name. Default `Meeting room`.
    pub display_name: String,
    /// The account `login` accepts. Default: any.
    pub account: Option<Account>,
    /// Result that every attempt to log in ends with, 0 for success. Default: by `account`.
    pub login_result: Option<i64>,
    /// Delay of connectToServer, login and the called user's answer. Default 5.
    pub server_delay: u64,
    /// Up to so much is added to the delays of the server and of transfers, as the seed has it.
    /// Default 0.
    pub jitter: u64,
    /// What the called user does by itself. Default accept.
    pub call_answer: CallAnswer,
}

impl Default for TerminalOptions {
    fn default() -> Self {
        Self {
            pin: None,
            password: None,
            user_pin: None,
            user_password: None,
            user_unsecured: false,
            generation: Generation::Current,
            api_versions: vec!["1".into(), "2".into()],
            default_api_version: "1".into(),
            set_used_api_version: VersionAnswer::Accept,
            request_id: RequestIdEcho::Echo,
            unknown_method: UnknownAnswer::Refuse,
            result_code: true,
            close_refused: false,
            token_life: None,
            http_token_life: None,
            no_conference: None,
            file_id: FileIdForm::Number,
            rejected_as: RejectedAs::Gone,
            outgoing_start: OutgoingStart::Processing,
            auto_take: true,
            strict_receiver: false,
            events_first: false,
            final_progress: true,
            hold_progress: false,
            transfer_steps: 5,
            transfer_step: 5,
            max_post_size: 1 << 30,
            start_time: 1_764_000_000_000,
            app_state: 3,
            peer_id: "room@example.test".into(),
            display_name: "Meeting room".into(),
            account: None,
            login_result: None,
            server_delay: 5,
            jitter: 0,
            call_answer: CallAnswer::Accept,
        }
    }
}

impl TerminalOptions {
    /// Whether commands and events of terminals before 4.1 are spoken.
    pub fn speaks_legacy(&self) -> bool {
        self.generation != Generation::Current
    }

    /// Whether commands and events of terminals from 4.1 on are spoken.
    pub fn speaks_current(&self) -> bool {
        self.generation != Generation::Legacy
    }
}
