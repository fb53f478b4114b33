// What the tests share: a simulator with a room, and scripts in processes of their own.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "trueroom";
import { Simulator } from "trueroom/simulator";

/** The folder that the package is installed in. */
export const app = join(import.meta.dirname, "..");

/** Longest time a script may take; a test that gets there has failed. */
const PATIENCE = 120_000;

/** A simulator that is stopped with the test. */
export async function simulate(t, options = {}) {
  const simulator = await Simulator.start(options);
  t.after(() => simulator.close());
  return simulator;
}

/** A simulator and a room connected to it. */
export async function simulated(t, options = {}, simulatorOptions = {}) {
  const simulator = await simulate(t, simulatorOptions);
  const room = await connect(simulator.host, { ...simulator.options, ...options });
  t.after(() => room.close());
  return { simulator, room };
}

/** Events as the bytes of a WebSocket, in base64: `sendRaw` writes them in one go. */
export function frames(events) {
  const frame = (event) => {
    const text = JSON.stringify({ method: "event", ...event });
    return Buffer.concat([Buffer.of(0x81, text.length), Buffer.from(text)]);
  };
  return Buffer.concat(events.map(frame)).toString("base64");
}

/** An empty folder that goes with the test. */
export async function folder(t) {
  const path = await mkdtemp(join(tmpdir(), "trueroom-test-"));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Starts a script as a process of its own. `args` are those of node. */
export function start(args, env = {}, patience = PATIENCE) {
  const child = spawn(process.execPath, args, {
    cwd: app,
    env: { ...process.env, NODE_OPTIONS: "", NODE_V8_COVERAGE: "", ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const result = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) {
    child[name].setEncoding("utf8").on("data", (text) => {
      result[name] += text;
    });
  }
  const timer = setTimeout(() => child.kill("SIGKILL"), patience);
  const ended = once(child, "close").then(([code, signal]) => {
    clearTimeout(timer);
    return { ...result, code, signal };
  });
  return { child, ended, result };
}

/** Waits for a line of a process that is running. */
export async function line(process, expected) {
  while (!process.result.stdout.split("\n").includes(expected)) {
    const over = await Promise.race([once(process.child.stdout, "data"), process.ended]);
    if (over.code !== undefined) {
      throw new Error(`ended with ${over.code ?? over.signal}: ${over.stdout}${over.stderr}`);
    }
  }
}

/** Runs a module's text to its end; `flags` are those of node. */
export function script(text, env, flags = []) {
  return start([...flags, "--input-type=module", "--eval", text], env).ended;
}

/** Environment by which a script finds the simulator. */
export function where(simulator) {
  return { TEST_PORT: String(simulator.port) };
}

/** The first lines of most scripts. */
export const CONNECT = `
import { connect } from "trueroom";
const room = await connect("127.0.0.1", { port: Number(process.env.TEST_PORT) });
`;

/** Collects what a stream gives until `enough` says so. */
export async function collect(stream, enough) {
  const items = [];
  for await (const item of stream) {
    items.push(item);
    if (enough(items)) {
      break;
    }
  }
  return items;
}
