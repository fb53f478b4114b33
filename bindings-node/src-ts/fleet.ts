/** Many rooms in one program. */

import { inspect } from "node:util";
import type { CommandOptions } from "./area.js";
import { type Bridge, bridge, Failure } from "./bridge.js";
import { fromNative, UsageError } from "./errors.js";
import { checkNames, checkQueueSize, type QueueOptions, withError } from "./event-feed.js";
import type { EventName, Events, LaggedEvent } from "./events.js";
import { Feed, type RawEvent } from "./feed.js";
import type { FileRequest } from "./file-request.js";
import type { Listener } from "./files.js";
import { FleetHandlers } from "./fleet-handlers.js";
import type { CommandName, Commands } from "./generated/commands.js";
import { Health, type RoomHealth, toHealths } from "./health.js";
import { checkTimeout, describe, encodeObject } from "./json.js";
import { type Logger, toLogger } from "./logging.js";
import type { NativeFleet, NativeQueue } from "./native.js";
import { type ConnectOptions, encodeOptions } from "./options.js";
import { type Results, toResults } from "./results.js";
import { type Answer, type AnswerTo, Room, type StreamOptions } from "./room.js";
import { type OperationOptions, Session } from "./session.js";
import { type EventStream, FeedStream } from "./stream.js";

/** Options of a room of a fleet: those of `connect` but for what the fleet has for all rooms. */
export type AddOptions = Omit<ConnectOptions, "logger" | "logLevel" | "signal">;

/** Options of a fleet, and those of `connect` for all of its rooms. */
export interface FleetOptions extends Omit<ConnectOptions, "signal"> {
  /**
   * Attempts to connect that may be made in a second, over all rooms, first ones and reconnects.
   * Rooms whose last attempt failed have as many again for themselves. Default 100.
   */
  readonly connectRate?: number | undefined;
  /** Rooms that a command is sent to at once. Default 64. */
  readonly concurrency?: number | undefined;
}

/** Which rooms a command goes to, and how. */
export interface FleetCommandOptions extends CommandOptions {
  /** Keys of the rooms. Default: all. */
  readonly rooms?: Iterable<string> | undefined;
  /** Most rooms at work at once. Default: the fleet's `concurrency`. */
  readonly limit?: number | undefined;
}

/** How long to wait for rooms. */
export interface FleetWaitOptions extends OperationOptions {
  /** Milliseconds to wait at most. Default: no limit. */
  readonly timeout?: number | undefined;
}

/** Arguments of a command after its name: parameters may be left out if none is needed. */
type Arguments<Method extends CommandName, Params> =
  Record<never, never> extends Commands[Method]["params"]
    ? [params?: Params | undefined, options?: FleetCommandOptions]
    : [params: Params, options?: FleetCommandOptions];

/**
 * Many rooms in one program, by key.
 *
 * ```js
 * await using fleet = new Fleet({ pin: "1234" });
 * fleet.add("lobby", "192.168.1.20");
 * fleet.add("hall", "192.168.1.21", { pin: "5678" });
 * for await (const [key, event] of fleet.events("connection")) {
 *   console.log(key, event.state, event.reason);
 * }
 * ```
 *
 * Its rooms are ordinary rooms: `fleet.get("lobby").files`. Connects are spread over time, so that
 * many rooms that lost their connection at once do not come back at once.
 */
export class Fleet {
  /** The file requests of all rooms. */
  readonly files: FleetFiles;
  readonly #bridge: Bridge;
  readonly #native: NativeFleet;
  readonly #defaults: AddOptions;
  readonly #logger: Logger | undefined;
  readonly #rooms = new Map<string, Room>();
  readonly #sessions = new Map<string, Session>();
  readonly #handlers = new FleetHandlers();
  readonly #feeds = new Set<Feed<unknown>>();
  #errorFeeds = 0;
  #removeLogger = () => {};
  #closed = false;

