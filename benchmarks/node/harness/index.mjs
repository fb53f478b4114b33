// What the Node clients of the benchmark share: the cases, and the line that each prints.
//
// A client is started as `CLIENT PORT CASE SECONDS` and prints one JSON object; benchmarks/README.md
// tells what is in it. A client is an object with `command(method, params)`, which returns a promise
// of the answer, `onEvent(name, handler)` and `close()`.
import * as calls from "./calls.mjs";
import * as events from "./events.mjs";

export { BURST } from "./events.mjs";

/** Runs the case that the command line names, with clients that `connect(port)` makes. */
export async function main(connect) {
  const [port, name, seconds] = process.argv.slice(2);
  const milliseconds = Number(seconds) * 1000;
  const [kind, size] = name.split("-");
  const client = await connect(Number(port));
  if (kind === "calls") {
    await calls.run(client, name, Number(size), milliseconds);
  } else if (kind === "events") {
    await events.run(client, name, size, milliseconds);
  } else {
    throw new Error(`no case ${name}`);
  }
  await client.close();
}
