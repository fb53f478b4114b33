// Floods of events cross in another way than single ones. Nobody must be able to tell.

import assert from "node:assert/strict";
import { test } from "node:test";
import { collect, script, simulated } from "./helpers.mjs";
import { generate, random } from "./messages.mjs";

const LIMIT = { timeout: 300_000 };
/** A seed takes a second here, and a few milliseconds in the simulation that the number is for. */
const SEEDS = Math.ceil(Number(process.env.TRUEROOM_SEEDS ?? 1500) / 500);

/**
 * Sends the messages, and gives the events that come of them; all wait before one is taken. For a
 * message that the core refuses there is an event "error".
 */
async function flood(simulator, room, texts) {
  const stream = room.events("probe", "error", { queueSize: texts.length + 1 });
  await send(simulator, room, texts);
  return collect(stream, (items) => items.length === texts.length);
}

async function send(simulator, room, texts) {
  for (const text of texts) {
    await simulator.perform({ op: "sendRaw", text });
  }
  // Answered after all of them.
  await room.command("getAppState");
}

function compare(events, texts) {
  events.forEach((event, index) => {
    same(event, JSON.parse(texts[index]), texts[index]);
  });
}

function same(actual, expected, text) {
  assert.deepStrictEqual(actual, expected, text);
  // The order of keys, which the above does not look at.
  assert.equal(JSON.stringify(actual), JSON.stringify(expected), text);
}

for (let seed = 1; seed <= SEEDS; seed += 1) {
  test(`events of a flood are what JSON.parse makes of them, seed ${seed}`, LIMIT, async (t) => {
    const { simulator, room } = await simulated(t);
    const messages = generate(random(seed), 600);
    const texts = messages.map(({ text }) => text);
    const events = await flood(simulator, room, texts);
    let refused = 0;
    events.forEach((event, index) => {
      if (event.event === "error") {
        assert.match(event.message, /could not be read/);
        refused += 1;
      } else {
        same(event, JSON.parse(messages[index].exact), texts[index]);
      }
    });
    assert.ok(refused < texts.length / 2, `${refused} were refused`);
  });
}

test("a handler gets the same in a flood", LIMIT, async (t) => {
  const { simulator, room } = await simulated(t);
  const texts = Array.from({ length: 600 }, (_, n) =>
    JSON.stringify({ method: "event", event: "probe", n, text: `${n % 7}`, list: [n], none: null }),
  );
  const seen = [];
  const sent = withResolvers();
  const done = withResolvers();
  room.on("probe", (event) => {
    seen.push(event);
    if (seen.length === texts.length) {
      done.resolve();
    }
    // All others wait meanwhile, and come at once then.
    return seen.length === 1 ? sent.promise : undefined;
  });
  await send(simulator, room, texts);
  sent.resolve();
  await done.promise;
  compare(seen, texts);
});

test("answers of a flood are those of single commands", LIMIT, async (t) => {
  const { simulator, room } = await simulated(t);
  for (let n = 0; n < 5; n += 1) {
    await simulator.offerFile({ name: `${n % 2 ? "Файл" : "file"} ${n}.txt`, text: "x".repeat(n) });
  }
  const methods = ["getIncomingFilesRequests", "getSystemInfo", "getAppState", "getSettings"];
  const ask = async (method) => {
    const { requestId, ...answer } = await room.command(method);
    assert.match(requestId, /^\d+$/);
    return answer;
  };
  const singles = new Map();
  for (const method of methods) {
    singles.set(method, await ask(method));
  }
  assert.equal(singles.get(methods[0]).incomingFilesRequests.length, 5);
  const asked = Array.from({ length: 400 }, (_, n) => methods[n % 3 ? 0 : n % methods.length]);
  const answers = await Promise.all(asked.map(ask));
  answers.forEach((answer, index) => {
    same(answer, singles.get(asked[index]), asked[index]);
  });
});

