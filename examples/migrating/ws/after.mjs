// Answers calls and tells its state in the chat, with trueroom: node after.mjs PORT

import { connect } from "trueroom";

const port = Number(process.argv[2]);
const room = await connect("127.0.0.1", { port, pin: process.env.TRUEROOM_PIN });
room.on("inviteReceived", () => room.call.accept());
console.log("ready");
for await (const { peerId, message } of room.events("incomingChatMessage")) {
  if (message === "bye") {
    break;
  }
  const { appState } = await room.app.getState();
  await room.chat.sendMessage({ peerId, message: `state ${appState}` });
}
await room.close();
