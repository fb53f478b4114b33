import assert from "node:assert/strict";
import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { app, folder } from "./helpers.mjs";

const require = createRequire(import.meta.url);
const installed = join(app, "node_modules", "trueroom");
const LOADER = join(installed, "dist", "loader.js");

const { currentTarget, loadNative, targetName } = require(LOADER);

function problem(root, target) {
  try {
    loadNative(root, target);
  } catch (error) {
    assert.equal(error.code, "ERR_TRUEROOM_NATIVE");
    return error.message;
  }
  throw new Error("it was loaded");
}

test("a module that is missing is explained, with one command", async (t) => {
  const message = problem(await folder(t));
  const { platform, arch, libc } = currentTarget();
  assert.ok(message.includes(`platform: ${platform}, arch: ${arch}, libc: ${libc ?? "none"}`));
  assert.ok(message.includes(`trueroom.${targetName(currentTarget())}.node: is not there`));
  assert.ok(message.includes(`package @trueroom/${targetName(currentTarget())}: is not installed`));
  assert.equal(message.match(/Run: /g).length, 1);
});

test("a module that cannot be loaded tells what the system says", async (t) => {
  const root = await folder(t);
  await writeFile(join(root, `trueroom.${targetName(currentTarget())}.node`), "no library");
  const message = problem(root);
  assert.match(message, /cannot be loaded: /);
  assert.match(message, /damaged or was built for another system\. Run: /);
});

test("a platform that nothing is built for is named", async (t) => {
  const message = problem(await folder(t), { platform: "sunos", arch: "x64", libc: null });
  assert.match(message, /platform: sunos, arch: x64, libc: none/);
  assert.match(message, /is built for linux-x64-gnu, /);
});

test("the package of the platform is used when the file is not there", async (t) => {
  const root = await folder(t);
  const name = targetName(currentTarget());
  const inner = join(root, "node_modules", "trueroom");
  await cp(join(installed, "dist"), join(inner, "dist"), { recursive: true });
  await cp(join(installed, "package.json"), join(inner, "package.json"));
  const platform = join(root, "node_modules", "@trueroom", name);
  await mkdir(platform, { recursive: true });
  const file = (await readdir(installed)).find((each) => each.endsWith(".node"));
  await cp(join(installed, file), join(platform, "index.node"));
  await writeFile(join(platform, "package.json"), '{ "main": "index.node" }');
  const native = require(join(inner, "dist", "loader.js")).loadNative(inner);
  assert.equal(typeof native.version(), "string");
  await rm(platform, { recursive: true, force: true });
});
