//! The three ports.

use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::socket::Socket;
use super::{Ports, Shared, http, web, websocket};
use crate::SimulatorError;

#[derive(Clone, Copy)]
enum Server {
    Web,
    WebSocket,
    Http,
}

/// Opens the ports: those given, those used before, or any.
pub(crate) async fn open(shared: &Arc<Shared>) -> Result<(), SimulatorError> {
    let options = &shared.options;
    let used = shared.ports();
    let web = bind(
        &options.host,
        used.map_or(options.port, |ports| ports.web.port()),
    )
    .await?;
    let port = used.map_or(options.websocket_port, |ports| ports.websocket.port());
    let websocket = bind(&options.host, port).await?;
    let port = used.map_or(options.http_port, |ports| ports.http.port());
    let http = bind(&options.host, port).await?;
    let address = |listener: &TcpListener| {
        listener
            .local_addr()
            .map_err(SimulatorError::io("address of a listener"))
    };
    shared.set_ports(Ports {
        web: address(&web)?,
        websocket: address(&websocket)?,
        http: address(&http)?,
    });
    // A restart waits for these tasks: when they are gone, the ports are free again.
    let (stop, tracker) = shared.listening();
    for (listener, server) in [
        (web, Server::Web),
        (websocket, Server::WebSocket),
        (http, Server::Http),
    ] {
        let task = accept(Arc::clone(shared), listener, server, stop.clone());
        shared.spawn(tracker.track_future(task));
    }
    Ok(())
}

async fn bind(host: &str, port: u16) -> Result<TcpListener, SimulatorError> {
    TcpListener::bind((host, port))
        .await
        .map_err(SimulatorError::io(format!("listen on {host}:{port}")))
}

async fn accept(
    shared: Arc<Shared>,
    listener: TcpListener,
    server: Server,
    stop: CancellationToken,
) {
    loop {
        let stream = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Too many open files and the like: pass, the next may work.
                    tracing::warn!(%error, "accept");
                    tokio::task::yield_now().await;
                    continue;
                }
            },
        };
        let end = shared.connected();
        let serving = serve(Arc::clone(&shared), stream, server);
        shared.spawn(async move {
            tokio::select! {
                () = end.cancelled() => {}
                () = serving => {}
            }
        });
    }
}

async fn serve(shared: Arc<Shared>, stream: TcpStream, server: Server) {
    // Answers are small and must not wait for more of them.
    let _ = stream.set_nodelay(true);
    let socket = match Socket::accept(stream, shared.tls.as_ref()).await {
        Ok(socket) => socket,
        Err(error) => {
            tracing::debug!(%error, "TLS handshake");
            return;
        }
    };
    match server {
        Server::Web => web::serve(shared, socket).await,
        Server::WebSocket => websocket::serve(shared, socket).await,
        Server::Http => http::serve(shared, socket).await,
    }
}
