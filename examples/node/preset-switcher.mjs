// Keeps positions of a room's camera under names, and moves it to one by itself when a meeting begins
// or ends.
//
//   node preset-switcher.mjs save NAME [HOST]              keeps where the camera looks now
//   node preset-switcher.mjs go NAME [HOST]                moves it there
//   node preset-switcher.mjs watch MEETING IDLE [HOST]     moves it to MEETING or IDLE, until Ctrl-C
//
// Options: --port N, --pin PIN, --file presets.json. Host, port and PIN may come from TRUEROOM_HOST,
// TRUEROOM_PORT and TRUEROOM_PIN.

import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { connect } from "trueroom";
import { AppState } from "trueroom/enums";

const AXES = ["pan", "tilt", "zoom"];
const { env } = process;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: "string", default: env.TRUEROOM_PORT },
    pin: { type: "string", default: env.TRUEROOM_PIN },
    file: { type: "string", default: "presets.json" },
  },
});
const [verb, ...rest] = positionals;
const names = rest.splice(0, verb === "watch" ? 2 : 1);

async function load() {
  try {
    return JSON.parse(await readFile(values.file, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") {
      return {};
    }
    throw error;
  }
}

async function save(room, name) {
  const controls = await room.camera.getPtzControls();
  const known = AXES.filter((axis) => controls[axis]?.support);
  const preset = Object.fromEntries(known.map((axis) => [axis, controls[axis].currentValue]));
  await writeFile(values.file, `${JSON.stringify({ ...(await load()), [name]: preset })}\n`);
  console.log(`saved ${name}: ${JSON.stringify(preset)}`);
}

async function go(room, name) {
  const preset = (await load())[name];
  if (preset === undefined) {
    throw new Error(`${values.file} has no preset ${name}`);
  }
  const { camera } = room;
  const move = { pan: camera.setPanPos, tilt: camera.setTiltPos, zoom: camera.setZoomPos };
  const moves = Object.entries(preset).map(([axis, pos]) => move[axis].call(camera, { pos }));
  await Promise.all(moves);
  console.log(`camera at ${name}`);
}

/** Whether the room is in a meeting at this state of its application. */
const meets = (state) => state === AppState.InConference;

async function watch(room, meeting, idle) {
  // Listens first, so that no change falls between the question and the events.
  const changes = room.events("appStateChanged");
  let met = meets((await room.app.getState()).appState);
  await go(room, met ? meeting : idle);
  for await (const { appState } of changes) {
    // The event tells of other changes too.
    if (meets(appState) !== met) {
      met = !met;
      await go(room, met ? meeting : idle);
    }
  }
}

const verbs = { save, go, watch };
if (verbs[verb] === undefined || names.length < (verb === "watch" ? 2 : 1)) {
  console.error("usage: preset-switcher.mjs save NAME | go NAME | watch MEETING IDLE [HOST]");
  process.exit(2);
}
const room = await connect(rest[0] ?? env.TRUEROOM_HOST, {
  port: values.port === undefined ? undefined : Number(values.port),
  pin: values.pin,
});
process.once("SIGINT", () => room.close());
try {
  await verbs[verb](room, ...names);
} finally {
  await room.close();
}
