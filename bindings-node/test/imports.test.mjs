import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import * as esm from "trueroom";
import { AuthError, connect, FileRequest, Room, version } from "trueroom";
import * as esmSimulator from "trueroom/simulator";
import { app, script } from "./helpers.mjs";

const require = createRequire(import.meta.url);
const installed = join(app, "node_modules", "trueroom");

test("import and require give the same objects", () => {
  const cjs = require("trueroom");
  assert.deepEqual(Object.keys(esm).sort(), Object.keys(cjs).sort());
  for (const name of Object.keys(esm)) {
    assert.equal(esm[name], cjs[name], name);
  }
  assert.equal(cjs.AuthError, AuthError);
  assert.deepEqual([typeof connect, typeof Room, typeof FileRequest], Array(3).fill("function"));
  const simulator = require("trueroom/simulator");
  assert.deepEqual(Object.keys(esmSimulator), Object.keys(simulator));
  assert.equal(esmSimulator.Simulator, simulator.Simulator);
});

test("what connect does not need is loaded when it is first used", async () => {
  const { code, stdout, stderr } = await script(`
    import { createRequire } from "node:module";
    import { basename, join } from "node:path";
    const require = createRequire(join(process.cwd(), "here.js"));
    const later = ["doctor", "expect", "fleet", "health", "live", "results"];
    const loaded = () => {
      const names = Object.keys(require.cache).map((file) => basename(file, ".js"));
      return later.filter((name) => names.includes(name)).join();
    };
    const trueroom = require("trueroom");
    await trueroom.connect("127.0.0.1", { port: 1, reconnect: false }).catch(() => {});
    console.log(loaded());
    console.log(typeof trueroom.doctor, loaded());
    console.log(typeof new trueroom.Fleet().health(), loaded());`);
  const expected = "\nfunction doctor\nobject doctor,fleet,health,results\n";
  assert.deepEqual([code, stdout, stderr], [0, expected, ""]);
});

test("inner files are private; package.json is not", () => {
  assert.equal(require("trueroom/package.json").version, version);
  assert.throws(() => require("trueroom/dist/bridge.js"), {
    code: "ERR_PACKAGE_PATH_NOT_EXPORTED",
  });
});

test("the package has what it needs and nothing else, and runs nothing when installed", () => {
  const manifest = require("trueroom/package.json");
  for (const name of ["preinstall", "install", "postinstall", "prepare"]) {
    assert.equal(manifest.scripts[name], undefined);
  }
  assert.equal(manifest.dependencies, undefined);
  assert.equal(manifest.engines.node, ">=20");
  const files = readdirSync(installed).filter((name) => !/^trueroom\..*\.node$/.test(name));
  const expected = ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "dist", "package.json"];
  assert.deepEqual(files.sort(), expected);
  for (const { types, default: main } of Object.values(manifest.exports).flatMap(Object.values)) {
    if (types !== undefined) {
      assert.ok(existsSync(join(installed, types)), types);
      assert.ok(existsSync(join(installed, main)), main);
    }
  }
  const sources = readdirSync(join(installed, "dist"), { recursive: true });
  assert.ok(sources.every((name) => !/\.m?ts$/.test(name) || /\.d\.m?ts$/.test(name)));
  assert.ok(!readFileSync(join(installed, "dist", "index.d.ts"), "utf8").includes("src-ts"));
});

test("nothing is written and nothing printed when it is loaded", async () => {
  const before = readdirSync(app);
  const { code, stdout, stderr } = await script('await import("trueroom");');
  assert.deepEqual([code, stdout, stderr], [0, "", ""]);
  assert.deepEqual(readdirSync(app), before);
});
