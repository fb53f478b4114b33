// Plays one conformance scenario, step by step. protocol/scenarios/README.md has the format.

import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { connect } from "trueroom";
import { Simulator } from "trueroom/simulator";
import { content, operate } from "./operations.mjs";
import { fill, fits, match, shown } from "./patterns.mjs";

/** The longest time of a step, in milliseconds. */
const PATIENCE = 60_000;

const FIELDS = [
  ..."message tried method requestId text reply timeout outcomeUnknown accepted".split(" "),
  ..."cause event reason id file".split(" "),
];

/** Plays all steps; an error names the step, what was expected and what came. */
export async function play(scenario) {
  const simulator = await Simulator.start(scenario.simulator);
  const folder = await mkdtemp(join(tmpdir(), "trueroom-scenario-"));
  const player = new Player(simulator, folder);
  try {
    for (const [number, step] of scenario.steps.entries()) {
      try {
        await limited(player.step(step), `not over after ${PATIENCE} ms`);
      } catch (error) {
        error.message = `step ${number}: ${error.message}`;
        throw error;
      }
    }
  } finally {
    await player.close();
    await simulator.close();
    const left = (await readdir(folder, { recursive: true })).filter((n) => n.endsWith(".part"));
    await rm(folder, { recursive: true, force: true });
    player.halfWritten = left;
  }
  if (player.halfWritten.length > 0) {
    throw new Error(`at the end, half-written files are left: ${player.halfWritten}`);
  }
}

class Player {
  #simulator;
  #folder;
  #variables;
  #rooms = new Map();
  #streams = new Map();
  #begun = new Map();

  constructor(simulator, folder) {
    this.#simulator = simulator;
    this.#folder = folder;
    const { port, websocketPort, httpPort } = simulator.info;
    this.#variables = { folder, port, websocketPort, httpPort };
  }

  async close() {
    await Promise.all([...this.#rooms.values()].map((room) => room.close()));
  }

  async step(step) {
    if (step.start !== undefined) {
      const controller = new AbortController();
      const outcome = this.#outcome(step, controller.signal);
      this.#begun.set(step.start, { controller, outcome });
      return;
    }
    if (step.cancel !== undefined) {
      const { controller, outcome } = this.#begun.get(step.cancel);
      controller.abort();
      await outcome;
      return;
    }
    const outcome = await this.#outcome(step);
    const expected = step.status ?? step.files ?? step.live ?? step.expect;
    if (step.error !== undefined) {
      if (outcome.error === undefined) {
        throw new Error(`expected the error ${shown(step.error)}, got ${shown(outcome.value)}`);
      }
      this.#match(step.error, errorFields(outcome.error, outcome.signal));
    } else if (outcome.error !== undefined) {
      throw new Error(`failed: ${shown(errorFields(outcome.error))}`, { cause: outcome.error });
    } else if (expected !== undefined) {
      this.#match(expected, outcome.value);
    }
  }

  #match(pattern, value) {
    try {
      match(pattern, value, this.#variables);
    } catch (error) {
      error.message += `\n    in ${shown(value)}`;
      throw error;
    }
  }

  /** What a step comes to: `{ value }` or `{ error }`. Never rejects. */
  #outcome(step, signal) {
    if (step.finish !== undefined) {
      return this.#begun.get(step.finish).outcome;
    }
    // Without an `await` before: the command must be sent when this returns.
    return this.#run(step, signal).then(
      (value) => ({ value: value ?? null }),
      (error) => ({ error, signal }),
    );
  }

