//! The three ports.

use std::io;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
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
    // Linux lets a listener share a port that is held; elsewhere it has to be free.
    let held = cfg!(target_os = "linux").then_some(shared.release());
    let web = bind(
        &options.host,
        used.map_or(options.port, |ports| ports.web.port()),
    )
    .await?;
    let port = used.map_or(options.websocket_port, |ports| ports.websocket.port());
    let websocket = bind(&options.host, port).await?;
    let port = used.map_or(options.http_port, |ports| ports.http.port());
    let http = bind(&options.host, port).await?;
    drop(held);
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

/// Closes a listener. What it gives keeps the port this simulator's own until it listens again: the
/// system could give it to any program that asks for a port. Nobody can connect to it.
fn close(listener: TcpListener) -> io::Result<TcpSocket> {
    let address = listener.local_addr()?;
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    }?;
    // As listeners do on Unix: connections of the port may be left.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    drop(listener);
    socket.bind(address)?;
    Ok(socket)
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
            () = stop.cancelled() => break,
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
    if !shared.stop.is_cancelled()
        && let Ok(socket) = close(listener)
    {
        shared.hold(socket);
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
