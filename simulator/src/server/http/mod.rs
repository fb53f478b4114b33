//! The terminal's built-in HTTP server: files, frames and avatars, each request with a token.
//!
//! Documented are the tags, the token and the header of an upload's answer. The address of a
//! download and all statuses but 200 are assumed, and options set them.

mod body;
mod faults;
mod picture;
mod upload;

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use percent_encoding::percent_decode_str;

pub(crate) use self::faults::{HttpFault, Target};
use super::Shared;
use super::socket::{Reset, Socket};
use crate::options::DownloadUrl;
use crate::terminal::Content;

/// Any body.
pub(super) type Body = UnsyncBoxBody<Bytes, std::io::Error>;
/// An answer; an error drops the connection instead.
pub(super) type Answer = Result<Response<Body>, std::io::Error>;

/// One request's surroundings.
pub(super) struct Exchange {
    pub(super) shared: Arc<Shared>,
    pub(super) reset: Reset,
}

pub(super) async fn serve(shared: Arc<Shared>, socket: Socket) {
    run(shared, socket, |exchange, request| async move {
        route(exchange, request).await
    })
    .await;
}

/// Serves one connection.
pub(super) async fn run<F, R>(shared: Arc<Shared>, socket: Socket, handler: F)
where
    F: Fn(Exchange, Request<Incoming>) -> R,
    R: Future<Output = Answer>,
{
    let reset = socket.reset();
    let service = service_fn(|request| {
        handler(
            Exchange {
                shared: Arc::clone(&shared),
                reset: reset.clone(),
            },
            request,
        )
    });
    let served = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(socket), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "HTTP");
    }
}

async fn route(exchange: Exchange, request: Request<Incoming>) -> Answer {
    if !exchange.shared.act(|terminal, _| terminal.serves_http()) {
        return Err(std::io::ErrorKind::ConnectionRefused.into());
    }
    let path = request.uri().path().to_owned();
    let query = Query::new(request.uri().query().unwrap_or_default());
    let token = query.get("token").unwrap_or_default();
    let mut parts = path.trim_start_matches('/').splitn(2, '/');
    let (tag, rest) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let target = match (tag, request.method()) {
        ("files", &Method::POST) => Target::Upload,
        ("files", &Method::GET) => Target::Download,
        ("frames", &Method::GET) => Target::Frames,
        ("avatars", &Method::GET) => Target::Avatars,
        ("files" | "frames" | "avatars", _) => {
            return Ok(plain(StatusCode::METHOD_NOT_ALLOWED, "method not allowed"));
        }
        _ => return Ok(exchange.not_found()),
    };
    if !exchange
        .shared
        .act(|terminal, now| terminal.opens_http(now, &token))
    {
        return Ok(plain(
            number(exchange.shared.options.bad_token_status),
            "bad token",
        ));
    }
    let fault = exchange.fault(target);
    match target {
        Target::Upload => upload::receive(exchange, fault, request).await,
        Target::Download => match exchange.wanted_file(rest, &query) {
            Some(content) => {
                exchange
                    .respond(fault, "application/octet-stream", content)
                    .await
            }
            None => Ok(exchange.not_found()),
        },
        Target::Frames | Target::Avatars | Target::Config => {
            let seed = query.get("peerId").unwrap_or_default();
            let picture = Content::Bytes(picture::png(&seed, target == Target::Avatars));
            exchange.respond(fault, "image/png", picture).await
        }
    }
}

impl Exchange {
    /// The fault that waits for a request of this kind.
    pub(super) fn fault(&self, target: Target) -> Option<HttpFault> {
        self.shared.take_http_fault(|fault| fault.befalls(target))
    }

    /// Answers with `content`, as the fault has it.
    pub(super) async fn respond(
        &self,
        fault: Option<HttpFault>,
        kind: &'static str,
        content: Content,
    ) -> Answer {
        faults::respond(self, fault, kind, content).await
    }

    fn not_found(&self) -> Response<Body> {
        plain(number(self.shared.options.not_found_status), "not found")
    }

    /// The stored file that the address names in the way this terminal understands.
    fn wanted_file(&self, rest: &str, query: &Query) -> Option<Content> {
        let url = self.shared.options.download_url;
        let any = url == DownloadUrl::Any;
        let path = || Some(rest.trim_end_matches('/').to_owned()).filter(|rest| !rest.is_empty());
        let by = |wanted| any || url == wanted;
        let id = None
            .or_else(|| query.get("fileId").filter(|_| by(DownloadUrl::FileId)))
            .or_else(|| query.get("id").filter(|_| by(DownloadUrl::Id)))
            .or_else(|| path().filter(|_| by(DownloadUrl::Path)))?;
        let id = id.parse().ok()?;
        self.shared
            .act(|terminal, _| terminal.get_file(id).map(|file| file.content.clone()))
    }
}

/// The parameters of an address, decoded.
struct Query(Vec<(String, String)>);

impl Query {
    fn new(text: &str) -> Self {
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let pairs = text
            .split('&')
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        Self(
            pairs
                .map(|(name, value)| (decoded(name), decoded(value)))
                .collect(),
        )
    }

    fn get(&self, wanted: &str) -> Option<String> {
        self.0
            .iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.clone())
    }
}

/// The whole of a content.
pub(super) fn whole(content: Content) -> Body {
    body::body(content.clone(), body::Plan::complete(&content))
}

/// A body held in memory.
pub(super) fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into())
        .map_err(|never: Infallible| match never {})
        .boxed_unsync()
}

/// A short answer in plain text.
pub(super) fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(full(text));
    *response.status_mut() = status;
    response
}

fn number(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
