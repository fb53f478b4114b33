import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { FileRequest, FileRequestError, RoomClosed, TransferError } from "trueroom";
import { collect, folder, simulated } from "./helpers.mjs";

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

test("an offered file: accept, follow, save, read", async (t) => {
  const { simulator, room } = await simulated(t);
  const inbox = await folder(t);
  const source = join(await folder(t), "source.bin");
  const bytes = randomBytes(1_000_000);
  await writeFile(source, bytes);
  const offered = new Promise((resolve) => {
    room.files.onRequest(resolve);
  });
  await simulator.offerFile({ name: "plan.bin", path: source, from: "alice@example.test" });
  const request = await offered;
  assert.ok(request instanceof FileRequest);
  assert.equal(request.status, "waiting");
  assert.equal(request.direction, "incoming");
  assert.equal(request.size, bytes.length);
  assert.equal(request.peerId, "alice@example.test");
  const percents = collect(request.progress(), () => false);
  await request.accept();
  assert.equal(await request.wait(), request);
  assert.equal(request.status, "processed");
  assert.equal(request.isFinished, true);
  const steps = await percents;
  assert.equal(steps.at(-1), 100);
  assert.deepEqual(
    steps,
    [...steps].sort((a, b) => a - b),
  );
  const progress = [];
  const path = await request.save(inbox, { onProgress: (...step) => progress.push(step) });
  assert.equal(dirname(path), inbox);
  assert.equal(sha256(await readFile(path)), sha256(bytes));
  assert.deepEqual(progress.at(-1), [bytes.length, bytes.length]);
  progress.length = 0;
  const content = await request.read({ onProgress: (...step) => progress.push(step) });
  assert.deepEqual(progress.at(-1), [bytes.length, bytes.length]);
  assert.ok(Buffer.isBuffer(content));
  assert.equal(sha256(content), sha256(bytes));
});

test("save keeps existing files, overwrites when told, and stays in its folder", async (t) => {
  const { simulator, room } = await simulated(t);
  const inbox = await folder(t);
  const offer = { name: "../../evil/..\\name.txt", text: "new" };
  const { id } = await simulator.offerFile(offer);
  const request = await known(room, id);
  await request.accept();
  const first = await request.save(pathToFileURL(inbox));
  const second = await request.save(inbox);
  const third = await request.save(inbox, { overwrite: true });
  assert.notEqual(first, second);
  assert.equal(first, third);
  for (const path of [first, second]) {
    assert.equal(dirname(path), inbox);
    assert.equal(await readFile(path, "utf8"), "new");
  }
  assert.equal((await readdir(inbox)).length, 2);
});

test("a request is answered once", async (t) => {
  const { simulator, room } = await simulated(t);
  const { id } = await simulator.offerFile({ text: "x" });
  const request = await known(room, id);
  await request.reject();
  assert.equal(request.status, "rejected");
  for (const answer of [() => request.accept(), () => request.reject()]) {
    await assert.rejects(answer, (error) => {
      assert.ok(error instanceof FileRequestError);
      assert.equal(error.id, id);
      return true;
    });
  }
});

test("each waiting request comes exactly once, also those from before", async (t) => {
  const { simulator, room } = await simulated(t);
  const names = ["a", "b", "c"];
  for (const name of names.slice(0, 2)) {
    const { id } = await simulator.offerFile({ name, text: name });
    await known(room, id);
  }
  const seen = [];
  let tell;
  const all = new Promise((resolve) => {
    tell = resolve;
  });
  const handler = (request) => {
    seen.push(request.fileName);
    if (seen.length === 3) {
      tell();
    }
  };
  const listener = room.files.onRequest(handler);
  await simulator.offerFile({ name: "c", text: "c" });
  await all;
  await room.files.refresh();
  listener.close();
  const others = [() => seen.push("another"), () => seen.push("all")];
  for (const other of others) {
    room.files.onRequest(other);
  }
  room.files.offRequest(others[0]);
  room.files.offRequest(handler);
  room.files.offRequest();
  const { id } = await simulator.offerFile({ name: "d", text: "d" });
  await known(room, id);
  assert.deepEqual(seen.sort(), names);
});

