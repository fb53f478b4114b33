//! The one place for the addresses of the terminal's HTTP server.
//!
//! What they rest on:
//! - `/public/TWIN/config.json`: the vendor's pages and libraries; "default" without twins.
//! - Every request carries the query parameter `token`: the vendor's pages. The vendor's
//!   clients send the `*` in a token as it is, so it is not percent-encoded here either.
//! - Upload `POST /files/?token=T`: the vendor's older Python module, the only client that
//!   does it. The slash before the question mark is in every source.
//! - Download: no page at hand shows it. `/files/?fileId=ID` follows the shape of
//!   `/frames/?peerId=ID` and the wire's name of the id, `/files/?id=ID` is the shorter name,
//!   `/files/ID` is what REST would suggest. They are tried in this order.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use hyper::Uri;
use hyper::http::uri::PathAndQuery;
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

use super::HttpError;

/// The download addresses to try unless an option names others.
static DOWNLOAD_TEMPLATES: [Cow<'static, str>; 3] = [
    Cow::Borrowed("/files/?fileId={id}&token={token}"),
    Cow::Borrowed("/files/?id={id}&token={token}"),
    Cow::Borrowed("/files/{id}?token={token}"),
];

const ID: &str = "{id}";
const TOKEN: &str = "{token}";

/// Unreserved characters, and the star that every token has.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'*');

/// Percent-encodes a value for a path segment or a query parameter.
pub(super) fn encode(value: &str) -> String {
    utf8_percent_encode(value, VALUE).to_string()
}

/// Where a server is: scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpTarget {
    tls: bool,
    /// As it stands in a URL: an IPv6 address has its brackets.
    host: String,
    port: u16,
}

impl HttpTarget {
    /// A server by host name, IPv4 or IPv6 address (with or without brackets) and port.
    ///
    /// Fails with [`HttpError::Invalid`] when the host is more or less than a host.
    pub fn new(tls: bool, host: &str, port: u16) -> Result<Self, HttpError> {
        let inner = host
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        let address = inner.unwrap_or(host);
        let host = if address.parse::<Ipv6Addr>().is_ok() {
            format!("[{address}]")
        } else {
            check_host_name(host)?;
            host.to_owned()
        };
        if port == 0 {
            return Err(HttpError::invalid("port 0 cannot be connected to"));
        }
        Ok(Self { tls, host, port })
    }

    /// The same host and scheme at another port.
    pub fn with_port(&self, port: u16) -> Result<Self, HttpError> {
        Self::new(self.tls, &self.host, port)
    }

    /// Whether TLS is spoken.
    pub fn is_tls(&self) -> bool {
        self.tls
    }

    /// Host and port as they stand in a URL, such as `[::1]:8765`.
    pub fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Scheme, host and port, such as `http://192.168.1.20:80`.
    pub fn origin(&self) -> String {
        format!(
            "{}://{}",
            if self.tls { "https" } else { "http" },
            self.authority()
        )
    }

