// Plays the conformance scenarios, the same in every language. SCENARIO=part-of-a-name plays some.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { app } from "./helpers.mjs";
import { play } from "./scenarios/player.mjs";

const folder = join(app, "scenarios");
const wanted = process.env.SCENARIO ?? "";

test("the conformance scenarios", { concurrency: 4 }, async (t) => {
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  const playing = files
    .filter((name) => name.includes(wanted))
    .map((name) => {
      const scenario = JSON.parse(readFileSync(join(folder, name), "utf8"));
      return t.test(`${name}: ${scenario.about}`, () => play(scenario));
    });
  await Promise.all(playing);
});
