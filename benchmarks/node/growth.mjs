// What must not grow: the cost of a call or an event with the size of everything around it.
import { measure as measureCalls } from "./harness/calls.mjs";
import { connectMany } from "./harness/connects.mjs";
import { EVENT, measure as measureEvents } from "./harness/events.mjs";
import { Measurement } from "./harness/measurement.mjs";

const DEPTH = 64;

async function fillBook(client, count) {
  await client.command("setRequests", { count });
  await client.files.refresh();
  if (client.files.requests.length !== count) {
    throw new Error("the book does not have all requests");
  }
}

/** Calls, with so many file requests in the book. */
export async function book(connect, port, name, size, milliseconds) {
  const client = await connect(port);
  await fillBook(client, Number(size));
  await measureCalls(() => client.command("getAppState"), name, DEPTH, milliseconds);
  await client.close();
}

/** Events about one file request of so many. */
export async function progress(connect, port, name, size, milliseconds) {
  const client = await connect(port);
  await fillBook(client, Number(size));
  await measureEvents(client, name, "two", milliseconds);
  await client.close();
}

/** Calls on one of so many rooms. */
export async function rooms(connect, port, name, size, milliseconds) {
  const clients = await connectMany(connect, port, Number(size));
  await measureCalls(() => clients[0].command("getAppState"), name, DEPTH, milliseconds);
  await Promise.all(clients.map((client) => client.close()));
}

/** Events, beside so many handlers of other events. */
export async function others(connect, port, name, size, milliseconds) {
  const client = await connect(port);
  for (let i = 0; i < Number(size); i++) client.onEvent("appStateChanged", () => {});
  await measureEvents(client, name, "two", milliseconds);
  await client.close();
}

/** Calls while events come, beside so many handlers that never come to an end. */
export async function slow(connect, port, name, size, milliseconds) {
  const client = await connect(port);
  for (let i = 0; i < Number(size); i++) client.onEvent(EVENT, () => new Promise(() => {}));
  await besideEvents(client, name, milliseconds);
  await client.close();
}

/** The same, beside so many rooms that no longer answer and have calls in flight. */
export async function dead(connect, port, name, size, milliseconds) {
  const silent = await connectMany(connect, port, Number(size));
  const pending = [];
  for (const client of silent) {
    await client.command("fallSilent");
    for (let i = 0; i < 100; i++) pending.push(client.command("getAppState"));
  }
  const ended = Promise.allSettled(pending);
  const client = await connect(port);
  await besideEvents(client, name, milliseconds);
  await Promise.all([client, ...silent].map((client) => client.close()));
  await ended;
}

/** Calls one after the other, each followed by ten events for one quick handler. */
async function besideEvents(client, name, milliseconds) {
  client.onEvent(EVENT, () => {});
  const work = async (milliseconds) => {
    const times = [];
    const end = performance.now() + milliseconds;
    for (let sent = performance.now(); sent < end; ) {
      await client.command("emitProgress", { count: 10 });
      const now = performance.now();
      times.push(now - sent);
      sent = now;
    }
    return times;
  };
  await work(milliseconds / 4); // Warm.
  const measurement = new Measurement(name);
  const times = await work(milliseconds);
  measurement.end(times.length, times);
}
