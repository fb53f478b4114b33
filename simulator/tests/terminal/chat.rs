//! Chats.

use serde_json::json;

use crate::bench::Bench;

#[test]
fn messages_go_and_come_and_are_kept() {
    let mut bench = Bench::new(json!({}));
    let send = json!({"method": "sendMessage", "peerId": "alice@x", "message": "hello"});
    bench.good(send);
    assert_eq!(bench.event("chatMessageSent")["message"], "hello");
    bench.perform(json!({"op": "say", "from": "alice@x", "message": "hi"}));
    let event = bench.event("incomingChatMessage");
    assert_eq!(
        (&event["message"], &event["time"]),
        (&json!("hi"), &json!(1_764_000_000))
    );

    let list = bench.good(json!({"method": "getListOfChats"}));
    let id = list["list"][0]["chatId"].clone();
    assert_eq!(event["chatId"], id);
    let last = |begin: u32, count: u32| {
        json!({
            "method": "getChatLastMessages", "chatId": id, "beginNumber": begin, "count": count,
        })
    };
    let both = bench.good(last(0, 9));
    assert_eq!(both["messages"][0]["direction"], 1);
    assert_eq!(both["messages"][1]["text"], "hi");
    assert_eq!(bench.good(last(1, 1))["messages"][0]["text"], "hello");
    bench.good(json!({"method": "chatClear", "chatId": id}));
    assert_eq!(bench.event("cmdChatClear")["id"], id);
    assert_eq!(bench.good(last(0, 9))["messages"], json!([]));
}

#[test]
fn a_conference_has_a_chat() {
    let mut bench = Bench::new(json!({}));
    let say = json!({"op": "say", "from": "a@x", "message": "hi", "conference": true});
    assert!(bench.try_perform(say.clone()).is_err());
    bench.bad(json!({"method": "sendGroupMessage", "message": "all"}));
    bench.perform(json!({"op": "call", "from": "a@x", "type": 1, "title": "T"}));
    bench.good(json!({"method": "accept"}));
    bench.good(json!({"method": "sendGroupMessage", "message": "all"}));
    bench.event("groupChatMessageSent");
    bench.perform(say);
    assert_eq!(bench.event("incomingGroupChatMessage")["message"], "hi");
}

#[test]
fn a_command_needs_an_instance() {
    let mut bench = Bench::new(json!({}));
    let command = |to: &str| json!({"method": "sendCommand", "peerId": to, "command": "go"});
    bench.bad(command("a@x"));
    bench.good(command("a@x/one"));
    assert_eq!(bench.event("commandSent")["command"], "go");
    bench.bad(json!({"method": "sendMessage", "peerId": "a@x/one", "message": "no"}));
}