test("events that differ in a value or two from the one before", LIMIT, async (t) => {
  const { simulator, room } = await simulated(t);
  const next = random(3);
  const pick = (list) => list[Math.floor(next() * list.length)];
  // All of one length, so that everything else stays in its place.
  const values = ["true", "null", "1234", "5678", '"12"', '"ab"', '"\\n"', "[12]", "[[]]", "-1.5"];
  const keys = ["a", "b", "c", "d", "e"];
  const inside = ["1", "2", "3"];
  const fields = Object.fromEntries(keys.map((key) => [key, "1234"]));
  let [inner, items] = [inside[0], [inside[0], inside[1]]];
  const texts = Array.from({ length: 3000 }, () => {
    const what = next();
    if (what < 0.1) {
      inner = pick(inside);
    } else if (what < 0.2) {
      items = [pick(inside), pick(inside)];
    } else {
      fields[pick(keys)] = pick(next() < 0.8 ? values.slice(2, 6) : values);
    }
    const members = keys.map((key) => `"${key}":${fields[key]}`).join(",");
    const rows = items.map((item) => `{"x":${item},"y":"${item}"}`).join(",");
    return `{"method":"event","event":"probe",${members},"inner":{"z":${inner}},"rows":[${rows}]}`;
  });
  compare(await flood(simulator, room, texts), texts);
});

test("events of a flood share no objects", LIMIT, async (t) => {
  const { simulator, room } = await simulated(t);
  const text = '{"method":"event","event":"probe","list":[1],"inner":{"a":1},"text":"same"}';
  const events = await flood(simulator, room, Array(40).fill(text));
  for (const event of events) {
    event.list.push(2);
    event.inner.a = event.text;
    event.more = 1;
    delete event.text;
    assert.deepEqual(Object.keys(event), ["method", "event", "list", "inner", "more"]);
  }
  for (const event of events) {
    assert.deepEqual([event.list, event.inner], [[1, 2], { a: "same" }]);
  }
});

test("more forms than are remembered, and more keys than a form has", LIMIT, async (t) => {
  const { simulator, room } = await simulated(t);
  const head = '{"method":"event","event":"probe"';
  const texts = [];
  for (let form = 0; form < 300; form += 1) {
    for (let i = 0; i < 10; i += 1) {
      texts.push(`${head},"key${form}":${i}}`);
    }
  }
  const wide = Array.from({ length: 300 }, (_, i) => `,"key${i}":${i}`).join("");
  texts.push(...Array(20).fill(`${head}${wide}}`));
  const events = await flood(simulator, room, texts);
  compare(events, texts);
});

test("keys that look like two", LIMIT, async (t) => {
  const { simulator, room } = await simulated(t);
  const head = '{"method":"event","event":"probe"';
  const texts = Array.from({ length: 40 }, (_, n) =>
    n % 2 === 0 ? `${head},"x":${n},"y":2}` : `${head},"x,y":${n}}`,
  );
  const events = await flood(simulator, room, texts);
  compare(events, texts);
});

test("a policy against code from strings changes nothing", LIMIT, async () => {
  const text = `
    import { connect } from "trueroom";
    import { Simulator } from "trueroom/simulator";
    let refused = false;
    try { new Function(""); } catch { refused = true; }
    const simulator = await Simulator.start();
    const room = await connect(simulator.host, simulator.options);
    const stream = room.events("probe");
    for (let n = 0; n < 40; n += 1) await simulator.emit({ event: "probe", n });
    await room.command("getAppState");
    let sum = 0;
    for await (const { n } of stream) {
      sum += n;
      if (n === 39) break;
    }
    await room.close();
    await simulator.close();
    console.log(refused, sum);`;
  const { code, stdout, stderr } = await script(text, {}, [
    "--disallow-code-generation-from-strings",
  ]);
  assert.deepEqual([code, stdout, stderr], [0, "true 780\n", ""]);
});

function withResolvers() {
  const made = {};
  made.promise = new Promise((resolve) => {
    made.resolve = resolve;
  });
  return made;
}
