/** Events by name: the terminal's, and those of the library itself. */

import type { EventName as WireEventName, WireEvents } from "./generated/events.js";
import type { RoomState } from "./session.js";

/** What every event has. All other fields are as the terminal sent them, under their wire names. */
export interface EventBase<Name extends string = string> {
  /** `"event"`, except in the oldest form of message, which has none. */
  readonly method?: string;
  /** The event's name on the wire. */
  readonly event: Name;
  /** True if the library reconstructed the event from lists after a reconnect. */
  readonly synthetic?: boolean;
}

/** An event with fields that are not known here. */
export interface RoomEvent<Name extends string = string> extends EventBase<Name> {
  /**
   * Integers beyond 2^53 - 1 arrive as strings of digits, so that none is rounded; all others as
   * numbers.
   */
  readonly [field: string]: unknown;
}

/** The state of the connection has changed. */
export interface ConnectionEvent extends RoomEvent<"connection"> {
  /** Where the connection stands now. */
  readonly state: RoomState;
  /** Why, in words. */
  readonly reason: string;
  /** Which attempt to connect this is, from 1; 0 when none is under way. */
  readonly attempt: number;
  /** Milliseconds until the next attempt; null when there is none. */
  readonly retryIn: number | null;
  /** How long nothing was heard, in milliseconds, once there is a connection again; else null. */
  readonly deafFor: number | null;
}

/** A subscriber was slower than the terminal, and its oldest events had to go. */
export interface LaggedEvent extends RoomEvent<"lagged"> {
  /** How many went. */
  readonly dropped: number;
  /** Which handler: the event it is for. Absent where the gap is in the stream at hand. */
  readonly source?: string;
}

/** Something went wrong that belongs to no call. It has stopped nothing. */
export interface ErrorEvent extends RoomEvent<"error"> {
  readonly message: string;
  /** The name of what was thrown, such as `TypeError`; absent if it was not a handler. */
  readonly kind?: string;
  /** The event whose handler failed; absent if it was not a handler. */
  readonly source?: string;
  /** What the handler threw; absent if it was not a handler. */
  readonly error?: unknown;
}

/** Parts of the live mirror have changed; `room.live` has them. */
export interface LiveEvent extends RoomEvent<"live"> {
  /** Their names, as `Live` has them; `app` stands for all that `getAppState` tells. */
  readonly changed: readonly string[];
}

/** The events that come from the library and not from the terminal. */
export interface LibraryEvents {
  connection: ConnectionEvent;
  lagged: LaggedEvent;
  error: ErrorEvent;
  live: LiveEvent;
}

/**
 * The type of each event by its name. Fields are those that the vendor documents or its libraries
 * show; what a terminal really sends may differ, so check what matters.
 */
export type Events = {
  [Name in WireEventName]: RoomEvent<Name> & WireEvents[Name];
} & LibraryEvents & {
    /** Everything, unknown events included. */
    "*": RoomEvent;
  };

/** Names of events: the wire names of the catalogue, those of the library, and `"*"` for all. */
export type EventName = keyof Events;

/** A function that is called with events of one name. It may return a promise. */
export type EventHandler<Name extends EventName> = (event: Events[Name]) => unknown;
