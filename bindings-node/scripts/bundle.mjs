// Joins the compiled modules, since each file that is loaded takes a fifth of a millisecond.
//
// What `connect` needs becomes one file, `dist/core.js`. What it does not need stays a file of its
// own, and is loaded when it is first used.

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { rolldown } from "rolldown";

/** What programs, tests and `package.json` name. */
const ENTRIES = ["index", "simulator", "enums", "cli"];

/** What `connect` does not need, by the file whose modules use it. */
const LOADED_LATER = {
  "index.js": ["doctor", "fleet", "health", "results"],
  "core.js": ["expect", "health", "live", "loader"],
};

/** Of the areas, that of files is part of every room. */
const ALWAYS_LOADED = "generated/areas/files";

/** Writes all scripts of `dist/` anew, from `src-ts/`. */
export async function bundle(root) {
  const sources = join(root, "src-ts");
  const dist = join(root, "dist");
  const nameOf = (path) => {
    const file = relative(sources, path);
    return file.slice(0, file.lastIndexOf(".")).replaceAll(sep, "/");
  };
  const apart = new Set([
    ...Object.values(LOADED_LATER).flat(),
    "generated/enums",
    ...readdirSync(join(sources, "generated", "areas"))
      .map((file) => `generated/areas/${nameOf(join(sources, file))}`)
      .filter((name) => name !== ALWAYS_LOADED),
  ]);
  const entries = [...ENTRIES, ...apart];
  const build = await rolldown({
    input: Object.fromEntries(entries.map((name) => [name, join(sources, `${name}.ts`)])),
    platform: "node",
    tsconfig: join(root, "tsconfig.json"),
    treeshake: false,
    external: (id, importer) =>
      importer !== undefined &&
      (id.endsWith(".json") ||
        (id.startsWith(".") && apart.has(nameOf(resolve(dirname(importer), id))))),
  });
  for (const file of readdirSync(dist, { recursive: true })) {
    if (file.endsWith(".js")) {
      rmSync(join(dist, file));
    }
  }
  await build.write({
    dir: dist,
    format: "cjs",
    entryFileNames: "[name].js",
    chunkFileNames: "[name].js",
    codeSplitting: {
      groups: [{ name: "core", test: (id) => !entries.includes(nameOf(id)) }],
    },
    strict: true,
    generatedCode: { symbols: false },
  });
  await build.close();
  for (const [file, modules] of Object.entries(LOADED_LATER)) {
    loadLater(join(dist, file), modules);
  }
}

/**
 * Has a file load others when it first uses them. The uses stay as they are, since Node finds out
 * from them what ESM may import.
 */
function loadLater(file, modules) {
  let text = readFileSync(file, "utf8");
  for (const name of modules) {
    const load = `require("./${name}.js")`;
    const variable = new RegExp(`let (\\w+) = require\\("./${name}.js"\\);`).exec(text)?.[1];
    if (variable === undefined) {
      throw new Error(`${file} does not load ${name}`);
    }
    const used = new Set([...text.matchAll(`\\b${variable}\\.(\\w+)`)].map(([, what]) => what));
    const getters = [...used].map((what) => `get ${what}() { return ${load}.${what}; }`);
    text = text.replace(` = ${load};`, ` = { ${getters.join(", ")} };`);
  }
  writeFileSync(file, text);
}
