/**
 * Objects from the columns that the native module makes of many messages of few forms: the keys of
 * a form cross once, numbers as numbers, each string once in a batch. The objects are what
 * `JSON.parse` would have made of the messages, several times as fast.
 */

import type { NativeQueue } from "./native.js";

/**
 * Makes the object of the row at hand, which has this number, and of the rows of that number that
 * follow, as long as there are places for them. Gives the place that is next.
 */
type Fill = (columns: Columns, objects: unknown[], place: number, number: number) => number;

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
  readonly #forms: Fill[] = [whole];
  /** For one object inside of another. */
  readonly #inner: unknown[] = [undefined];

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
    for (let place = 0; place < count; ) {
      const number = this.rows[this.at] as number;
      place = (this.#forms[number] as Fill)(this, objects, place, number);
    }
    return objects;
  }

  /** The object of the next row. */
  row(): unknown {
    const number = this.rows[this.at] as number;
    // Whatever is inside of it is taken out before the next one is put in.
    (this.#forms[number] as Fill)(this, this.#inner, 0, number);
    const object = this.#inner[0];
    this.#inner[0] = undefined;
    return object;
  }
}

/** An object that is in the text. */
function whole(columns: Columns, objects: unknown[], place: number): number {
  objects[place] = columns.values[columns.rows[columns.at + 1] as number];
  columns.at += 2;
  return place + 1;
}

/**
 * An object literal is the only thing that makes objects with all their keys at once. The native
 * module announces words of ASCII letters, digits and underscores only, and never `__proto__`.
 */
function compile(keys: readonly string[], kinds: string): Fill {
  const members = keys.map((key, index) => {
    const number = `rows[at + ${index + 1}]`;
    const ways: Record<string, string> = {
      n: number,
      d: `\`\${${number}}\``,
      p: `values[${number}]`,
      o: "columns.row()",
      l: `columns.list(${number})`,
    };
    return `${JSON.stringify(key)}: ${ways[kinds.charAt(index)]}`;
  });
  const object = `{ ${members.join(", ")} }`;
  const size = keys.length + 1;
  // Rows of what is inside follow: they are read while the object is made.
  const nested = `columns.at = at + ${size};
    objects[place] = ${object};
    return place + 1;`;
  const flat = `do {
      objects[place] = ${object};
      at += ${size};
      place += 1;
    } while (place < objects.length && rows[at] === number);
    columns.at = at;
    return place;`;
  const code = `const { values, rows } = columns;
    let { at } = columns;
    ${/[ol]/.test(kinds) ? nested : flat}`;
  return new Function("columns", "objects", "place", "number", code) as Fill;
}

/** False where a policy forbids it (`--disallow-code-generation-from-strings`): JSON text then. */
function mayMakeCode(): boolean {
  try {
    return compile([], "") !== undefined;
  } catch {
    return false;
  }
}
