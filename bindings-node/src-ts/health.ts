/** How rooms and fleets are doing. */

import { type ErrorData, type TrueroomError, toError } from "./errors.js";
import type { RoomState } from "./session.js";

/** How a room is doing. */
export interface RoomHealth {
  /** The room's key in its fleet; null for a room that is in none. */
  readonly key: string | null;
  /** Where the connection stands. */
  readonly state: RoomState;
  /** When it came to that state. */
  readonly since: Date;
  /** What went wrong with the connection most recently, mended or not; null when nothing has. */
  readonly lastError: TrueroomError | null;
  /** Milliseconds that the newest ping took; null before the first. Only a silent connection is pinged. */
  readonly rtt: number | null;
  /** Connections made again after one broke. */
  readonly reconnects: number;
  /** Events and file requests that wait for handlers and iterators. */
  readonly queueDepth: number;
  /** Commands in flight. */
  readonly pending: number;
}

/** How each room of a fleet is doing, and all of them together. Made by `fleet.health()`. */
export class Health {
  /** Every room by its key. */
  readonly rooms: ReadonlyMap<string, RoomHealth>;

  /** @internal */
  constructor(rooms: ReadonlyMap<string, RoomHealth>) {
    this.rooms = rooms;
  }

  /** How many rooms are in each state; states that no room is in are left out. */
  get states(): Partial<Record<RoomState, number>> {
    const states: Partial<Record<RoomState, number>> = {};
    for (const { state } of this.rooms.values()) {
      states[state] = (states[state] ?? 0) + 1;
    }
    return states;
  }

  /** How many rooms are ready. */
  get ready(): number {
    return this.states.ready ?? 0;
  }

  /** Connections made again after one broke, over all rooms. */
  get reconnects(): number {
    return this.#sum((room) => room.reconnects);
  }

  /** What waits for handlers and iterators, over all rooms. */
  get queueDepth(): number {
    return this.#sum((room) => room.queueDepth);
  }

  /** Commands in flight, over all rooms. */
  get pending(): number {
    return this.#sum((room) => room.pending);
  }

  #sum(of: (room: RoomHealth) => number): number {
    return [...this.rooms.values()].reduce((sum, room) => sum + of(room), 0);
  }
}

/** Reads what the native module tells of a room. */
export function toHealth(key: string | null, fields: Record<string, unknown>): RoomHealth {
  const { state, since, lastError, rtt, reconnects, queueDepth, pending } = fields;
  return {
    key,
    state: state as RoomState,
    since: new Date(since as number),
    lastError: lastError === null ? null : toError(lastError as ErrorData),
    rtt: rtt as number | null,
    reconnects: reconnects as number,
    queueDepth: queueDepth as number,
    pending: pending as number,
  };
}

/** Reads what the native module tells of many rooms. */
export function toHealths(rooms: readonly Record<string, unknown>[]): Map<string, RoomHealth> {
  return new Map(rooms.map((room) => [room.key as string, toHealth(room.key as string, room)]));
}