  async #run(step, signal) {
    if (step.terminal !== undefined) {
      return this.#simulator.perform(this.#fill(step.terminal));
    }
    if (step.connect !== undefined) {
      return this.#connect(step, signal);
    }
    if (step.write !== undefined) {
      return writeFile(this.#fill(step.write), content(this.#fill(step.content ?? { size: 0 })));
    }
    if (step.folder !== undefined) {
      const names = await readdir(this.#fill(step.folder)).catch(() => []);
      return names.sort();
    }
    if (step.next !== undefined) {
      return this.#next(step);
    }
    const room = this.#rooms.get(step.close ?? step.room ?? "room");
    if (room === undefined) {
      throw new Error("there is no such room");
    }
    if (step.call !== undefined) {
      const params = this.#fill(step.params ?? {});
      return room.command(step.call, params, { timeout: step.timeout, signal });
    }
    if (step.flow !== undefined) {
      const params = this.#fill(step.params ?? {});
      return room.flows[step.flow](params, { timeout: step.timeout, signal });
    }
    if (step.do !== undefined) {
      return operate(room, this.#fill(step.do), this.#folder, signal);
    }
    if (step.wait !== undefined) {
      return step.wait === "ready" ? room.waitReady({ signal }) : orAborted(room.closed, signal);
    }
    if (step.subscribe !== undefined) {
      this.#streams.set(step.as, new Reader(subscribe(room, step.subscribe)));
      return null;
    }
    if (step.nothing !== undefined) {
      await room.command("getServerDomain");
      return this.#streams.get(step.nothing).nothing();
    }
    if (step.file !== undefined) {
      return room.files.get(this.#fill(step.file))?.toJSON();
    }
    if (step.files !== undefined) {
      return room.files.requests.map((request) => request.toJSON());
    }
    if (step.live !== undefined) {
      return room.live;
    }
    if (step.status !== undefined) {
      return statusOf(room);
    }
    if (step.close !== undefined) {
      return room.close();
    }
    throw new Error(`no verb in ${shown(step)}`);
  }

  async #connect(step, signal) {
    const { host: ownHost, options: own } = this.#simulator;
    const limits = { connectTimeout: PATIENCE, commandTimeout: PATIENCE };
    const given = { host: ownHost, ...own, ...limits, ...this.#fill(step.connect), signal };
    const set = Object.entries(given).filter(([, value]) => value !== null);
    const { host, ...options } = Object.fromEntries(set);
    const room = await connect(host, options);
    this.#rooms.set(step.room ?? "room", room);
    return statusOf(room);
  }

  async #next({ next, until }) {
    const reader = this.#streams.get(next);
    const passed = [];
    for (;;) {
      const item = await limited(reader.take(), () => `nothing came after ${shown(passed)}`);
      if (until === undefined || fits(until, item, { ...this.#variables })) {
        if (until !== undefined) {
          this.#match(until, item);
        }
        return item;
      }
      passed.push(item);
    }
  }

  #fill(value) {
    return fill(value, this.#variables);
  }
}

/** Reads a stream only when it is asked to; keeps a step that was begun for the next time. */
class Reader {
  #stream;
  #step;

  constructor(stream) {
    this.#stream = stream;
  }

  async take() {
    this.#step ??= this.#stream.next();
    const { value, done } = await this.#step;
    this.#step = undefined;
    if (done) {
      throw new Error("the stream has ended");
    }
    return value?.toJSON?.() ?? value;
  }

  async nothing() {
    this.#step ??= this.#stream.next();
    const nothing = Symbol("nothing");
    // Some turns of the loop: what has come would be here by then.
    const turns = turn()
      .then(turn)
      .then(turn, turn)
      .then(() => nothing);
    const first = await Promise.race([this.#step, turns]);
    if (first !== nothing) {
      throw new Error(`expected nothing, got ${shown(first)}`);
    }
  }
}

function subscribe(room, { events, files }) {
  if (events !== undefined) {
    return room.events(...[events].flat());
  }
  return files === "changes" ? room.files.changes() : requestsOf(room);
}

/** `onRequest` as a stream. */
function requestsOf(room) {
  const items = [];
  const waiters = [];
  room.files.onRequest((request) => {
    const value = request.toJSON();
    const waiter = waiters.shift();
    if (waiter === undefined) {
      items.push(value);
    } else {
      waiter({ value, done: false });
    }
  });
  return {
    next: () =>
      new Promise((resolve) => {
        if (items.length > 0) {
          resolve({ value: items.shift(), done: false });
        } else {
          waiters.push(resolve);
        }
      }),
  };
}

function statusOf(room) {
  return { ...room.status, availability: room.files.availability, counters: room.counters };
}

function errorFields(error, signal) {
  if (signal?.aborted && error === signal.reason) {
    return { kind: "Cancelled", message: error.message };
  }
  const fields = { kind: error.name, code: error.resultCode };
  for (const name of FIELDS) {
    fields[name] = error[name];
  }
  return JSON.parse(JSON.stringify(fields));
}

function orAborted(promise, signal) {
  if (signal === undefined) {
    return promise;
  }
  const aborted = new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return Promise.race([promise, aborted]);
}

function limited(promise, problem) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(typeof problem === "function" ? problem() : problem));
    }, PATIENCE);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
