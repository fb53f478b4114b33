import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "trueroom";
import { AppState } from "trueroom/enums";
import { simulated } from "./helpers.mjs";

test("a snapshot of what is going on, and events when it changes", async (t) => {
  const { simulator, room } = await simulated(t, { live: true });
  await simulator.perform({ op: "waitFor", received: "getConferences" });
  await room.command("getServerDomain");
  const { live } = room;
  assert.equal(live.isComplete, true);
  assert.deepEqual(live.missing, []);
  assert.ok(live.comparedAgo >= 0 && live.comparedAgo < 60_000);
  assert.equal(live.appState, AppState.LoggedIn);
  assert.equal(live.user.peerId, "room@example.test");
  assert.equal(live.micMuted, false);
  assert.equal(live.conference, null);
  assert.deepEqual(live.participants, []);

  const where = (event) => event.changed.includes("ringing");
  const ringing = room.waitFor("live", { where });
  await simulator.perform({ op: "call", from: "ann@example.test" });
  await ringing;
  assert.equal(room.live.ringing.direction, "incoming");
  assert.equal(room.live.ringing.peerId, "ann@example.test");
  assert.equal(live.ringing, null, "a snapshot stays what it was");
});

test("without the option there is none", async (t) => {
  const { room } = await simulated(t);
  assert.throws(
    () => room.live,
    (error) => error instanceof UsageError && /live: true/.test(error),
  );
});
