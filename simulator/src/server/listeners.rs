//! The three ports.

use std::io;
use std::net::SocketAddr;
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
    let (web, websocket, http) = if let Some(used) = shared.ports() {
        (
            listen(used.web).await?,
            listen(used.websocket).await?,
            listen(used.http).await?,
        )
    } else {
        let (web, hold) = bind(&options.host, options.port).await?;
        let (websocket, second) = bind(&options.host, options.websocket_port).await?;
        let (http, third) = bind(&options.host, options.http_port).await?;
        shared.hold([hold, second, third]);
        (web, websocket, http)
    };
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

async fn listen(address: SocketAddr) -> Result<TcpListener, SimulatorError> {
    TcpListener::bind(address)
        .await
        .map_err(SimulatorError::io(format!("listen on {address}")))
}

async fn bind(host: &str, port: u16) -> Result<(TcpListener, Hold), SimulatorError> {
    held(host, port)
        .await
        .map_err(SimulatorError::io(format!("listen on {host}:{port}")))
}

/// What keeps a port this simulator's own while it does not listen: any program that asks the
/// system for a port could get it meanwhile.
pub(super) type Hold = Option<TcpSocket>;

#[cfg(target_os = "linux")]
async fn held(host: &str, port: u16) -> io::Result<(TcpListener, Hold)> {
    let mut problem = io::ErrorKind::AddrNotAvailable.into();
    for address in tokio::net::lookup_host((host, port)).await? {
        match hold(address) {
            Ok(hold) => return Ok((TcpListener::bind(hold.local_addr()?).await?, Some(hold))),
            Err(error) => problem = error,
        }
    }
    Err(problem)
}

/// Bound, and never listens. Linux lets a listener share the port, since it may be used again.
#[cfg(target_os = "linux")]
fn hold(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Elsewhere two sockets cannot share a port so.
#[cfg(not(target_os = "linux"))]
async fn held(host: &str, port: u16) -> io::Result<(TcpListener, Hold)> {
    Ok((TcpListener::bind((host, port)).await?, None))
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
