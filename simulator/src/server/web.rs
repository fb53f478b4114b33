//! The web server of the terminal, as far as clients need it: config.json.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{HeaderValue, SERVER};
use hyper::{Method, Request, StatusCode};
use serde_json::json;

use super::Shared;
use super::http::{Answer, Exchange, Target, plain, run};
use super::socket::Socket;
use crate::terminal::Content;

pub(super) async fn serve(shared: Arc<Shared>, socket: Socket) {
    run(shared, socket, |exchange, request| async move {
        config(exchange, request).await
    })
    .await;
}

async fn config(exchange: Exchange, request: Request<Incoming>) -> Answer {
    let wanted = format!("/public/{}/config.json", exchange.shared.options.twin);
    if request.method() != Method::GET || request.uri().path() != wanted {
        return Ok(plain(StatusCode::NOT_FOUND, "not found"));
    }
    let ports = exchange.shared.info();
    let text = json!({"config": {
        "websocket": {"hostname": null, "port": ports.websocket_port},
        "http": {"hostname": null, "port": ports.http_port},
    }})
    .to_string();
    let fault = exchange.fault(Target::Config);
    let mut answer = exchange
        .respond(fault, "application/json", Content::Bytes(text.into()))
        .await?;
    // Nobody is to take what a simulator does for what terminals do.
    let name = HeaderValue::from_static(concat!("trueroom-simulator/", env!("CARGO_PKG_VERSION")));
    answer.headers_mut().insert(SERVER, name);
    Ok(answer)
}
