// Builds the package in place: `dist/` from `src-ts/`, and the native module for this platform.
//
//   node scripts/build.mjs [--profile dev|release]
//
// The native module is built by cargo, or copied from the path in TRUEROOM_NATIVE.

import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";

const root = join(import.meta.dirname, "..");
const require = createRequire(import.meta.url);
const { values } = parseArgs({ options: { profile: { type: "string", default: "dev" } } });

/** What `connect` does not need, by the module that has it. */
const LOADED_LATER = {
  "index.js": ["doctor", "fleet", "health", "results"],
  "room.js": ["expect", "health", "live"],
};

compileTypeScript();
for (const [file, modules] of Object.entries(LOADED_LATER)) {
  loadLater(join(root, "dist", file), modules);
}
installNative(process.env.TRUEROOM_NATIVE || buildNative(values.profile));

function compileTypeScript() {
  rmSync(join(root, "dist"), { recursive: true, force: true });
  run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc")], root);
  chmodSync(join(root, "dist", "cli.js"), 0o755);
}

/**
 * Has a compiled module load others when it first uses them, for which TypeScript has no words. The
 * uses stay as they are, since Node finds out from them what ESM may import.
 */
function loadLater(file, modules) {
  let text = readFileSync(file, "utf8");
  for (const name of modules) {
    const load = `require("./${name}.js")`;
    const variable = new RegExp(`(?:const|var) (\\w+) = require\\("./${name}.js"\\);`).exec(
      text,
    )?.[1];
    if (variable === undefined) {
      throw new Error(`${file} does not load ${name}`);
    }
    const used = new Set([...text.matchAll(`\\b${variable}\\.(\\w+)`)].map(([, what]) => what));
    const getters = [...used].map((what) => `get ${what}() { return ${load}.${what}; }`);
    text = text.replace(` = ${load};`, ` = { ${getters.join(", ")} };`);
  }
  writeFileSync(file, text);
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
