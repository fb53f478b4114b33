//! The task that owns the connection of one room: it dials, keeps the time, says goodbye, and
//! serves the connection as long as no host's event loop does.

use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::Shared;
use super::dial::{DialError, dial};
use super::socket::Socket;
use crate::engine::Engine;
use crate::host::HostLink;

type Dialing = Pin<Box<dyn Future<Output = Result<Socket, DialError>> + Send>>;

/// A host's loop may be busy: after this time somebody looks in its place.
const PATIENCE: Duration = Duration::from_secs(1);

/// The same while it turns out that there is something to do. What comes meanwhile has to fit into
/// the system's buffers.
const HURRY: Duration = Duration::from_millis(10);

enum Happened {
    Dialled(Result<Socket, DialError>),
    Served,
    Woken,
    Time,
}

/// A host's loop watches the connection, and is watched.
struct Watch {
    visits: u64,
    pause: Duration,
}

/// Runs until the room has ended.
pub(crate) async fn run(shared: &Arc<Shared>) {
    let mut dialing: Option<Dialing> = None;
    let mut watch: Option<Watch> = None;
    let mut epoch = 0;
    let mut timer = std::pin::pin!(tokio::time::sleep(Duration::ZERO));
    loop {
        let orders = shared.take_orders();
        if orders.drop {
            dialing = None;
            watch = None;
            shared.set_watched(false);
            say_goodbye(shared).await;
        }
        if orders.take_back {
            watch = None;
            shared.set_watched(false);
            shared.take_back();
        }
        if orders.open {
            epoch = orders.epoch;
            dialing = Some(Box::pin(begin(shared.clone())));
        }
        if orders.ended {
            break;
        }
        if let Some(watch) = &mut watch
            && orders.blocked
        {
            watch.pause = HURRY;
        }
        let look = watch.as_ref().map(|watch| shared.now() + watch.pause);
        let alarm = shared.set_alarm(look);
        if let Some(alarm) = alarm
            && (timer.is_elapsed() || alarm < timer.deadline())
        {
            timer.as_mut().reset(alarm);
        }
        let happened = tokio::select! {
            biased;
            dialled = next(&mut dialing) => Happened::Dialled(dialled),
            () = poll_fn(|cx| shared.poll_pump(cx)) => Happened::Served,
            () = shared.woken() => Happened::Woken,
            () = timer.as_mut(), if alarm.is_some() => Happened::Time,
        };
        match happened {
            Happened::Served | Happened::Woken => {}
            Happened::Time => {
                if let Some(watch) = &mut watch {
                    watch.look(shared);
                }
                shared.with(Engine::on_time);
            }
            Happened::Dialled(dialled) => {
                dialing = None;
                watch = opened(shared, dialled, epoch);
            }
        }
    }
    say_goodbye(shared).await;
}

async fn say_goodbye(shared: &Shared) {
    // Boxed, so that a room that goes on does not hold the room for it, or for the socket.
    let goodbye = shared.take_socket().map(|socket| Box::pin(socket.close()));
    if let Some(goodbye) = goodbye {
        goodbye.await;
    }
}

impl Watch {
    /// Looks whether there is something that the loop should have done. A loop that serves other
    /// things for long must not look like a dead terminal, or a dead client to the terminal.
    fn look(&mut self, shared: &Shared) {
        let (visits, busy) = shared.stand_in(self.visits);
        self.visits = visits;
        self.pause = if busy { HURRY } else { PATIENCE };
    }
}

async fn begin(shared: Arc<Shared>) -> Result<Socket, DialError> {
    let delay = shared.admission();
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    dial(&shared).await
}

async fn next(dialing: &mut Option<Dialing>) -> Result<Socket, DialError> {
    match dialing {
        Some(dialing) => dialing.await,
        None => pending().await,
    }
}

fn opened(shared: &Arc<Shared>, dialled: Result<Socket, DialError>, epoch: u64) -> Option<Watch> {
    let mut socket = match dialled {
        Ok(socket) => socket,
        Err(error) => {
            shared.with(|engine, now| engine.on_open_failed(now, &error.message, error.tried));
            return None;
        }
    };
    let mut watch = None;
    if let Some(mailbox) = shared.host().filter(|mailbox| mailbox.may_serve()) {
        match socket.give_to_host() {
            Ok(None) => {}
            Ok(Some(descriptor)) => {
                mailbox.offer(HostLink::new(shared, descriptor));
                // Until the loop begins to, which is soon, or never when it has ended.
                let pause = HURRY;
                watch = Some(Watch { visits: 0, pause });
            }
            Err(error) => {
                let problem = format!("the connection failed: {error}");
                shared.with(|engine, now| engine.on_open_failed(now, &problem, Vec::new()));
                return None;
            }
        }
    }
    shared.put_socket(socket, epoch);
    shared.set_watched(watch.is_some());
    shared.with(Engine::on_open);
    watch
}
