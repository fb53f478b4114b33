// Answers calls and tells its state in the chat, on ws by hand: node before.mjs PORT

import WebSocket from "ws";

const port = Number(process.argv[2]);
const pin = process.env.TRUEROOM_PIN;
const answer = await fetch(`http://127.0.0.1:${port}/public/default/config.json`);
const { config } = await answer.json();
const socket = new WebSocket(`ws://127.0.0.1:${config.websocket.port}`);
const waiting = new Map();
let lastId = 0;

function command(method, params = {}) {
  lastId += 1;
  const id = String(lastId);
  socket.send(JSON.stringify({ method, requestId: id, ...params }));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${method}: no answer`)), 15_000);
    waiting.set(id, (message) => {
      clearTimeout(timer);
      if (message.result === true) {
        resolve(message);
      } else {
        reject(new Error(`${method}: ${message.error}`));
      }
    });
  });
}

async function onEvent(event) {
  if (event.event === "inviteReceived") {
    await command("accept");
  } else if (event.event === "incomingChatMessage") {
    if (event.message === "bye") {
      socket.close();
      return;
    }
    const { appState } = await command("getAppState");
    await command("sendMessage", { peerId: event.peerId, message: `state ${appState}` });
  }
}

socket.on("message", (text) => {
  const message = JSON.parse(text);
  if (message.method === "event") {
    onEvent(message).catch(console.error);
  } else {
    waiting.get(message.requestId)?.(message);
    waiting.delete(message.requestId);
  }
});
socket.on("open", async () => {
  await command("auth", { type: "secured", credentials: pin });
  console.log("ready");
});
