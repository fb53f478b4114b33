/**
 * Objects from the columns that the native module makes of many messages of few forms: the keys of
 * a form cross once, numbers as numbers, each string once in a batch. The objects are what
 * `JSON.parse` would have made of the messages, several times as fast.
 */

import type { NativeSubscription } from "./native.js";

/** Makes the object of a row that begins at an index. */
type Make = (values: readonly unknown[], rows: Float64Array, at: number) => unknown;

interface Form {
  readonly make: Make;
  /** Numbers that a row takes. */
  readonly width: number;
}

/** A form that is new: its number, its keys, and for each n for a number or v for a value. */
type Announced = [number: number, keys: readonly string[], kinds: string];

/** Room for the largest batch of events with thirty keys; what does not fit crosses whole. */
const ROOM = 8192;

export class Columns {
  /** By their number. That of a message which crosses whole is 0. */
  readonly #forms: Form[] = [{ make: (values, rows, at) => values[rows[at] as number], width: 2 }];
  #rows: Float64Array | undefined;

  /** Takes at most `max` items of the queue. */
  take(queue: NativeSubscription, max: number): unknown[] {
    this.#rows ??= new Float64Array(mayMakeCode() ? ROOM : 0);
    const rows = this.#rows;
    const text = queue.take(max, rows);
    if (text === null) {
      return [];
    }
    const values = JSON.parse(text) as unknown[];
    const count = rows[0] ?? 0;
    return count === 0 ? values : this.#read(values, rows, count);
  }

  #read(values: readonly unknown[], rows: Float64Array, count: number): unknown[] {
    for (const [number, keys, kinds] of values[0] as Announced[]) {
      this.#forms[number] = { make: compile(keys, kinds), width: 1 + keys.length };
    }
    const items: unknown[] = [];
    for (let at = 1; items.length < count; ) {
      const { make, width } = this.#forms[rows[at] as number] as Form;
      items.push(make(values, rows, at + 1));
      at += width;
    }
    return items;
  }
}

/**
 * An object literal is the only thing that makes objects with all their keys at once. The native
 * module announces words of ASCII letters, digits and underscores only, and never `__proto__`.
 */
function compile(keys: readonly string[], kinds: string): Make {
  const members = keys.map((key, index) => {
    const number = `rows[at + ${index}]`;
    return `${JSON.stringify(key)}: ${kinds[index] === "n" ? number : `values[${number}]`}`;
  });
  return new Function("values", "rows", "at", `return { ${members.join(", ")} };`) as Make;
}

/** False where a policy forbids it (`--disallow-code-generation-from-strings`): JSON text then. */
function mayMakeCode(): boolean {
  try {
    return compile([], "") !== undefined;
  } catch {
    return false;
  }
}
