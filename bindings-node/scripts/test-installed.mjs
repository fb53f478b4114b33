// Tests the package as users get it: packed, installed into an empty folder, and loaded from there.
//
//   node scripts/test-installed.mjs [NAME ...]     runs test/NAME.test.* only
//
// TRUEROOM_KEEP=1 leaves the folder in place and prints its path.

import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "..");
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

/** What tests and examples need besides the package itself; from the lock file's installation. */
const TOOLS = ["typescript", "@types/node", "@types/cli-progress", "cli-progress", "ws"];

if (!existsSync(join(root, "dist", "index.js"))) {
  run(process.execPath, [join(root, "scripts", "build.mjs")], root);
}
const folder = mkdtempSync(join(tmpdir(), "trueroom-node-"));
let status = 1;
try {
  const app = install();
  const chosen = process.argv.slice(2);
  const files = readdirSync(join(app, "test"))
    .filter((name) => /\.test\.(mjs|cjs)$/.test(name))
    .filter((name) => chosen.length === 0 || chosen.includes(name.split(".", 1)[0]))
    .map((name) => join("test", name));
  status =
    spawnSync(
      process.execPath,
      ["--test", "--test-reporter=spec", "--test-timeout=900000", ...files],
      {
        cwd: app,
        stdio: "inherit",
      },
    ).status ?? 1;
} finally {
  if (process.env.TRUEROOM_KEEP) {
    console.log(folder);
  } else {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
process.exitCode = status;

/** @returns the folder with the installed package and the tests */
function install() {
  const packed = run(npm, ["pack", "--json", "--pack-destination", folder], root, "pipe");
  const [{ filename }] = Object.values(JSON.parse(packed));
  const app = join(folder, "app");
  mkdirSync(app);
  writeFileSync(join(app, "package.json"), '{ "private": true }\n');
  const quiet = ["--offline", "--no-audit", "--no-fund", "--loglevel=error"];
  run(npm, ["install", ...quiet, join(folder, filename)], app);
  cpSync(join(root, "test"), join(app, "test"), { recursive: true });
  cpSync(join(root, "..", "examples", "node"), join(app, "examples"), { recursive: true });
  const migrating = join("examples", "migrating", "ws");
  cpSync(join(root, "..", migrating), join(app, migrating), { recursive: true });
  cpSync(join(root, "..", "protocol", "scenarios"), join(app, "scenarios"), { recursive: true });
  for (const name of ["commands.json", "enums.json", "events.json", "types.json"]) {
    cpSync(join(root, "..", "protocol", name), join(app, "protocol", name));
  }
  cpSync(join(root, "..", "protocol", "tour"), join(app, "protocol", "tour"), { recursive: true });
  for (const tool of TOOLS) {
    const link = join(app, "node_modules", tool);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, "node_modules", tool), link, "junction");
  }
  return app;
}

function run(program, args, cwd, stdout = "inherit") {
  const result = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32",
    stdio: ["ignore", stdout, "inherit"],
  });
  if (result.error !== undefined) {
    throw result.error;
  }
  if (result.status !== 0) {
    throw new Error(`${program} ${args[0]} ended with ${result.status ?? result.signal}`);
  }
  return result.stdout;
}
