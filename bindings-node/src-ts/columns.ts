/**
 * Objects from the columns that the native module makes of many messages of few forms: the keys of
 * a form cross once, numbers as numbers, each string once in a batch. The objects are what
 * `JSON.parse` would have made of the messages, several times as fast.
 */

import type { NativeQueue } from "./native.js";

/** Makes the object of the row at hand. */
type Make = (columns: Columns) => unknown;

/** A form that is new: its number, its keys, and a letter for what the row has for each. */
type Announced = [number: number, keys: readonly string[], kinds: string];

/** Room for the largest batch of events with a hundred keys; what does not fit crosses whole. */
const ROOM = 32_768;

export class Columns {
  /** How many rows there are, and the rows, one after the other. Empty where no code may be made. */
  readonly rows = new Float64Array(mayMakeCode() ? ROOM : 0);
  /** The text of the batch. Numbers in rows are places in it. */
  values: readonly unknown[] = [];
  /** Where the next row begins. */
  at = 0;
  /** By their number. An object that crosses whole has the number 0. */
  readonly #forms: Make[] = [(columns) => columns.value()];

  /** Takes at most `max` items of the queue. */
  take(queue: NativeQueue, max: number): unknown[] {
    const text = queue.take(max, this.rows);
    if (text === null) {
      return [];
    }
    const items = JSON.parse(text) as unknown[];
    return (this.rows[0] ?? 0) === 0 ? items : this.read(items);
  }

  /** Makes the objects of the rows that belong to the text. */
  read(text: readonly unknown[]): unknown[] {
    for (const [number, keys, kinds] of text[0] as Announced[]) {
      this.#forms[number] = compile(keys, kinds);
    }
    this.values = text;
    this.at = 1;
    const objects = this.list(this.rows[0] as number);
    this.values = [];
    return objects;
  }

  /** The objects of the next rows. */
  list(count: number): unknown[] {
    // Of its length from the beginning, so that it need not grow.
    const objects = new Array<unknown>(count);
    for (let index = 0; index < count; index += 1) {
      objects[index] = this.row();
    }
    return objects;
  }

  /** The object of the next row. */
  row(): unknown {
    const make = this.#forms[this.rows[this.at] as number] as Make;
    this.at += 1;
    return make(this);
  }

  /** The value at the place that stands here. */
  value(): unknown {
    this.at += 1;
    return this.values[this.rows[this.at - 1] as number];
  }
}

/**
 * An object literal is the only thing that makes objects with all their keys at once. The native
 * module announces words of ASCII letters, digits and underscores only, and never `__proto__`.
 */
function compile(keys: readonly string[], kinds: string): Make {
  const members = keys.map((key, index) => {
    const number = `rows[at + ${index}]`;
    const ways: Record<string, string> = {
      n: number,
      d: `\`\${${number}}\``,
      p: `values[${number}]`,
      o: "columns.row()",
      l: `columns.list(${number})`,
    };
    return `${JSON.stringify(key)}: ${ways[kinds.charAt(index)]}`;
  });
  // Rows of what is inside follow: they are read while the object is made.
  const code = `const { values, rows, at } = columns;
    columns.at = at + ${keys.length};
    return { ${members.join(", ")} };`;
  return new Function("columns", code) as Make;
}

/** False where a policy forbids it (`--disallow-code-generation-from-strings`): JSON text then. */
function mayMakeCode(): boolean {
  try {
    return compile([], "") !== undefined;
  } catch {
    return false;
  }
}
