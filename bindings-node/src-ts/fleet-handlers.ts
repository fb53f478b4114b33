/** Handlers of a fleet: each is one handler in every room, so that a slow one holds up one room. */

import { UsageError } from "./errors.js";
import type { Listener } from "./files.js";
import { describe } from "./json.js";
import { originals } from "./reporter.js";
import type { Room } from "./room.js";

/** What calls a handler with what comes in one room. */
interface Calling {
  close(): unknown;
}

interface Entry {
  readonly event: string | undefined;
  readonly given: unknown;
  readonly start: (room: Room) => Calling;
  readonly rooms: Map<Room, Calling>;
}

export class FleetHandlers {
  #entries: Entry[] = [];

  /**
   * @param listen - starts to call a function with what comes in one room
   * @param event - the name by which {@link remove} finds it
   */
  add<Item>(
    rooms: Iterable<Room>,
    given: (room: Room, item: Item) => unknown,
    listen: (room: Room, call: (item: Item) => unknown) => Calling,
    event?: string,
  ): Listener {
    if (typeof given !== "function") {
      throw new UsageError(`a handler must be a function, not ${describe(given)}`);
    }
    const start = (room: Room) => {
      const call = (item: Item) => given(room, item);
      // Warnings are for the program's function, not for one of a thousand.
      originals.set(call, given);
      return listen(room, call);
    };
    const entry: Entry = { event, given, start, rooms: new Map() };
    this.#entries.push(entry);
    for (const room of rooms) {
      entry.rooms.set(room, start(room));
    }
    const close = () => this.#drop(entry);
    return { close, [Symbol.dispose]: close };
  }

  /** Removes the newest registration of the handler, or all handlers of the event. */
  remove(event: string, given?: unknown): void {
    const found = this.#entries.filter(
      (entry) => entry.event === event && (given === undefined || entry.given === given),
    );
    for (const entry of given === undefined ? found : found.slice(-1)) {
      this.#drop(entry);
    }
  }

  /** A room was added. */
  include(room: Room): void {
    for (const entry of this.#entries) {
      entry.rooms.set(room, entry.start(room));
    }
  }

  /** A room is being removed. */
  leaveOut(room: Room): void {
    for (const entry of this.#entries) {
      entry.rooms.get(room)?.close();
      entry.rooms.delete(room);
    }
  }

  #drop(entry: Entry): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
    for (const listener of entry.rooms.values()) {
      listener.close();
    }
    entry.rooms.clear();
  }
}
