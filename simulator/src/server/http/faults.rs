//! Faults of HTTP answers.

use std::time::Duration;

use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, LOCATION};
use hyper::{Response, StatusCode};
use serde::Deserialize;

use super::body::{End, Plan, body};
use super::{Answer, Exchange, full, number};
use crate::terminal::Content;

/// Which requests a fault befalls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Target {
    /// config.json
    Config,
    /// POST on files
    Upload,
    /// GET on files
    Download,
    /// Pictures of cameras.
    Frames,
    /// Pictures of users.
    Avatars,
}

/// What goes wrong.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Kind {
    /// The answer has this `status` and `body`.
    Status,
    /// Status 302 to `location`.
    Redirect,
    /// No answer at all; the connection stays open.
    Silent,
    /// No more bytes after `after`; the connection stays open.
    Stall,
    /// TCP reset after `after` bytes of the body; without `after` before the answer.
    Reset,
    /// The connection ends after `after` bytes, fewer than announced.
    Short,
    /// `bytes` bytes fewer, and so announced by Content-Length.
    Smaller,
    /// `bytes` bytes more, and so announced by Content-Length.
    Larger,
    /// `ms` before each piece of 64 KiB.
    Slow,
    /// Upload: no `FileId` header; or the one in `value`.
    FileId,
    /// The body is replaced by `body`.
    Body,
}

/// One fault, for a number of requests.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct HttpFault {
    pub(crate) kind: Kind,
    target: Option<Target>,
    #[serde(default = "one")]
    times: u32,
    status: Option<u16>,
    body: Option<String>,
    location: Option<String>,
    after: Option<u64>,
    bytes: Option<u64>,
    ms: Option<u64>,
    pub(super) value: Option<String>,
}

fn one() -> u32 {
    1
}

impl HttpFault {
    pub(super) fn befalls(&self, target: Target) -> bool {
        match self.target {
            Some(wanted) => wanted == target,
            // Without a target: the files, up or down as the kind makes sense.
            None => match self.kind {
                Kind::FileId => target == Target::Upload,
                _ => matches!(target, Target::Download | Target::Upload),
            },
        }
    }

    /// Whether that was the last time; 0 times stands for ever.
    pub(in crate::server) fn use_up(&mut self) -> bool {
        if self.times == 0 {
            return false;
        }
        self.times -= 1;
        self.times == 0
    }
}

/// Answers with `content`, or in the way the fault has it.
pub(super) async fn respond(
    exchange: &Exchange,
    fault: Option<HttpFault>,
    kind: &'static str,
    content: Content,
) -> Answer {
    let size = content.size();
    let mut plan = Plan::complete(&content);
    let mut announced = size;
    if let Some(fault) = fault {
        let after = fault.after.unwrap_or(size / 2);
        match fault.kind {
            Kind::Status | Kind::Redirect => return Ok(status(&fault)),
            Kind::Silent => std::future::pending().await,
            Kind::Reset if fault.after.is_none() => {
                exchange.reset.arm();
                return Err(std::io::Error::other("reset by the test"));
            }
            Kind::Reset => {
                plan.bytes = after;
                plan.end = End::Reset(exchange.reset.clone());
            }
            Kind::Stall => {
                plan.bytes = after;
                plan.end = End::Stall;
            }
            Kind::Short => {
                plan.bytes = after;
                plan.end = End::Break;
            }
            Kind::Smaller => {
                announced = size.saturating_sub(fault.bytes.unwrap_or(1));
                plan.bytes = announced;
            }
            Kind::Larger => {
                announced = size.saturating_add(fault.bytes.unwrap_or(1));
                plan.bytes = announced;
            }
            Kind::Slow => plan.pause = Duration::from_millis(fault.ms.unwrap_or(10)),
            Kind::FileId => {}
            Kind::Body => {
                let mut response = Response::new(full(fault.body.unwrap_or_default()));
                response
                    .headers_mut()
                    .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
                return Ok(response);
            }
        }
    }
    let mut response = Response::new(body(content, plan));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    if !exchange.shared.options.chunked {
        headers.insert(CONTENT_LENGTH, announced.into());
    }
    Ok(response)
}

/// The answer of the kinds that have a status of their own.
pub(super) fn status(fault: &HttpFault) -> Response<super::Body> {
    let mut response = Response::new(full(fault.body.clone().unwrap_or_default()));
    let redirect = matches!(fault.kind, Kind::Redirect);
    *response.status_mut() = if redirect {
        StatusCode::FOUND
    } else {
        number(fault.status.unwrap_or(500))
    };
    let location = fault
        .location
        .as_deref()
        .and_then(|text| HeaderValue::from_str(text).ok());
    if let Some(location) = location {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}
