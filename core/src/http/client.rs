//! The HTTP client of a room: one connection for each request.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty};
use hyper::body::{Body as _, Incoming};
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, CONNECTION, HOST, HeaderValue, USER_AGENT};
use hyper::http::request;
use hyper::{HeaderMap, Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_util::either::Either;

use super::{HttpError, HttpTarget};

const AGENT: &str = concat!("trueroom/", env!("CARGO_PKG_VERSION"));

/// What a request carries. It fails with an error of its own, such as of the file it reads.
pub(super) type Body = UnsyncBoxBody<Bytes, HttpError>;

type Transport = Either<TcpStream, TlsStream<TcpStream>>;

/// Makes the requests of a room, over plain HTTP and HTTPS.
///
/// - No proxy from the environment: a terminal is on the local network.
/// - No redirects: they would carry the token to another place.
/// - No total time limit: transfers have their own limit on time without progress.
/// - No connection is kept for later. The terminal limits how many are open, and a kept one
///   that the terminal closes meanwhile would fail an upload, which cannot be repeated blindly.
#[derive(Debug, Clone)]
pub struct HttpClient {
    tls: Option<Arc<ClientConfig>>,
    connect_timeout: Duration,
}

impl HttpClient {
    /// `tls` comes from [`client_config`](super::client_config); without it every HTTPS server is
    /// refused. `connect_timeout` covers the name look-up, TCP and TLS of one connection.
    pub fn new(tls: Option<Arc<ClientConfig>>, connect_timeout: Duration) -> Self {
        Self {
            tls,
            connect_timeout,
        }
    }

    pub(super) async fn get(&self, target: &HttpTarget, uri: &Uri) -> Result<Response, HttpError> {
        let nothing = Empty::new().map_err(|never: Infallible| match never {});
        let body = nothing.boxed_unsync();
        self.send(target, Request::get(uri), body).await
    }

    /// Sends a request whose address lies on `target`, and waits for the head of the answer.
    pub(super) async fn send(
        &self,
        target: &HttpTarget,
        request: request::Builder,
        body: Body,
    ) -> Result<Response, HttpError> {
        let request = into_request(request, body)?;
        let connecting = tokio::time::timeout(self.connect_timeout, self.connect(target));
        let transport = connecting
            .await
            .map_err(|_| HttpError::connect(target, "no answer in time"))??;
        let failed = |error| HttpError::from_hyper(&error, target);
        let (mut sender, connection) = http1::Builder::new()
            .allow_obsolete_multiline_headers_in_responses(true)
            .allow_spaces_after_header_name_in_responses(true)
            .ignore_invalid_headers_in_responses(true)
            .handshake(TokioIo::new(transport))
            .await
            .map_err(failed)?;
        // It ends by itself when the answer was read or dropped. Its error reaches the request.
        tokio::spawn(connection);
        let response = sender.send_request(request).await.map_err(failed)?;
        Ok(Response {
            inner: response,
            target: target.clone(),
        })
    }

    async fn connect(&self, target: &HttpTarget) -> Result<Transport, HttpError> {
        let host = target.host();
        let tls = match (&self.tls, target.is_tls()) {
            (_, false) => None,
            (Some(config), true) => Some(TlsConnector::from(Arc::clone(config))),
            (None, true) => return Err(HttpError::without_authorities(target)),
        };
        let tcp = TcpStream::connect((host, target.port()))
            .await
            .map_err(|error| HttpError::from_connecting(&error, target))?;
        // Chunks are large, and the last one is wanted at once.
        tcp.set_nodelay(true)
            .map_err(|error| HttpError::from_connecting(&error, target))?;
        let Some(tls) = tls else {
            return Ok(Either::Left(tcp));
        };
        let stream = tls
            .connect(server_name(host)?, tcp)
            .await
            .map_err(|error| HttpError::from_connecting(&error, target))?;
        Ok(Either::Right(stream))
    }
}

/// Adds what every request says. Only the path goes into the first line.
fn into_request(request: request::Builder, body: Body) -> Result<Request<Body>, HttpError> {
    let invalid = |problem: &dyn std::fmt::Display| HttpError::invalid(problem.to_string());
    let mut request = request.body(body).map_err(|error| invalid(&error))?;
    let mut uri = std::mem::take(request.uri_mut()).into_parts();
    let host = uri.authority.take().map(|authority| authority.to_string());
    let host = HeaderValue::try_from(host.unwrap_or_default()).map_err(|error| invalid(&error))?;
    uri.scheme = None;
    *request.uri_mut() = Uri::from_parts(uri).map_err(|error| invalid(&error))?;
    let headers = request.headers_mut();
    headers.insert(HOST, host);
    headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
    headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    Ok(request)
}

fn server_name(host: &str) -> Result<ServerName<'static>, HttpError> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(ServerName::from(address));
    }
    ServerName::try_from(host.to_owned())
        .map_err(|_| HttpError::invalid(format!("{host:?} is no name that a certificate can have")))
}

/// An answer whose body is still to be read.
pub(super) struct Response {
    inner: hyper::Response<Incoming>,
    target: HttpTarget,
}

impl Response {
    pub(super) fn status(&self) -> StatusCode {
        self.inner.status()
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        self.inner.headers()
    }

    /// The announced size of the body in bytes.
    pub(super) fn content_length(&self) -> Option<u64> {
        self.inner.body().size_hint().exact()
    }

    /// The next bytes of the body; none at its end.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, HttpError> {
        while let Some(frame) = self.inner.body_mut().frame().await {
            let frame = frame.map_err(|error| HttpError::from_hyper(&error, &self.target))?;
            // What else there is are trailers.
            if let Ok(data) = frame.into_data() {
                return Ok(Some(data));
            }
        }
        Ok(None)
    }
}
