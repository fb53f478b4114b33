import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { folder, line, simulate, simulated, start } from "./helpers.mjs";

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

test("file-bot saves what it wants and rejects the rest", async (t) => {
  const simulator = await simulate(t, { pin: "1234" });
  const inbox = join(await folder(t), "inbox");
  const source = join(await folder(t), "source.bin");
  const bytes = randomBytes(2_000_000);
  await writeFile(source, bytes);
  const args = [join("examples", "file-bot.mjs"), simulator.host, "--inbox", inbox];
  const environment = { TRUEROOM_PIN: "1234", TRUEROOM_PORT: String(simulator.port) };
  const bot = start(args, environment);
  await line(bot, "ready");
  await simulator.offerFile({ name: "plan.pdf", path: source });
  await simulator.offerFile({ name: "Tool.EXE", text: "MZ" });
  await simulator.offerFile({ name: "film.mp4", text: "", size: 60_000_000 });
  const { id } = await simulator.offerFile({ name: "note.txt", text: "x" });
  await line(bot, `saved "plan.pdf" as ${join(inbox, "plan.pdf")}`);
  await line(bot, 'rejected "Tool.EXE"');
  await line(bot, 'rejected "film.mp4"');
  await simulator.perform({ op: "waitFile", id, status: "processed" });
  await line(bot, `saved "note.txt" as ${join(inbox, "note.txt")}`);
  assert.deepEqual((await readdir(inbox)).sort(), ["note.txt", "plan.pdf"]);
  assert.equal(sha256(await readFile(join(inbox, "plan.pdf"))), sha256(bytes));
  bot.child.kill("SIGINT");
  const { code, stdout, stderr } = await bot.ended;
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(stdout.trim().split("\n").length, 5);
});

test("send-with-progress sends the file and says how it ended", async (t) => {
  const simulator = await simulate(t, { autoTake: false });
  const file = join(await folder(t), "report.pdf");
  const bytes = randomBytes(1_000_000);
  await writeFile(file, bytes);
  const args = [join("examples", "send-with-progress.mjs"), file, "bob@example.test"];
  const { ended } = start([...args, simulator.host, "--port", String(simulator.port)]);
  await simulator.perform({ op: "waitFor", sent: "outgoingFileRequestSent" });
  const [sent] = (await simulator.state()).files;
  await simulator.takeFile(sent.id);
  const { code, stdout, stderr } = await ended;
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /report.pdf: processed, 1000000 bytes/);
  const { fileId } = (await simulator.state()).files.find(({ id }) => id === sent.id);
  const stored = await simulator.perform({ op: "readFile", fileId });
  assert.equal(sha256(Buffer.from(stored.base64, "base64")), sha256(bytes));
});

test("fleet-watch says which rooms go up, and how all are doing", async (t) => {
  const simulator = await simulate(t);
  const script = join("examples", "fleet-watch.mjs");
  const rooms = [`lobby=${simulator.host}`, `attic=${simulator.host}:1`];
  const watch = start([script, "--every", "0.2", "--port", String(simulator.port), ...rooms]);
  await line(watch, "lobby: ready (connected)");
  await line(watch, "attic: connecting (connection refused)");
  await line(watch, "all: 1 connecting, 1 ready");
  await simulator.offerFile({ name: "a.txt", text: "x", from: "bob@example.test" });
  await line(watch, "lobby: bob@example.test offers a.txt");
  watch.child.kill("SIGINT");
  const { code, stderr } = await watch.ended;
  assert.deepEqual([code, stderr], [0, ""]);
});

test("preset-switcher keeps positions and moves the camera with the meetings", async (t) => {
  // Two modes, so that test and program do not take the connection from each other.
  const { simulator, room } = await simulated(t, { role: "user" });
  const file = join(await folder(t), "presets.json");
  const environment = { TRUEROOM_PORT: String(simulator.port), TRUEROOM_HOST: simulator.host };
  const run = (...args) =>
    start([join("examples", "preset-switcher.mjs"), ...args, "--file", file], environment);
  const position = async () => {
    const { pan, tilt, zoom } = await room.camera.getPtzControls();
    return [pan.currentValue, tilt.currentValue, zoom.currentValue];
  };
  await room.camera.setPanPos({ pos: 40 });
  await room.camera.setZoomPos({ pos: 70 });
  const saved = await run("save", "table").ended;
  assert.equal(saved.stdout, 'saved table: {"pan":40,"tilt":0,"zoom":70}\n', saved.stderr);
  await room.camera.setPtzDefaults();
  await run("save", "door").ended;
  const moved = await run("go", "table").ended;
  assert.deepEqual([moved.code, moved.stdout], [0, "camera at table\n"], moved.stderr);
  assert.deepEqual(await position(), [40, 0, 70]);
  const unknown = await run("go", "nowhere").ended;
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /has no preset nowhere/);

  const watch = run("watch", "table", "door");
  await line(watch, "camera at door");
  assert.deepEqual(await position(), [0, 0, 0]);
  await simulator.perform({ op: "call", from: "alice@example.test" });
  await room.call.accept();
  await line(watch, "camera at table");
  assert.deepEqual(await position(), [40, 0, 70]);
  watch.child.kill("SIGINT");
  const { code, stderr } = await watch.ended;
  assert.deepEqual([code, stderr], [0, ""]);
});

test("room-panel shows what the room is doing, in its window and on its page", async (t) => {
  const { simulator, room } = await simulated(t, { role: "user" });
  const environment = { TRUEROOM_PORT: String(simulator.port) };
  const args = [join("examples", "room-panel.mjs"), simulator.host, "--listen", "0"];
  const panel = start(args, environment);
  await line(panel, "Meeting room");
  const [, address] = panel.result.stdout.match(/panel at (http\S+)/);
  const page = await (await fetch(address)).text();
  assert.match(page, /EventSource/);
  const changes = await fetch(new URL("/changes", address));
  const texts = changes.body.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await texts.next()).value.slice("data: ".length));
  assert.equal(await next(), "Meeting room");

  await simulator.perform({ op: "call", from: "ann@example.test", name: "Ann" });
  await line(panel, "Meeting room, incoming call: Ann");
  assert.equal(await next(), "Meeting room, incoming call: Ann");
  await room.call.accept();
  await line(panel, "Meeting room, in a meeting of 2");
  await room.audio.setMicMute({ mute: true });
  await line(panel, "Meeting room, in a meeting of 2, microphone off");
  panel.child.kill("SIGINT");
  const { code, stderr } = await panel.ended;
  assert.deepEqual([code, stderr], [0, ""]);
});
