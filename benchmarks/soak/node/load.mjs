// The mixed load of one lap: everything that an application does, at once.
import { stat, unlink } from "node:fs/promises";
import { setImmediate, setTimeout } from "node:timers/promises";
import { TrueroomError } from "trueroom";

const EVENT = "soakTick";

const FAULTS = [
  { op: "dropConnection", how: "reset" },
  { op: "dropConnection", how: "fin" },
  { op: "dropConnection", how: "close", code: 1001 },
  { op: "halfOpen" },
  { op: "stall" },
  { op: "resume" },
  { op: "garbage", kind: "text" },
  { op: "duplicate", frames: 3 },
  { op: "restart" },
];

/** A lap and what was counted in it. */
export class Lap {
  constructor(seconds, folder) {
    this.end = performance.now() + seconds * 1000;
    this.folder = folder;
    this.counts = {};
    this.keepFile = this.keepFile.bind(this);
  }

  get isOver() {
    return performance.now() >= this.end;
  }

  count(name, much = 1) {
    this.counts[name] = (this.counts[name] ?? 0) + much;
  }

  /** Calls, of which some fail on a shaky room: each settles. */
  async calls(room) {
    while (!this.isOver) {
      this.count("calls");
      try {
        await room.command("getAppState");
        this.count("answered");
      } catch (error) {
        if (!(error instanceof TrueroomError)) throw error;
        this.count("failed");
        this.count(error.name);
        await setTimeout(10);
      }
      await setTimeout(1);
    }
  }

  async cancelledCalls(room, terminal) {
    while (!this.isOver) {
      await terminal.perform({ op: "delayAnswer", method: "getLogin", ms: 20 });
      this.count("calls");
      const controller = new AbortController();
      const call = room.command("getLogin", {}, { signal: controller.signal });
      const settled = call.catch(() => {});
      await setTimeout(Math.random() * 5);
      controller.abort();
      await settled;
      this.count("cancelled");
    }
    await terminal.perform({ op: "clearFaults" });
  }

  /** Events; the last one says so. */
  async emit(terminal) {
    const emit = async (last) => {
      const event = { event: EVENT, last, padding: "x".repeat(200) };
      await terminal.perform({ op: "emit", event });
      this.count("emitted");
    };
    while (!this.isOver) {
      for (let i = 0; i < 20; i++) await emit(false);
      await setTimeout(5);
    }
    await emit(true);
  }

  /** Reads events to the last: what came and what was dropped add up to what was emitted. */
  async read(room, name, pause, queueSize) {
    for await (const event of room.events(EVENT, { queueSize })) {
      if (event.event === "lagged") {
        this.count(`${name} dropped`, event.dropped);
        continue;
      }
      this.count(`${name} read`);
      if (event.last) return;
      if (pause && !this.isOver) await setTimeout(pause);
    }
  }

  async churnSubscribers(room) {
    while (!this.isOver) {
      for await (const _ of room.events(EVENT)) break;
      const handler = () => {};
      room.on(EVENT, handler);
      await setImmediate();
      room.off(EVENT, handler);
      this.count("subscribers", 2);
    }
  }

  /** Files are offered; the room's handler accepts, saves or rejects them. */
  async receiveFiles(terminal) {
    while (!this.isOver) {
      const text = "x".repeat(1 + Math.random() * 50_000);
      await terminal.perform({ op: "offerFile", name: "offered.txt", text });
      this.count("offered");
      await setTimeout(50);
    }
  }

  async keepFile(request) {
    if (Math.random() < 0.2) {
      await request.reject();
      this.count("rejected");
      return;
    }
    await request.accept();
    const path = await request.save(this.folder);
    if ((await stat(path)).size !== request.size) throw new Error(`${path} is not complete`);
    await unlink(path);
    this.count("saved");
  }

  async sendFiles(room) {
    while (!this.isOver) {
      const content = Buffer.alloc(1 + Math.random() * 50_000, "y");
      const sent = await room.files.send(content, { name: "sent.txt", to: "alice@example.test" });
      await sent.wait({ timeout: 60_000 });
      this.count("sent files");
      await setTimeout(50);
    }
  }

  async churnRooms(connect) {
    while (!this.isOver) {
      const room = await connect();
      room.on(EVENT, () => {});
      room.files.onRequest(() => {});
      await room.command("getAppState");
      await room.close();
      this.count("rooms");
    }
  }

  async disturb(terminal) {
    while (!this.isOver) {
      await setTimeout(20 + Math.random() * 280);
      await terminal.perform(FAULTS[Math.floor(Math.random() * FAULTS.length)]);
      this.count("faults");
    }
    await terminal.perform({ op: "resume" });
    await terminal.perform({ op: "clearWireFaults" });
  }
}
