// What the Node clients of the benchmark share: the cases, and the line that each prints.
//
// A client is started as `CLIENT PORT CASE SECONDS` and prints one JSON object; benchmarks/README.md
// tells what is in it. A client is an object with `command(method, params)`, which returns a promise
// of the answer, `onEvent(name, handler)` and `close()`.
import * as answers from "./answers.mjs";
import * as calls from "./calls.mjs";
import * as connects from "./connects.mjs";
import * as events from "./events.mjs";
import * as subscribers from "./subscribers.mjs";
import * as transfers from "./transfers.mjs";

export { BURST } from "./events.mjs";

/** Each runs with (connect, port, name, size, milliseconds); size is what follows the family. */
const CASES = {
  answers: answers.run,
  calls: calls.run,
  connect: connects.run,
  download: transfers.download,
  events: events.run,
  idle: connects.idle,
  subscribers: subscribers.run,
  upload: transfers.upload,
};

/**
 * Runs the case that the command line names, with clients that `connect(port)` makes; `more` are
 * cases that only this client has.
 */
export async function main(connect, more = {}) {
  const [port, name, seconds] = process.argv.slice(2);
  const [family, size] = name.split("-");
  const run = { ...CASES, ...more }[family];
  if (!run) throw new Error(`no case ${name}`);
  await run(connect, Number(port), name, size, Number(seconds) * 1000);
}
