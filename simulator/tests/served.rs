//! Connections that a host's event loop serves by itself, and what happens when it does not.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};
use support::{PATIENCE, start};
use trueroom::host::{Completion, HostLink, HostRoom, Mailbox, Payload, Token};
use trueroom_simulator::Simulator;

/// An event loop, in its smallest form.
struct Loop {
    mailbox: Arc<Mailbox>,
    links: Vec<HostLink>,
    done: Vec<Completion>,
    /// Whether it serves what it is offered.
    serves: bool,
}

impl Loop {
    fn new(serves: bool) -> Self {
        Self {
            mailbox: Mailbox::serving(|| {}),
            links: Vec::new(),
            done: Vec::new(),
            serves,
        }
    }

    fn open(&self, simulator: &Simulator, options: Value) -> HostRoom {
        let mut wire = json!({"host": "127.0.0.1", "port": simulator.info().port});
        let more = options.as_object().unwrap().clone();
        wire.as_object_mut().unwrap().extend(more);
        HostRoom::open(&self.mailbox, 1, &wire.to_string()).unwrap()
    }

    fn turn(&mut self) {
        if self.serves {
            let mailbox = self.mailbox.clone();
            self.links.retain(|link| link.serve(&mailbox));
        }
        let drained = self.mailbox.drain();
        self.links.extend(drained.links);
        self.done.extend(drained.completions);
    }

    /// Turns until something has completed.
    async fn until(&mut self, token: Token) -> Result<Value, String> {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if let Some(at) = self.done.iter().position(|done| done.token == token) {
                return self.done.remove(at).outcome.map(|payload| match payload {
                    Payload::Json(text) => serde_json::from_str(text.as_str()).unwrap(),
                    Payload::Bytes(_) => panic!("bytes"),
                });
            }
            self.turn();
            tokio::task::yield_now().await;
        }
        panic!("{token} has not completed")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_of_one_turn_go_out_together() {
    let simulator = start(json!({})).await;
    let mut host = Loop::new(true);
    let room = host.open(&simulator, json!({}));
    host.until(1).await.unwrap();
    assert_eq!(host.links.len(), 1);
    // What the room asks for at its beginning is over.
    room.call(2, "getAppState", "{}", None);
    host.until(2).await.unwrap();
    host.turn();

    let mut turns = Vec::new();
    for first in (3..33).step_by(3) {
        let asked: [bool; 3] =
            [0, 1, 2].map(|more| room.call(first + more, "getAppState", "{}", None));
        turns.push(asked);
        room.end_turn();
        for token in first..first + 3 {
            assert_eq!(host.until(token).await.unwrap()["result"], true);
        }
        host.turn();
    }
    let once = |asked: &[bool; 3]| asked.iter().filter(|asked| **asked).count() <= 1;
    assert!(turns.iter().all(once), "{turns:?}");
    // The connection's task looks after it from time to time, and sends what there is then.
    let usual = [false, true, false];
    assert!(
        turns.contains(&usual),
        "not for the first, but for the second: {turns:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_stands_in_for_a_loop_that_does_nothing() {
    let simulator = start(json!({})).await;
    let mut host = Loop::new(false);
    let options = json!({"pingInterval": 20, "pingTimeout": 60_000});
    let room = host.open(&simulator, options);
    host.until(1).await.unwrap();
    for token in 2..6 {
        room.call(token, "getAppState", "{}", None);
        room.end_turn();
        host.until(token).await.unwrap();
        // A ping is sent when the pong to the one before has been read.
        let pings = json!({"op": "waitFor", "received": "ping", "count": token});
        simulator.perform(pings).await.unwrap();
    }
    let status: Value = serde_json::from_str(&room.status()).unwrap();
    assert_eq!(status["counters"]["reconnects"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loop_may_leave_a_connection_to_the_core() {
    let simulator = start(json!({})).await;
    let mut host = Loop::new(true);
    let room = host.open(&simulator, json!({}));
    host.until(1).await.unwrap();
    host.links.clear();
    for token in 2..50 {
        room.call(token, "getAppState", "{}", None);
        room.end_turn();
        assert_eq!(host.until(token).await.unwrap()["result"], true);
    }
    // The next connection is offered again.
    let drop = json!({"op": "dropConnection", "how": "reset"});
    simulator.perform(drop).await.unwrap();
    let again = json!({"op": "waitFor", "received": "auth", "count": 2});
    simulator.perform(again).await.unwrap();
    room.operate(60, r#"{"op": "waitReady"}"#);
    host.until(60).await.unwrap();
    assert_eq!(host.links.len(), 1);
    room.close(61);
    host.until(61).await.unwrap();
    let end = Instant::now() + PATIENCE;
    while !host.links.is_empty() && Instant::now() < end {
        host.turn();
    }
    assert!(host.links.is_empty(), "the loop is told of the end");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_descriptor_stays_until_the_loop_lets_go_of_it() {
    let simulator = start(json!({})).await;
    let mut host = Loop::new(true);
    let room = host.open(&simulator, json!({}));
    host.until(1).await.unwrap();
    let link = host.links.pop().unwrap();
    let number = link.descriptor();
    room.close(2);
    host.until(2).await.unwrap();
    // Were it closed, one of these would get its number.
    let others: Vec<_> = (0..50)
        .map(|_| std::net::TcpListener::bind("127.0.0.1:0").unwrap())
        .collect();
    let taken =
        |other: &std::net::TcpListener| i64::from(std::os::fd::AsRawFd::as_raw_fd(other)) == number;
    assert!(!others.iter().any(taken));
    assert!(!link.serve(&host.mailbox));
}
