/**
 * What was started and has not ended, by token.
 *
 * A `Map` that lives long and changes fast keeps garbage alive: each table that it outgrew points
 * to the next one, and to all that was pending then, until the next full collection. Half of all
 * answers were copied for that. So most entries are in an array, where they come and go in place.
 */

/** Places in the array. More are pending at a time only in unusual programs. */
const PLACES = 4096;

interface Entry {
  readonly token: number;
}

export class PendingTable<T extends Entry> {
  readonly #places: (T | undefined)[] = new Array(PLACES).fill(undefined);
  /** Those that take long, such as the end of a room, and those whose place was taken. */
  readonly #others = new Map<number, T>();

  /** @param lasts - it may take for ever, and must not block a place */
  add(entry: T, lasts: boolean): void {
    const place = entry.token % PLACES;
    if (!lasts && this.#places[place] === undefined) {
      this.#places[place] = entry;
    } else {
      this.#others.set(entry.token, entry);
    }
  }

  get(token: number): T | undefined {
    const entry = this.#places[token % PLACES];
    return entry?.token === token ? entry : this.#others.get(token);
  }

  /** Takes it out. */
  take(token: number): T | undefined {
    const place = token % PLACES;
    const entry = this.#places[place];
    if (entry?.token === token) {
      this.#places[place] = undefined;
      return entry;
    }
    const other = this.#others.get(token);
    this.#others.delete(token);
    return other;
  }
}
