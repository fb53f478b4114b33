/**
 * Arguments on their way out: JavaScript values as JSON text, or a {@link UsageError} that says
 * what is wrong with them, before anything is sent.
 */

import { UsageError } from "./errors.js";

let marker: string | undefined;

/** Marks a BigInt inside the text; random, so that no string of the program's looks like it. */
function bigintMarker(): string {
  if (marker === undefined) {
    // Loaded when needed: it takes longer than this package's own code.
    const { randomUUID } = require("node:crypto") as typeof import("node:crypto");
    marker = `bigint ${randomUUID()} `;
  }
  return marker;
}

/**
 * Writes a plain object as JSON text. `undefined` members are left out, a BigInt becomes an exact
 * integer, and what JSON cannot hold is refused.
 *
 * @param what - names the argument in the error message
 */
export function encodeObject(value: object | undefined, what: string): string {
  if (value === undefined) {
    return "{}";
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UsageError(`${what} must be a plain object, not ${describe(value)}`);
  }
  try {
    return JSON.stringify(value);
  } catch {
    // A BigInt or a cycle. BigInts are rare enough to pay for a second pass.
    return encodeWithBigInts(value, what);
  }
}

function encodeWithBigInts(value: object, what: string): string {
  const prefix = bigintMarker();
  let text: string;
  try {
    text = JSON.stringify(value, (_key, member: unknown) =>
      typeof member === "bigint" ? `${prefix}${member}` : member,
    );
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n", 1)[0] : String(cause);
    throw new UsageError(`${what} cannot be written as JSON: ${reason}`, {}, cause);
  }
  return text.replace(new RegExp(`"${prefix}(-?\\d+)"`, "g"), "$1");
}

/** Names a value's type for an error message, without showing the value: it may be a secret. */
export function describe(value: unknown): string {
  if (value === null) {
    return "null";
  }
  if (Array.isArray(value)) {
    return "an array";
  }
  const type = typeof value;
  return type === "undefined" ? "undefined" : `${type === "object" ? "an" : "a"} ${type}`;
}

/**
 * Checks a duration given by the program.
 *
 * @returns milliseconds, or undefined if none was given
 */
export function checkTimeout(value: number | undefined, what = "timeout"): number | undefined {
  if (value === undefined) {
    return undefined;
  }
  if (typeof value !== "number" || !(value > 0) || !Number.isFinite(value)) {
    throw new UsageError(
      `${what} must be a positive number of milliseconds, not ` +
        (typeof value === "number" ? String(value) : describe(value)),
    );
  }
  return value;
}