  constructor(options: FleetOptions = {}) {
    const { connectRate, concurrency, logger, logLevel, ...defaults } = options;
    this.#logger = toLogger(logger, logLevel);
    // Names and types are checked here, not at the first room.
    encodeOptions("127.0.0.1", defaults);
    this.#defaults = defaults;
    this.#bridge = bridge();
    const text = encodeObject({ connectRate, concurrency }, "options");
    try {
      this.#native = this.#bridge.native.openFleet(this.#bridge.mailbox, text);
    } catch (error) {
      throw fromNative(error);
    }
    if (this.#logger !== undefined && logger !== undefined) {
      this.#removeLogger = this.#bridge.loggers.add(this.#logger, logger, logLevel);
    }
    this.files = {
      onRequest: (handler) =>
        this.#handlers.add(this.#rooms.values(), handler, (room, call) =>
          room.files.onRequest(call),
        ),
    };
  }

  /**
   * Adds a room and begins to connect it. It does not wait: a terminal that is off is tried again
   * and again, until the room is removed. Only what trying again does not mend ends it, such as a
   * wrong PIN; `health` shows that.
   *
   * @param key - the room's name in this fleet; any text that is not empty
   * @param host - name or address. Default `127.0.0.1`
   * @param options - in place of the fleet's
   * @throws UsageError if the key is taken, an option cannot work, or the fleet is closed
   */
  add(key: string, host = "127.0.0.1", options: AddOptions = {}): Room {
    if (typeof key !== "string") {
      throw new UsageError(`the key of a room must be a string, not ${describe(key)}`);
    }
    const text = encodeOptions(host, { ...this.#defaults, ...options });
    let session: Session;
    try {
      const shared = this.#bridge;
      const native = this.#native.add(shared.mailbox, shared.token(), key, text);
      session = new Session(this.#bridge, native, this.#logger);
      session.reporter.listeners += this.#errorFeeds;
    } catch (error) {
      throw fromNative(error);
    }
    const room = new Room(session, host, key);
    this.#rooms.set(key, room);
    this.#sessions.set(key, session);
    this.#handlers.include(room);
    // Only now, so that the handlers hear everything.
    session.native.begin();
    return room;
  }

  /**
   * Closes a room and takes it out. Nothing of it reaches handlers or iterators any more.
   *
   * @returns false when there is no such room
   */
  async remove(key: string): Promise<boolean> {
    const room = this.#rooms.get(key);
    if (room !== undefined) {
      this.#handlers.leaveOut(room);
    }
    this.#rooms.delete(key);
    const removed = await this.#operate((token) => this.#native.remove(token, key));
    await room?.close();
    this.#sessions.delete(key);
    return removed as boolean;
  }

  /** A room. */
  get(key: string): Room | undefined {
    return this.#rooms.get(key);
  }

  /** Whether there is a room of this key. */
  has(key: string): boolean {
    return this.#rooms.has(key);
  }

  /** How many rooms there are. */
  get size(): number {
    return this.#rooms.size;
  }

  /** The keys of all rooms, in the order in which they were added. */
  keys(): MapIterator<string> {
    return this.#rooms.keys();
  }

  /** All rooms. */
  values(): MapIterator<Room> {
    return this.#rooms.values();
  }

  /** All rooms with their keys. */
  [Symbol.iterator](): MapIterator<[string, Room]> {
    return this.#rooms.entries();
  }

  /**
   * Calls the handler with every event of this name in any room, those added later included. It
   * gets the room, whose `key` tells which, and the event. For the rest it is as with `room.on`, in
   * each room for itself: a handler that returns a promise gets the next event of that room when it
   * has settled, and works for other rooms at the same time.
   */
  on<Name extends EventName>(
    event: Name,
    handler: (room: Room, event: Events[Name]) => unknown,
    options?: QueueOptions,
  ): this {
    checkNames([event]);
    checkQueueSize(options?.queueSize);
    this.#handlers.add(
      this.#rooms.values(),
      handler,
      (room, call) => {
        room.on(event, call, options);
        return { close: () => room.off(event, call) };
      },
      event,
    );
    return this;
  }

  /** Removes a handler, or all handlers of the event. */
  off<Name extends EventName>(
    event: Name,
    handler?: (room: Room, event: Events[Name]) => unknown,
  ): this {
    this.#handlers.remove(event, handler);
    return this;
  }

  /**
   * The events of these names in all rooms as an async iterator of `[key, event]`; of all events if
   * none is given. Events of a room come in order, and rooms take turns. Rooms that are added later
   * are included. It starts now, and ends when the fleet is closed. Where events of a room had to
   * go because the loop was too slow, an event `lagged` with its key stands in their place.
   *
   * @param names - names, and at the end options: `queueSize` is for each room
   */
  events<Name extends EventName = "*">(
    ...names: readonly Name[] | readonly [...Name[], StreamOptions]
  ): EventStream<readonly [key: string, event: Events[Name] | LaggedEvent]> {
    const given = [...names] as (Name | StreamOptions)[];
    const last = given.at(-1);
    const options = typeof last === "object" && last !== null ? last : undefined;
    if (options !== undefined) {
      given.pop();
    }
    checkNames(given as readonly string[]);
    checkQueueSize(options?.queueSize);
    const everything = given.length === 0 || given.includes("*" as Name);
    const filter = JSON.stringify({ events: everything ? "*" : given });
    const hearsErrors = everything || given.includes("error" as Name);
    const feed = this.#feed(this.#native.subscribe(filter, options?.queueSize), hearsErrors);
    const hooks = { endError: () => undefined, signal: options?.signal };
    return new FeedStream(feed, hooks) as EventStream<
      readonly [string, Events[Name] | LaggedEvent]
    >;
  }

  #feed(native: NativeQueue, hearsErrors: boolean): Feed<unknown> {
    const fleet = this;
    const owner = {
      bridge: this.#bridge,
      get ended() {
        return fleet.#closed;
      },
      keep: (feed: object) => void this.#feeds.add(feed as Feed<unknown>),
      forget: (feed: object) => void this.#feeds.delete(feed as Feed<unknown>),
    };
    const feed = new Feed(owner, native, (item) => {
      const [key, event] = item as [string, RawEvent];
      const session = this.#sessions.get(key);
      // What a room gave before it was removed may be here already.
      return session && this.#rooms.has(key) ? [key, withError(session, event)] : undefined;
    });
    if (hearsErrors) {
      this.#hearErrors(1);
      feed.onClosed = () => this.#hearErrors(-1);
    }
    return feed;
  }

  /** Iterators that get events "error" came or went. */
  #hearErrors(change: number): void {
    this.#errorFeeds += change;
    for (const session of this.#sessions.values()) {
      session.reporter.listeners += change;
    }
  }

  /**
   * Sends a command to many rooms and waits for all answers. It does not fail because a room fails:
   * then the result of that room is its error.
   *
   * @param method - wire name, such as `getSystemInfo`
   * @param params - its parameters under their wire names
   * @throws UsageError if an argument cannot be used, or a key has no room; nothing was sent
   */
  command<Method extends CommandName, Params extends Commands[Method]["params"] & object>(
    method: Method,
    ...rest: Arguments<Method, Params>
  ): Promise<Results<AnswerTo<Method>>>;
  /** Sends a command that the catalogue does not know. */
  command<Method extends string>(
    method: Method extends CommandName ? never : Method,
    params?: object,
    options?: FleetCommandOptions,
  ): Promise<Results<Answer>>;
  async command(
    method: string,
    params?: object,
    options: FleetCommandOptions = {},
  ): Promise<Results<Answer>> {
    const { rooms, limit, timeout, signal } = options;
    if (typeof method !== "string" || method === "") {
      throw new UsageError(`method must be a command's name, not ${describe(method)}`);
    }
    if (limit !== undefined && !(Number.isInteger(limit) && limit > 0)) {
      throw new UsageError(`limit must be a positive integer, not ${String(limit)}`);
    }
    if (typeof rooms === "string") {
      throw new UsageError("rooms must be several keys, not one string");
    }
    const selection = JSON.stringify({
      method,
      rooms: rooms && [...rooms],
      limit,
      timeout: checkTimeout(timeout),
    });
    // The parameters are JSON text already.
    const encoded = encodeObject(params, `the parameters of ${method}`);
    const text = `${selection.slice(0, -1)},"params":${encoded}}`;
    const outcomes = await this.#operate((token) => this.#native.command(token, text), signal);
    return toResults(outcomes as Parameters<typeof toResults<Answer>>[0]);
  }

  /**
   * Waits until every room is ready or has ended.
   *
   * @returns the rooms that are not ready, by key; empty when all are
   */
  async waitReady(options: FleetWaitOptions = {}): Promise<Map<string, RoomHealth>> {
    const timeout = checkTimeout(options.timeout);
    const start = (token: number) => this.#native.waitReady(token, timeout);
    const late = await this.#operate(start, options.signal);
    return toHealths(late as Record<string, unknown>[]);
  }

  /** How every room is doing, without asking the terminals. */
  health(): Health {
    return new Health(toHealths(JSON.parse(this.#native.health())));
  }

  /** Closes all rooms, side by side, and ends all iterators. May be called again. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#operate((token) => this.#native.close(token));
    await Promise.all([...this.#rooms.values()].map((room) => room.close()));
    for (const feed of [...this.#feeds]) {
      feed.end();
    }
    this.#removeLogger();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #operate(start: (token: number) => void, signal?: AbortSignal): Promise<unknown> {
    if (signal?.aborted) {
      throw signal.reason;
    }
    const shared = this.#bridge;
    const token = shared.token();
    start(token);
    const value = await shared.settled(this.#native, token, signal);
    if (value instanceof Failure) {
      throw value.error();
    }
    return value;
  }

  /** @internal */
  [inspect.custom](): string {
    return `Fleet of ${this.size} rooms`;
  }
}

/** The file requests of all rooms of a fleet. */
export interface FleetFiles {
  /**
   * Calls the handler with every incoming request of any room that waits for an answer, as
   * `room.files.onRequest` does in each room, those added later included.
   */
  onRequest(handler: (room: Room, request: FileRequest) => unknown): Listener;
}
