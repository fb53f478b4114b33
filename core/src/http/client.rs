//! The HTTP client of a room.

use std::time::Duration;

use reqwest::redirect::Policy;
use rustls::ClientConfig;

use super::{HttpError, tls};

/// Makes the client of a room, for both plain HTTP and HTTPS.
///
/// `tls` comes from [`client_config`](super::client_config); without it every HTTPS server is
/// refused. `connect_timeout` covers the name look-up, TCP and TLS of one connection.
///
/// - No proxy from the environment: a terminal is on the local network.
/// - No redirects: they would carry the token to another place.
/// - No total time limit: transfers have their own limit on time without progress.
/// - No connection is kept for later. The terminal limits how many are open, and a kept one
///   that the terminal closes meanwhile would fail an upload, which cannot be repeated blindly.
pub fn http_client(
    tls: Option<&ClientConfig>,
    connect_timeout: Duration,
) -> Result<reqwest::Client, HttpError> {
    let tls = match tls {
        Some(config) => config.clone(),
        None => tls::trust_nobody()?,
    };
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .redirect(Policy::none())
        .referer(false)
        .http1_only()
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_ignore_invalid_headers_in_responses(true)
        .pool_max_idle_per_host(0)
        .retry(reqwest::retry::never())
        .connect_timeout(connect_timeout)
        .user_agent(concat!("trueroom/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| HttpError::invalid(format!("no HTTP client: {}", error.without_url())))
}
