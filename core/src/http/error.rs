//! What can go wrong over HTTP, and how the errors of the HTTP library become it.

use std::error::Error as StdError;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::text;
use super::tls;
use super::urls::HttpTarget;

/// An HTTP request, a transfer or the TLS set-up failed.
///
/// No variant ever holds a token or a URL with one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// No connection could be made. A retry may help.
    #[error("cannot connect to {target}: {message}")]
    Connect {
        /// Scheme, host and port.
        target: String,
        /// The cause, such as "connection refused".
        message: String,
    },
    /// TLS could not be set up or was refused, or one side speaks TLS and the other does not.
    #[error("{message}")]
    Tls {
        /// What, where and what to do about it.
        message: String,
    },
    /// The connection broke after it had been made. A retry may help.
    #[error("the connection to {target} broke: {message}")]
    Interrupted {
        /// Scheme, host and port.
        target: String,
        /// The cause, such as "connection reset".
        message: String,
    },
    /// Nothing moved for too long. A retry may help.
    #[error("no progress for {} while {action} {target}", text::duration(*after))]
    Timeout {
        /// What was going on, such as "downloading from".
        action: &'static str,
        /// Scheme, host and port.
        target: String,
        /// How long nothing moved.
        after: Duration,
    },
    /// The token was refused. A fresh token may help, once.
    #[error("the terminal refused the HTTP token (status {status})")]
    Unauthorized {
        /// 401 or 403.
        status: u16,
    },
    /// An answer with a status that means failure.
    #[error(
        "the terminal answered with status {status}{}",
        text::after_colon(body)
    )]
    Status {
        /// The status code.
        status: u16,
        /// The beginning of the answer's text, without control characters.
        body: String,
    },
    /// No known form of the download address gave the file.
    #[error("the terminal does not have the file; tried {}", tried.join(", "))]
    NotFound {
        /// Each address with what came back, without the token.
        tried: Vec<String>,
    },
    /// The file has another size than announced.
    #[error("the file has another size than announced: expected {expected} bytes, got {got}")]
    SizeMismatch {
        /// The announced size in bytes.
        expected: u64,
        /// Bytes received or announced by the server; a transfer that exceeds its announced
        /// size is stopped at once, so this may be less than the whole.
        got: u64,
    },
    /// The file is larger than allowed.
    #[error("the file is larger than the limit of {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// A local file could not be read or written.
    #[error("{}: {message}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        message: String,
    },
    /// The answer cannot be understood.
    #[error("unexpected answer from {target}: {message}")]
    BadResponse {
        /// Scheme, host and port.
        target: String,
        /// What is wrong with it.
        message: String,
    },
    /// An argument makes no sense; nothing was sent.
    #[error("{message}")]
    Invalid {
        /// Which argument and why.
        message: String,
    },
}

impl HttpError {
    pub(super) fn io(path: &Path, error: &io::Error) -> Self {
        Self::local(path, io_reason(error))
    }

    pub(super) fn local(path: &Path, message: impl Into<String>) -> Self {
        Self::Io {
            path: path.to_path_buf(),
            message: message.into(),
        }
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid {
            message: message.into(),
        }
    }

    pub(super) fn bad_response(target: &HttpTarget, message: impl Into<String>) -> Self {
        Self::BadResponse {
            target: target.origin(),
            message: message.into(),
        }
    }

    pub(super) fn timeout(action: &'static str, target: &HttpTarget, after: Duration) -> Self {
        Self::Timeout {
            action,
            target: target.origin(),
            after,
        }
    }

    pub(super) fn connect(target: &HttpTarget, message: impl Into<String>) -> Self {
        Self::Connect {
            target: target.origin(),
            message: message.into(),
        }
    }

    /// TLS is wanted by the address and was not set up.
    pub(super) fn without_authorities(target: &HttpTarget) -> Self {
        Self::Tls {
            message: format!(
                "{} speaks TLS, and no authority is trusted to vouch for it; set up TLS",
                target.origin()
            ),
        }
    }

    /// Translates a failure of TCP or of the TLS handshake.
    pub(super) fn from_connecting(error: &io::Error, target: &HttpTarget) -> Self {
        if let Some(cause) = find::<rustls::Error>(error) {
            return Self::tls(cause, target);
        }
        let message = reason(error);
        if target.is_tls() {
            return Self::connect(target, format!("{message} (does this port speak TLS?)"));
        }
        Self::connect(target, message)
    }

    /// Translates an error of the HTTP library.
    pub(super) fn from_hyper(error: &hyper::Error, target: &HttpTarget) -> Self {
        // The body of an upload fails with an error of its own.
        if let Some(cause) = find::<Self>(error) {
            return cause.clone();
        }
        if let Some(cause) = find::<rustls::Error>(error) {
            return Self::tls(cause, target);
        }
        let cause = find_last::<hyper::Error>(error).unwrap_or(error);
        let message = reason(error);
        // The library has no question for these two. "unexpected message": the server spoke first.
        if message.contains("message head is too large") {
            return Self::bad_response(target, message);
        }
        if cause.is_parse() || message.contains("unexpected message") {
            let hint = if target.is_tls() { "" } else { ", perhaps TLS" };
            let what = "the port speaks something else than HTTP";
            return Self::bad_response(target, format!("{message}; {what}{hint}"));
        }
        Self::Interrupted {
            target: target.origin(),
            message,
        }
    }

    fn tls(error: &rustls::Error, target: &HttpTarget) -> Self {
        Self::Tls {
            message: tls::explain_tls(error, &target.origin()),
        }
    }
}

/// The innermost cause in plain words.
fn reason(error: &(dyn StdError + 'static)) -> String {
    let innermost = chain(error).last().unwrap_or(error);
    match innermost.downcast_ref::<io::Error>() {
        Some(error) => io_reason(error),
        None => text::clean(&text::redact(&innermost.to_string())),
    }
}

/// The common causes without the operating system's number, which differs between platforms.
fn io_reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        io::ErrorKind::ConnectionReset => "connection reset".to_owned(),
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => text::clean(&text::redact(&error.to_string())),
    }
}

fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    chain(error).find_map(|error| error.downcast_ref())
}

fn find_last<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    chain(error).filter_map(|error| error.downcast_ref()).last()
}

/// The error and its causes, the innermost last.
fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| source(*error))
}

/// Like `source()`, but does not skip the error inside of an `io::Error`.
fn source<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}
