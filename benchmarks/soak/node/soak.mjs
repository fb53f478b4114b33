// A long mixed load with reconnects: `node --expose-gc soak.mjs SIMULATOR SECONDS`.
//
// It goes in laps. After each lap everything that the lap began has ended; then what the process holds
// is counted. The last line is a JSON object; exit status 0 means that nothing was left over.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { connect } from "trueroom";
import { Lap } from "./load.mjs";
import { sample, slope } from "./resources.mjs";
import { Terminal } from "./terminals.mjs";

/** Most seconds of load in a lap; in a short run there are to be `LAPS` laps all the same. */
const LAP = 3;
const LAPS = 8;

/** The share of the laps in which caches and pools may fill. */
const WARM = 0.3;

/**
 * How much larger the process may be at the end than the line through its samples was after the
 * warm-up. A leak of one small object in each call would be several times that in 30 minutes.
 */
const GROWTH_KB = 48 * 1024;

/** The same for the heap after a collection; V8 gives memory back to the system when it likes. */
const GROWTH_HEAP_KB = 2 * 1024;

/** Descriptors and threads that pools may have for a moment. */
const SLACK = 4;

const [program, seconds] = process.argv.slice(2);
const total = {};
const samples = [];
const problems = [];

async function main() {
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  const folder = await mkdtemp(join(tmpdir(), "soak-"));
  const terminals = await Promise.all([1, 2, 3].map(() => Terminal.start(program)));
  const [quiet, unquiet, third] = terminals;
  const steady = await connect("127.0.0.1", { port: quiet.port });
  for (let number = 1; elapsed() < Number(seconds) || number <= 5; number++) {
    const lap = new Lap(Math.min(LAP, Number(seconds) / LAPS), folder);
    // A new one in each lap: a room that is lost again and again waits longer and longer.
    const shaky = await connect("127.0.0.1", {
      port: unquiet.port,
      pingInterval: 300,
      pingTimeout: 1000,
      connectTimeout: 60_000,
    });
    await run(lap, steady, shaky, quiet, unquiet, third);
    check(number, lap.counts, steady, shaky);
    lap.count("reconnects", shaky.counters.reconnects);
    // Whether it is connected or waits to be.
    await shaky.close();
    for (const [name, count] of Object.entries(lap.counts))
      total[name] = (total[name] ?? 0) + count;
    samples.push(sample(elapsed()));
  }
  await steady.close();
  await Promise.all(terminals.map((terminal) => terminal.stop()));
  await rm(folder, { recursive: true });
  judge();
}

async function run(lap, steady, shaky, quiet, unquiet, third) {
  const listener = steady.files.onRequest(lap.keepFile);
  const readers = [lap.read(steady, "quick", 0, 100_000), lap.read(steady, "slow", 20, 16)];
  await Promise.all([
    ...Array.from({ length: 8 }, () => [lap.calls(steady), lap.calls(shaky)]).flat(),
    lap.cancelledCalls(steady, quiet),
    lap.emit(quiet),
    lap.churnSubscribers(steady),
    lap.receiveFiles(quiet),
    lap.sendFiles(steady),
    lap.churnRooms(() => connect("127.0.0.1", { port: third.port })),
    lap.disturb(unquiet),
  ]);
  await Promise.all(readers);
  const { counts } = lap;
  await until(() => (counts.saved ?? 0) + (counts.rejected ?? 0) === counts.offered);
  listener.close();
  await steady.files.clearHistory({ deleteFiles: true });
  // After a reconnect the room itself asks the terminal; events follow their answers.
  await until(() => steady.files.requests.length === 0);
  await until(() => steady.counters.pending + shaky.counters.pending === 0);
}

/** Waits, but not for ever: what is still not so is found by the check that follows. */
async function until(condition) {
  for (const end = performance.now() + 30_000; performance.now() < end && !condition(); ) {
    await setTimeout(5);
  }
}

function check(number, counts, steady, shaky) {
  const of = (name) => counts[name] ?? 0;
  const expect = (what, found, wanted) => {
    if (found !== wanted) problems.push(`lap ${number}: ${what}: ${found}, not ${wanted}`);
  };
  expect("calls settled", of("answered") + of("failed") + of("cancelled"), of("calls"));
  for (const name of ["quick", "slow"]) {
    const told = of(`${name} read`) + of(`${name} dropped`);
    expect(`events told to the ${name} reader`, told, of("emitted"));
  }
  expect("events lost by the quick reader", of("quick dropped"), 0);
  expect("pending calls, steady", steady.counters.pending, 0);
  expect("pending calls, shaky", shaky.counters.pending, 0);
  expect("reconnects of the steady room", steady.counters.reconnects, 0);
  expect("file requests in the book", steady.files.requests.length, 0);
}

/** Nothing may be left over that was not there after the warm-up. */
function judge() {
  const warm = Math.max(2, Math.round(samples.length * WARM));
  const [before, after] = [samples.slice(0, warm), samples.slice(warm)];
  if (after.length < 2) {
    problems.push(`${samples.length} laps are too few to tell`);
    return;
  }
  for (const [name, slack] of [
    ["resources", 0],
    ["threads", SLACK],
    ["descriptors", SLACK],
  ]) {
    const most = Math.max(...before.map((s) => s[name]));
    const last = Math.min(...after.slice(-3).map((s) => s[name]));
    if (last > most + slack)
      problems.push(`${name}: ${last} at the end, ${most} after the warm-up`);
  }
  const time = after.at(-1).seconds - after[0].seconds;
  for (const [name, bound] of [
    ["rss_kb", GROWTH_KB],
    ["heap_kb", GROWTH_HEAP_KB],
  ]) {
    const growth = slope(after.map((s) => [s.seconds, s[name]])) * time;
    total[`${name} grown`] = Math.round(growth);
    if (growth > bound) problems.push(`${name} grew by ${Math.round(growth)}, more than ${bound}`);
  }
}

await main();
console.log(
  JSON.stringify({
    laps: samples.length,
    count: total,
    first: samples[0],
    last: samples.at(-1),
    samples: samples.map((s) => [Math.round(s.seconds), s.rss_kb, s.heap_kb]),
    problems,
  }),
);
process.exitCode = problems.length > 0 ? 1 : 0;
