#!/usr/bin/env node
/** `npx trueroom`: a terminal's events as JSON lines, and the doctor. */

import { parseArgs } from "node:util";
import { doctor, notice } from "./doctor.js";
import type { EventName } from "./events.js";
import { connect, TrueroomError, version } from "./index.js";

const HELP = `Usage: trueroom watch [HOST] [EVENT ...] [options]
       trueroom doctor HOST [options]
       trueroom --version

watch prints a terminal's events, one JSON object a line, with secrets removed, until it is
interrupted.
doctor looks at a terminal without changing it, and prints how it differs from the protocol
catalogue.
HOST defaults to 127.0.0.1, EVENT to all events.

Options:
  --port N              port of the terminal's web server (default 80)
  --websocket-port N    port of the WebSocket; skips the look-up
  --http-port N         port of the HTTP server for files; skips the look-up
  --role admin|user     the mode of the connection
  --twin NAME           which copy of the application
  --takeover            watch: take the terminal back from other clients
  --tls                 use wss and https
  --ca-file FILE        PEM file of a certificate authority to trust
  --watch SECONDS       doctor: how long to listen to events after the queries (default 60)
  --no-downloads        doctor: do not ask the HTTP server for a received file
  --json                doctor: print the report as JSON
  --help                this text

The PIN, password or token is read from the environment variable TRUEROOM_PIN.
`;

const SECRET = /token|password|passwd|credential|secret|pin(list)?$|roomkey$/i;

const { values, positionals } = readArguments();
if (values.version) {
  console.log(version);
} else if (values.help) {
  process.stdout.write(HELP);
} else if (positionals[0] === "watch") {
  watch(positionals[1], positionals.slice(2)).catch(fail);
} else if (positionals[0] === "doctor" && positionals.length === 2) {
  examine(positionals[1]).catch(fail);
} else if (positionals[0] === "doctor") {
  misuse("doctor takes one host");
} else {
  misuse(positionals[0] === undefined ? "a command is missing" : `no command ${positionals[0]}`);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        "ca-file": { type: "string" },
        help: { type: "boolean", short: "h" },
        "http-port": { type: "string" },
        json: { type: "boolean" },
        "no-downloads": { type: "boolean" },
        port: { type: "string" },
        role: { type: "string" },
        takeover: { type: "boolean" },
        tls: { type: "boolean" },
        twin: { type: "string" },
        version: { type: "boolean", short: "V" },
        watch: { type: "string" },
        "websocket-port": { type: "string" },
      },
    });
  } catch (error) {
    return misuse(error instanceof Error ? error.message : String(error));
  }
}

async function watch(host: string | undefined, names: readonly string[]): Promise<void> {
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  process.once("SIGTERM", () => stop.abort());
  // `trueroom watch | head` ends the pipe: that is an orderly end.
  process.stdout.on("error", () => stop.abort());
  const room = await connect(host, {
    ...terminal(),
    takeover: values.takeover,
    signal: stop.signal,
  });
  try {
    const events = room.events(...(names as EventName[]), { signal: stop.signal });
    console.error(`connected to ${room.host}, API v.${room.apiVersion ?? "?"}`);
    for await (const event of events) {
      process.stdout.write(`${JSON.stringify(event, redact)}\n`);
    }
  } finally {
    await room.close();
  }
}

async function examine(host: string | undefined): Promise<void> {
  const watch = seconds("watch");
  const options = { ...terminal(), watch, downloads: !values["no-downloads"] };
  process.stderr.write(notice());
  const { report, text } = await doctor(host, options);
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : text);
}

/** How to reach the terminal. */
function terminal() {
  return {
    port: port("port"),
    websocketPort: port("websocket-port"),
    httpPort: port("http-port"),
    role: values.role as "admin" | "user" | undefined,
    twin: values.twin,
    tls: values.tls,
    caFile: values["ca-file"],
    pin: process.env.TRUEROOM_PIN || undefined,
  };
}

/** Hides what a field of this name may hold: a PIN, a password or a token. */
function redact(name: string, value: unknown): unknown {
  const hidden = SECRET.test(name) && value !== null && typeof value !== "boolean";
  return hidden ? "[redacted]" : value;
}

function port(name: "port" | "http-port" | "websocket-port"): number | undefined {
  const text = values[name];
  if (text === undefined) {
    return undefined;
  }
  return /^\d{1,5}$/.test(text) ? Number(text) : misuse(`--${name} needs a number, not ${text}`);
}

/** In milliseconds. */
function seconds(name: "watch"): number | undefined {
  const text = values[name];
  if (text === undefined) {
    return undefined;
  }
  return /^\d{1,8}(\.\d+)?$/.test(text)
    ? Number(text) * 1000
    : misuse(`--${name} needs a number of seconds, not ${text}`);
}

function fail(error: unknown): void {
  if (error instanceof Error && error.name === "AbortError") {
    return;
  }
  console.error(error instanceof TrueroomError ? `${error.name}: ${error.message}` : error);
  process.exitCode = 1;
}

function misuse(problem: string): never {
  console.error(`trueroom: ${problem}\n\n${HELP}`);
  process.exit(2);
}
