// Builds the package in place: `dist/` from `src-ts/`, and the native module for this platform.
//
//   node scripts/build.mjs [--profile dev|release]
//
// The native module is built by cargo, or copied from the path in TRUEROOM_NATIVE.

import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, readdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bundle } from "./bundle.mjs";

const root = join(import.meta.dirname, "..");
const require = createRequire(import.meta.url);
const { values } = parseArgs({ options: { profile: { type: "string", default: "dev" } } });

compileTypeScript();
await bundle(root);
chmodSync(join(root, "dist", "cli.js"), 0o755);
installNative(process.env.TRUEROOM_NATIVE || buildNative(values.profile));

function compileTypeScript() {
  rmSync(join(root, "dist"), { recursive: true, force: true });
  run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc")], root);
}

function buildNative(profile) {
  const output = run(
    process.env.CARGO || "cargo",
    ["build", "--locked", "--package", "trueroom-node", "--profile", profile].concat(
      "--message-format=json-render-diagnostics",
    ),
    join(root, ".."),
    ["inherit", "pipe", "inherit"],
  );
  const artefacts = output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line))
    .filter(
      ({ reason, target }) => reason === "compiler-artifact" && target.name === "trueroom_node",
    );
  const library = artefacts
    .flatMap(({ filenames }) => filenames)
    .find((name) => /\.(so|dylib|dll)$/.test(name));
  if (library === undefined) {
    throw new Error("cargo built no trueroom_node");
  }
  return library;
}

function installNative(library) {
  const { currentTarget, targetName } = require(join(root, "dist", "loader.js"));
  const name = `trueroom.${targetName(currentTarget())}.node`;
  for (const old of readdirSync(root).filter((file) => /^trueroom\..*\.node/.test(file))) {
    rmSync(join(root, old));
  }
  // Renamed into place: a process that has the old one loaded keeps it.
  copyFileSync(library, join(root, `${name}.new`));
  renameSync(join(root, `${name}.new`), join(root, name));
  console.log(`${name} from ${library}`);
}

function run(program, args, cwd, stdio = "inherit") {
  const { status, stdout, error } = spawnSync(program, args, {
    cwd,
    stdio,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (error !== undefined) {
    throw error;
  }
  if (status !== 0) {
    process.exit(status ?? 1);
  }
  return stdout ?? "";
}
