//! Chats, personal and of the conference.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::message::{Refusal, Reply, Request, done, fields};
use super::{Terminal, ids};

/// Messages that are kept of a chat; older ones are forgotten.
const KEPT: usize = 1_000;

/// Chats by the other user, or by the conference.
#[derive(Debug, Clone, Default)]
pub(super) struct Chats(BTreeMap<String, Chat>);

#[derive(Debug, Clone)]
struct Chat {
    id: String,
    group: bool,
    messages: Vec<Message>,
}

#[derive(Debug, Clone)]
struct Message {
    text: String,
    peer_id: String,
    /// Unix seconds.
    time: u64,
    /// 0 received, 1 sent.
    direction: u8,
}

impl Message {
    fn to_json(&self) -> Value {
        json!({
            "text": self.text,
            "time": self.time,
            "peerId": self.peer_id,
            "direction": self.direction,
        })
    }
}

impl Chats {
    fn add(&mut self, with: &str, group: bool, message: Message) -> String {
        let chat = self.0.entry(with.to_owned()).or_insert_with(|| Chat {
            id: ids::chat(with),
            group,
            messages: Vec::new(),
        });
        if chat.messages.len() == KEPT {
            chat.messages.remove(0);
        }
        chat.messages.push(message);
        chat.id.clone()
    }

    fn by_id(&mut self, id: &str) -> Result<&mut Chat, Refusal> {
        self.0
            .values_mut()
            .find(|chat| chat.id == id)
            .ok_or_else(|| Refusal::new("there is no such chat"))
    }

    fn list(&self) -> Value {
        let entry = |(with, chat): (&String, &Chat)| {
            if chat.group {
                json!({"chatId": chat.id, "title": with, "group": true})
            } else {
                json!({"chatId": chat.id, "callId": with, "group": false})
            }
        };
        self.0.iter().map(entry).collect()
    }

    pub(super) fn to_json(&self) -> Value {
        let entry = |(with, chat): (&String, &Chat)| {
            let messages: Value = chat.messages.iter().map(Message::to_json).collect();
            json!({"with": with, "chatId": chat.id, "group": chat.group, "messages": messages})
        };
        self.0.iter().map(entry).collect()
    }
}

impl Terminal {
    pub(super) fn chat_command(&mut self, request: &Request<'_>) -> Option<Reply> {
        let reply = match request.method {
            "sendMessage" => self.send_message(request),
            "sendGroupMessage" => self.send_group_message(request),
            "sendCommand" => self.send_command(request),
            "getListOfChats" => Ok(fields(json!({"list": self.chats.list()}))),
            "getChatLastMessages" => self.last_messages(request),
            "chatClear" => self.clear_chat(request),
            _ => return None,
        };
        Some(reply)
    }

    fn own_message(&self, text: &str) -> Message {
        Message {
            text: text.to_owned(),
            peer_id: self.link.peer_id().to_owned(),
            time: self.wall_clock() / 1000,
            direction: 1,
        }
    }

    fn send_message(&mut self, request: &Request<'_>) -> Reply {
        let peer = request.text(&["peerId"])?;
        let text = request.text(&["message"])?;
        if peer.contains('/') {
            return Err(Refusal::new("an InstanceId cannot receive messages"));
        }
        if !self.link.logged_in() {
            return Err(Refusal::new("login is needed"));
        }
        let message = self.own_message(text);
        self.chats.add(peer, false, message);
        self.emit(
            "chatMessageSent",
            &fields(json!({"peerId": peer, "message": text})),
        );
        done()
    }

    fn send_group_message(&mut self, request: &Request<'_>) -> Reply {
        let text = request.text(&["message"])?;
        let conference = self
            .group_conference()
            .ok_or_else(|| Refusal::new("there is no group conference"))?;
        let message = self.own_message(text);
        self.chats.add(&conference, true, message);
        self.emit("groupChatMessageSent", &fields(json!({"message": text})));
        done()
    }

    /// A text for a program on another terminal; only an instance can receive it.
    fn send_command(&mut self, request: &Request<'_>) -> Reply {
        let peer = request.text(&["peerId"])?;
        let command = request.text(&["command"])?;
        if !peer.contains('/') {
            return Err(Refusal::new("an InstanceId is needed"));
        }
        let conference = self.group_conference().unwrap_or_default();
        let event = json!({"peerId": peer, "command": command, "confId": conference});
        self.emit("commandSent", &fields(event));
        done()
    }

    /// `count` messages from the `beginNumber`th newest on, oldest first; the order is assumed.
    fn last_messages(&mut self, request: &Request<'_>) -> Reply {
        let id = request.text(&["chatId", "id"])?;
        let begin = usize::try_from(request.number(&["beginNumber"])?).unwrap_or_default();
        let count = usize::try_from(request.number(&["count"])?).unwrap_or_default();
        let chat = self.chats.by_id(id)?;
        let mut messages: Vec<_> = chat
            .messages
            .iter()
            .rev()
            .skip(begin)
            .take(count)
            .map(Message::to_json)
            .collect();
        messages.reverse();
        Ok(fields(json!({"messages": messages})))
    }

    fn clear_chat(&mut self, request: &Request<'_>) -> Reply {
        let id = request.text(&["chatId", "id"])?;
        self.chats.by_id(id)?.messages.clear();
        self.emit("cmdChatClear", &fields(json!({"id": id})));
        done()
    }

    /// A participant sends a text for a program.
    pub(super) fn other_commands(&mut self, request: &Request<'_>, peer: &str) -> Reply {
        let command = request.text(&["command"])?;
        if !self.in_meeting() {
            return Err(Refusal::new("there is no call or conference"));
        }
        self.tell("commandReceived", peer, json!({"command": command}));
        done()
    }

    /// A chat is removed: by the user at the terminal, or elsewhere.
    pub(super) fn remove_chat(&mut self, with: &str) -> Result<(), Refusal> {
        let chat = self.chats.0.remove(with);
        let chat = chat.ok_or_else(|| Refusal::new(format!("there is no chat with {with}")))?;
        self.tell("chatRemoved", with, json!({"chatId": chat.id}));
        Ok(())
    }

    /// A user writes to the terminal, or in its conference.
    pub(super) fn other_says(&mut self, request: &Request<'_>, peer: &str) -> Reply {
        let text = request.text(&["message"])?;
        let in_conference = request.flag_or("conference", false)?;
        let time = self.wall_clock() / 1000;
        let message = Message {
            text: text.to_owned(),
            peer_id: peer.to_owned(),
            time,
            direction: 0,
        };
        let (with, event) = if in_conference {
            let conference = self
                .group_conference()
                .ok_or_else(|| Refusal::new("there is no group conference"))?;
            (conference, "incomingGroupChatMessage")
        } else {
            (peer.to_owned(), "incomingChatMessage")
        };
        let chat = self.chats.add(&with, in_conference, message);
        let name = self.display_name_of(peer);
        let fields = json!({"peerDn": name, "chatId": chat, "message": text, "time": time});
        self.tell(event, peer, fields);
        done()
    }
}
