// A long mixed load with reconnects:
// `node --expose-gc --max-semi-space-size=1 soak.mjs SIMULATOR SECONDS`.
//
// V8 makes its room for new objects larger and smaller by tens of megabytes, as the load and the
// machine's other programs have it, and keeps it when it is empty. With one megabyte of it nothing
// of that hides what stays.
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
 * warm-up. A leak of one small object in each call would be many times that in 30 minutes.
 */
const GROWTH_KB = 16 * 1024;

/** The same in a run of fewer seconds than that, which is all warm-up. */
const SHORT = 120;
const GROWTH_SHORT_KB = 16 * 1024;

/** The same for what is in the heap after a collection. */
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
    await run(number, lap, steady, shaky, quiet, unquiet, third);
    check(number, lap.counts, steady);
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

async function run(number, lap, steady, shaky, quiet, unquiet, third) {
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
  const answered = () => (counts.saved ?? 0) + (counts.rejected ?? 0);
  await comes(number, "an answer to each offer", () => answered() === counts.offered);
  listener.close();
  await steady.files.clearHistory({ deleteFiles: true });
  await comes(number, "an empty book", () => steady.files.requests.length === 0);
  await comes(number, "rest, steady", () => steady.counters.pending === 0);
  await comes(number, "rest, shaky", () => shaky.counters.pending === 0);
}

/**
 * Waits for something that has to be so at one moment, not from then on: a room asks its terminal
 * by itself after a reconnect, after an odd event and every minute, so that a second look may find
 * such a question under way.
 */
async function comes(number, what, condition) {
  const end = performance.now() + 60_000;
  while (!condition()) {
    if (performance.now() > end) {
      problems.push(`lap ${number}: ${what} never came`);
      return;
    }
    await setTimeout(5);
  }
}

function check(number, counts, steady) {
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
  expect("reconnects of the steady room", steady.counters.reconnects, 0);
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
    ["rss_kb", after.at(-1).seconds > SHORT ? GROWTH_KB : GROWTH_SHORT_KB],
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
