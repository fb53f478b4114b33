/**
 * Finds and loads the native module, and says in plain words what is missing if it cannot.
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Native } from "./native.js";

/** What the native module has to fit. */
export interface Target {
  readonly platform: string;
  readonly arch: string;
  /** `gnu` or `musl` on Linux, else null. */
  readonly libc: "gnu" | "musl" | null;
}

/** Platforms a module is built for; the error message lists them. */
const BUILT_FOR = [
  "linux-x64-gnu",
  "linux-x64-musl",
  "linux-arm64-gnu",
  "linux-arm64-musl",
  "linux-arm-gnu",
  "darwin-x64",
  "darwin-arm64",
  "win32-x64",
  "win32-arm64",
];

/** The machine this process runs on. */
export function currentTarget(): Target {
  const { platform, arch } = process;
  return { platform, arch, libc: platform === "linux" ? linuxLibc() : null };
}

function linuxLibc(): "gnu" | "musl" {
  try {
    // `ldd` is a script in glibc and names itself in musl: far cheaper than a process report.
    return readFileSync("/usr/bin/ldd", "latin1").includes("musl") ? "musl" : "gnu";
  } catch {
    const report = process.report?.getReport() as
      | { header?: { glibcVersionRuntime?: string } }
      | undefined;
    return report?.header?.glibcVersionRuntime === undefined ? "musl" : "gnu";
  }
}

/** The target as it stands in file and package names, such as `linux-x64-gnu`. */
export function targetName(target: Target): string {
  const name = `${target.platform}-${target.arch}`;
  return target.libc === null ? name : `${name}-${target.libc}`;
}

interface Attempt {
  readonly what: string;
  readonly problem: string;
}

/**
 * Loads the module from the package's own folder or from the package of its platform.
 *
 * @param root - the folder that has `package.json`
 * @throws an `Error` with code `ERR_TRUEROOM_NATIVE` that says what was looked for and what to do
 */
export function loadNative(root: string, target: Target = currentTarget()): Native {
  const name = targetName(target);
  const attempts: Attempt[] = [];
  const errors: unknown[] = [];

  const file = join(root, `trueroom.${name}.node`);
  if (existsSync(file)) {
    try {
      return require(file) as Native;
    } catch (error) {
      errors.push(error);
      attempts.push({ what: file, problem: `cannot be loaded: ${messageOf(error)}` });
    }
  } else {
    attempts.push({ what: file, problem: "is not there" });
  }

  const platformPackage = `@trueroom/${name}`;
  try {
    return require(platformPackage) as Native;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND";
    if (!missing) {
      errors.push(error);
    }
    attempts.push({
      what: `package ${platformPackage}`,
      problem: missing ? "is not installed" : `cannot be loaded: ${messageOf(error)}`,
    });
  }

  const error = new Error(explain(target, attempts), { cause: errors[0] });
  throw Object.assign(error, { code: "ERR_TRUEROOM_NATIVE" });
}

function explain(target: Target, attempts: readonly Attempt[]): string {
  const name = targetName(target);
  const supported = BUILT_FOR.includes(name);
  const broken = attempts.find((attempt) => attempt.problem.startsWith("cannot be loaded"));
  let advice: string;
  if (!supported) {
    advice = `trueroom is built for ${BUILT_FOR.join(", ")}. Build it from source for yours.`;
  } else if (broken !== undefined) {
    advice = brokenAdvice(target, broken.problem);
  } else {
    advice =
      "It was left out of the installation: optional packages were switched off, or the lock " +
      "file or node_modules comes from another platform. Run: npm install --include=optional";
  }
  return [
    "trueroom cannot load its native module.",
    `  platform: ${target.platform}, arch: ${target.arch}, libc: ${target.libc ?? "none"}, ` +
      `Node.js: ${process.version}`,
    ...attempts.map((attempt) => `  ${attempt.what}: ${attempt.problem}`),
    advice,
  ].join("\n");
}

function brokenAdvice(target: Target, problem: string): string {
  if (/GLIBC_\d/.test(problem)) {
    return "The C library of this system is older than the module needs. Use a newer system.";
  }
  if (/ld-linux|ld-musl|libc\.musl/.test(problem)) {
    return (
      `The module was built for another C library than this system's (${target.libc}). ` +
      "Install on the system it runs on. Run: npm install --include=optional"
    );
  }
  return "The file is damaged or was built for another system. Run: npm install --force";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error);
}