test("requests tell the newest state, also when the terminal forgot them", async (t) => {
  const { simulator, room } = await simulated(t);
  const { id } = await simulator.offerFile({ name: "x.txt", text: "hello" });
  const request = await known(room, id);
  assert.deepEqual(
    room.files.requests.map((each) => each.id),
    [id],
  );
  assert.equal(room.files.incoming.length, 1);
  assert.equal(room.files.outgoing.length, 0);
  assert.equal(room.files.get("unknown"), undefined);
  assert.equal(JSON.parse(JSON.stringify(request)).fileName, "x.txt");
  assert.match(inspect(request), /^FileRequest \{.*fileName: 'x.txt'/s);
  await simulator.perform({ op: "vanishRequest", id });
  await room.files.refresh();
  assert.equal(request.fileName, "x.txt");
  assert.equal(request.isFinished, true);
  await room.close();
  assert.equal(request.fileName, "x.txt");
  await assert.rejects(request.accept());
});

test("of many requests that are over the newest are known", async (t) => {
  const { simulator, room } = await simulated(t);
  const ids = [];
  while (ids.length < 600) {
    ids.push((await simulator.offerFile({ name: "a.txt", text: "x" })).id);
  }
  for (const id of ids) await simulator.perform({ op: "vanishRequest", id });
  // The first lists tell that they are over, the second that the terminal does not keep them.
  await room.files.refresh();
  const first = room.files.get(ids[0]);
  assert.equal(first.status, "rejected");
  await room.files.refresh();
  assert.deepEqual(
    ids.filter((id) => room.files.get(id) !== undefined),
    ids.slice(-256),
  );
  assert.equal(first.status, "rejected");
});

test("changes() gives a request whenever it changes", async (t) => {
  const { simulator, room } = await simulated(t);
  const changes = room.files.changes();
  const { id } = await simulator.offerFile({ name: "x.txt", text: "hello" });
  const { value } = await changes.next();
  assert.equal(value.id, id);
  await value.accept();
  const rest = await collect(changes, (items) => items.at(-1).isFinished);
  assert.ok(rest.every((request) => request.id === id));
  assert.equal(value.status, "processed");
});

test("sending: from a path, from bytes, a file that is there; taken and refused", async (t) => {
  const { simulator, room } = await simulated(t, {}, { autoTake: false });
  const path = join(await folder(t), "report.pdf");
  const bytes = randomBytes(300_000);
  await writeFile(path, bytes);
  const progress = [];
  const onProgress = (done, total) => progress.push([done, total]);
  const request = await room.files.send(path, { to: "bob@example.test", onProgress });
  assert.equal(request.direction, "outgoing");
  assert.equal(request.fileName, basename(path));
  assert.equal(progress.at(-1)[0], progress.at(-1)[1]);
  assert.ok(progress.at(-1)[0] >= bytes.length);
  await simulator.takeFile(request.id);
  await request.wait();
  assert.equal(request.status, "processed");
  const stored = await simulator.perform({ op: "readFile", fileId: request.fileId });
  assert.equal(sha256(Buffer.from(stored.base64, "base64")), sha256(bytes));

  const fileId = await room.files.upload(new Uint8Array([1, 2, 3]), { name: "bytes.bin" });
  assert.equal(typeof fileId, "number");
  const list = await room.files.fileList();
  assert.ok(list.some((file) => String(file.fileId) === String(fileId)));
  const second = await room.files.send({ fileId }, { to: "bob@example.test" });
  await simulator.refuseFile(second.id);
  await second.wait();
  assert.equal(second.isFinished, true);
  assert.notEqual(second.status, "processed");

  const third = await room.files.send(Buffer.from("text"), { to: "bob@example.test", name: "t" });
  assert.equal(third.fileName, "t");
  const history = await room.files.history();
  assert.deepEqual(
    history.map((each) => each.id),
    [request.id],
  );
  await room.files.delete({ fileId });
  await room.files.clearHistory({ deleteFiles: true });
  assert.deepEqual(await room.files.history(), []);
});

test("failures of transfers are TransferErrors", async (t) => {
  const { simulator, room } = await simulated(t);
  await assert.rejects(room.files.upload("/does/not/exist"), TransferError);
  const { id } = await simulator.offerFile({ name: "x", text: "hello" });
  const request = await known(room, id);
  await request.accept();
  await request.wait();
  await assert.rejects(request.save("/does/not/exist/x.txt"), TransferError);
  await assert.rejects(room.files.send(7, { to: "bob@example.test" }), { name: "UsageError" });
});

test("waiting and saving can be aborted; close ends them", async (t) => {
  const { simulator, room } = await simulated(t);
  const { id } = await simulator.offerFile({ name: "x", text: "hello" });
  const request = await known(room, id);
  const controller = new AbortController();
  const waiting = assert.rejects(request.wait({ signal: controller.signal }), {
    name: "AbortError",
  });
  controller.abort();
  await waiting;
  await assert.rejects(request.wait({ timeout: 5 }));
  const closing = assert.rejects(request.wait(), RoomClosed);
  await room.close();
  await closing;
});

test("availability is known and follows the terminal", async (t) => {
  const { simulator, room } = await simulated(t);
  assert.equal(room.files.availability, "available");
  const changed = room.expect("fileTransferAvailabilityChanged");
  await simulator.perform({ op: "setAvailability", availability: 0 });
  await changed.promise;
  assert.equal(room.files.availability, "forbidden_by_server");
});

test("terminals before 4.1 work the same", async (t) => {
  const { simulator, room } = await simulated(t, {}, { generation: "legacy" });
  const inbox = await folder(t);
  const offered = new Promise((resolve) => {
    room.files.onRequest(resolve);
  });
  await simulator.offerFile({ name: "old.txt", text: "hello" });
  const request = await offered;
  await request.accept();
  assert.equal(await readFile(await request.save(inbox), "utf8"), "hello");
});

/** The request, once the room has heard of it. */
async function known(room, id) {
  const changes = room.files.changes();
  for (;;) {
    const request = room.files.get(id);
    if (request !== undefined) {
      await changes.return();
      return request;
    }
    await changes.next();
  }
}