    /// The host as the resolver takes it: an IPv6 address has no brackets.
    pub(super) fn host(&self) -> &str {
        self.host.trim_matches(['[', ']'])
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    fn url(&self, path: &str) -> Result<Uri, HttpError> {
        let path = utf8_percent_encode(path, CONTROLS);
        format!("{}{path}", self.origin()).parse().map_err(|error| {
            HttpError::invalid(format!(
                "no address can be made for {}: {error}",
                self.origin()
            ))
        })
    }

    /// The address of the file with the ports.
    pub(super) fn config_url(&self, twin: &str) -> Result<Uri, HttpError> {
        check_segment("the twin's name", twin)?;
        self.url(&format!("/public/{}/config.json", encode(twin)))
    }

    /// The address to post a file to.
    pub(super) fn upload_url(&self, token: &str) -> Result<Uri, HttpError> {
        self.url(&format!("/files/?token={}", encode(token)))
    }
}

fn check_host_name(host: &str) -> Result<(), HttpError> {
    if host.is_empty() || host.contains(is_forbidden_in_host) || is_broken_ipv4(host) {
        let message = format!(
            "{host:?} is not a host: give a name or an IP address, without scheme, port and path"
        );
        return Err(HttpError::invalid(message));
    }
    if !host.is_ascii() {
        let message = format!(
            "the host name {host:?} has letters beyond ASCII; give its ASCII form, which begins \
             with xn--, or the IP address"
        );
        return Err(HttpError::invalid(message));
    }
    Ok(())
}

fn is_forbidden_in_host(c: char) -> bool {
    c.is_control() || c.is_whitespace() || r#"/\?#@:[]%<>^|"{}`"#.contains(c)
}

/// A name whose last part is a number can only be an IPv4 address.
fn is_broken_ipv4(host: &str) -> bool {
    let last = host.trim_end_matches('.').rsplit('.').next();
    let number = last.is_some_and(|part| part.chars().all(|c| c.is_ascii_digit()));
    number && host.parse::<Ipv4Addr>().is_err()
}

/// Dots alone would climb in the path, even percent-encoded.
fn check_segment(what: &str, value: &str) -> Result<(), HttpError> {
    if matches!(value, "" | "." | "..") {
        return Err(HttpError::invalid(format!("{what} cannot be {value:?}")));
    }
    Ok(())
}

/// The forms of the download address, in the order in which they are tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadUrls(Cow<'static, [Cow<'static, str>]>);

impl Default for DownloadUrls {
    fn default() -> Self {
        Self(Cow::Borrowed(&DOWNLOAD_TEMPLATES))
    }
}

impl DownloadUrls {
    /// Checks templates given by the user: each is a path that holds `{id}` and `{token}`.
    ///
    /// Fails with [`HttpError::Invalid`] on the first that is not, and on an empty list.
    pub fn from_templates<S: AsRef<str>>(templates: &[S]) -> Result<Self, HttpError> {
        if templates.is_empty() {
            return Err(HttpError::invalid(
                "the list of download addresses is empty",
            ));
        }
        for template in templates {
            check_template(template.as_ref())?;
        }
        Ok(Self(
            templates
                .iter()
                .map(|template| Cow::Owned(template.as_ref().to_owned()))
                .collect(),
        ))
    }

    /// The templates.
    pub fn templates(&self) -> &[Cow<'static, str>] {
        &self.0
    }

    /// The address of a file by one of the templates.
    pub(super) fn url(
        template: &str,
        target: &HttpTarget,
        id: &str,
        token: &str,
    ) -> Result<Uri, HttpError> {
        check_segment("a file id", id)?;
        // Encoded values have no braces, so the order of the replacements does not matter.
        target.url(
            &template
                .replace(ID, &encode(id))
                .replace(TOKEN, &encode(token)),
        )
    }

    /// The same address for a reader: no host and no token.
    pub(super) fn label(template: &str, id: &str) -> String {
        template
            .replace(ID, &encode(id))
            .replace(TOKEN, "[redacted]")
    }
}

fn check_template(template: &str) -> Result<(), HttpError> {
    let problem = if !template.starts_with('/') || template.starts_with("//") {
        "it has to be a path that starts with one slash"
    } else if !template.contains(ID) || !template.contains(TOKEN) {
        "it has to contain {id} and {token}"
    } else if template.contains(|c: char| c.is_control() || c.is_whitespace() || "\\#".contains(c))
    {
        "it must not contain white space, a backslash or a hash"
    } else if template
        .replace(ID, "")
        .replace(TOKEN, "")
        .contains(['{', '}'])
    {
        "it may contain no other braces than {id} and {token}"
    } else if PathAndQuery::try_from(template.replace(ID, "1").replace(TOKEN, "2")).is_err() {
        "it has to be a path that an address can have"
    } else {
        return Ok(());
    };
    Err(HttpError::invalid(format!(
        "the download address {template:?} cannot be used: {problem}"
    )))
}

#[cfg(test)]
#[path = "urls_tests.rs"]
mod tests;
