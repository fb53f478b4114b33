/** The public `Room`, and `connect`. */

import { inspect } from "node:util";
import type { AnswerHead, CommandOptions, FlowOptions } from "./area.js";
import { bridge, Failure } from "./bridge.js";
import { UsageError } from "./errors.js";
import { eventFeed, type QueueOptions } from "./event-feed.js";
import type { EventHandler, EventName, Events, LaggedEvent } from "./events.js";
import { arm, type Expected, expected, type WaitOptions } from "./expect.js";
import { Files } from "./files.js";
import { Areas } from "./generated/areas.js";
import type { CommandName, Commands } from "./generated/commands.js";
import { type RoomHealth, toHealth } from "./health.js";
import { checkTimeout, describe, encodeObject } from "./json.js";
import { Listeners } from "./listeners.js";
import { type Live, snapshot } from "./live.js";
import { toLogger } from "./logging.js";
import type { NativeRoom } from "./native.js";
import { type ConnectOptions, encodeOptions } from "./options.js";
import { type OperationOptions, type RoomState, Session } from "./session.js";
import { type EventStream, FeedStream } from "./stream.js";

/** How to listen with an iterator. */
export interface StreamOptions extends OperationOptions, QueueOptions {}

/**
 * The answer to a command: the wire's fields under the wire's names. Integers beyond 2^53 - 1
 * arrive as strings of digits, so that none is rounded; all others as numbers.
 */
export interface Answer extends AnswerHead {
  // biome-ignore lint/suspicious/noExplicitAny: the wire's fields are not all known
  readonly [field: string]: any;
}

/**
 * The answer to a command of the catalogue. Fields are those that the vendor documents or its
 * libraries show; what a terminal really sends may differ, so check what matters.
 */
export type AnswerTo<Method extends CommandName> = AnswerHead &
  Commands[Method]["answer"] & { readonly [field: string]: unknown };

/** Arguments of a command after its name: parameters may be left out if none is needed. */
export type CommandArguments<Method extends CommandName, Params> =
  Record<never, never> extends Commands[Method]["params"]
    ? [params?: Params | undefined, options?: CommandOptions]
    : [params: Params, options?: CommandOptions];

/** What a room has counted since it was opened. */
export interface Counters {
  /** Commands waiting for an answer now. */
  readonly pending: number;
  /** Connections after the first. */
  readonly reconnects: number;
  /** Answers that came after their command had timed out or was cancelled. */
  readonly lateAnswers: number;
  /** Messages that were not JSON objects. */
  readonly malformed: number;
  /** Events that went because a subscriber was too slow. */
  readonly dropped: number;
  /** Messages sent. */
  readonly sent: number;
  /** Messages received. */
  readonly received: number;
  /** Exceptions of handlers. */
  readonly handlerErrors: number;
}

/** What is known of the connection. */
export interface RoomStatus {
  readonly state: RoomState;
  /** Version of the API in use; null before it is known. */
  readonly apiVersion: 1 | 2 | null;
  /** Rights of the connection as the terminal numbers them (`previleges`). */
  readonly privileges: number | null;
  /** Which generation of file transfer the terminal speaks: `current` from product 4.1 on. */
  readonly generation: "current" | "legacy" | null;
  /** Milliseconds that the last sign of life took; null before the first. */
  readonly rtt: number | null;
}

/**
 * A connection to a TrueConf Room terminal. Made by {@link connect}.
 *
 * A room keeps the process alive until it is closed or ends; `unref()` changes that.
 */
export class Room extends Areas {
  /** The file requests. */
  readonly files: Files;
  /** The room's key in its {@link Fleet}; null for a room that is in none. */
  readonly key: string | null;
  /**
   * Settles when the room has ended: after `close()`, or rejects with the error that ended it
   * (`Superseded`, `AuthError`, `ConnectionLost` without `reconnect`). Nobody has to listen to it.
   */
  readonly closed: Promise<void>;
  readonly #session: Session;
  readonly #listeners: Listeners;
  readonly #host: string;

  /** @internal */
  constructor(session: Session, host: string, key: string | null = null) {
    super();
    this.key = key;
    this.#session = session;
    this.#host = host;
    this.#listeners = new Listeners(session);
    this.files = new Files(session, this);
    this.closed = session.closed;
  }

  /** The host it was opened with. */
  get host(): string {
    return this.#host;
  }

  /** Where the connection stands now. */
  get state(): RoomState {
    return this.#session.status().state;
  }

  /** Version of the API in use (`setUsedApiVersion`); null before it is known. */
  get apiVersion(): 1 | 2 | null {
    return this.#session.status().apiVersion;
  }

  /** What is known of the connection, without asking the terminal. */
  get status(): RoomStatus {
    const { state, apiVersion, privileges, generation, rtt } = this.#session.status();
    return { state, apiVersion, privileges, generation, rtt };
  }

  /** How the room is doing, without asking the terminal. */
  health(): RoomHealth {
    const status = this.#session.status();
    return toHealth(this.key, { ...status.counters, ...status });
  }

  /**
   * What is going on on the terminal, from memory. An event `live` tells whenever something in it
   * changes.
   *
   * @throws UsageError if the room was connected without `live: true`
   */
  get live(): Live {
    return snapshot(this.#session.native.live());
  }

  /** What was counted so far. */
  get counters(): Counters {
    const { counters } = this.#session.status();
    return { ...(counters as unknown as Counters), handlerErrors: this.#session.reporter.count };
  }

  /**
   * Sends a command and waits for its answer. Any method can be sent, known or not.
   *
   * @param method - wire name, such as `getSystemInfo`
   * @param params - its parameters under their wire names; a BigInt is written as an integer
   * @throws CommandError if the terminal answers `result: false`
   * @throws CommandTimeout if no answer came in time
   * @throws ConnectionLost if the connection broke before, or there is none at the moment
   * @throws UsageError if an argument cannot be used; nothing was sent
   */
  command<Method extends CommandName, Params extends Commands[Method]["params"] & object>(
    method: Method,
    ...rest: CommandArguments<Method, Params>
  ): Promise<AnswerTo<Method>>;
  /** Sends a command that the catalogue does not know. */
  command<Method extends string>(
    method: Method extends CommandName ? never : Method,
    params?: object,
    options?: CommandOptions,
  ): Promise<Answer>;
  async command(method: string, params?: object, options?: CommandOptions): Promise<Answer> {
    if (typeof method !== "string" || method === "") {
      throw new UsageError(`method must be a command's name, not ${describe(method)}`);
    }
    const text = params === undefined ? "{}" : encodeObject(params, `the parameters of ${method}`);
    const timeout = checkTimeout(options?.timeout);
    const signal = options?.signal;
    if (signal?.aborted) {
      throw signal.reason;
    }
    const session = this.#session;
    const token = session.bridge.token();
    if (session.native.call(token, method, text, timeout)) {
      process.nextTick(endTurn, session.native);
    }
    const value = await session.bridge.settled(session.native, token, signal);
    if (value instanceof Failure) {
      throw value.error();
    }
    return value as Answer;
  }

  /**
   * Runs a flow by its name; gives the event that ended it well. `room.flows` is the same with
   * types.
   *
   * @param flow - its name, such as `signIn`
   * @param params - the parameters of its command under their wire names
   * @throws FlowError if an event tells that it failed, and why
   * @throws CommandError if the terminal refuses the command
   * @throws CommandTimeout if no outcome came in time; see `accepted`
   * @throws ConnectionLost if the connection broke before, or there is none at the moment
   */
  async runFlow(flow: string, params: object = {}, options: FlowOptions = {}): Promise<Answer> {
    encodeObject(params, `the parameters of ${flow}`);
    const { timeout, signal } = options;
    const operation = { op: "flow", name: flow, params, timeout: checkTimeout(timeout) };
    return (await this.#session.operate(operation, { signal })) as Answer;
  }

  /**
   * Calls the handler with every event of this name, in order; `"*"` means all events. The next
   * event comes when the promise that the handler returned has settled. An exception of the handler
   * is told to the listeners of `"error"` and to the logger, and stops nothing.
   */
  on<Name extends EventName>(
    event: Name,
    handler: EventHandler<Name>,
    options?: QueueOptions,
  ): this {
    this.#listeners.add(event, handler, false, options);
    return this;
  }

  /** Calls the handler with the next event of this name, once. */
  once<Name extends EventName>(event: Name, handler: EventHandler<Name>): this {
    this.#listeners.add(event, handler, true);
    return this;
  }

  /** Removes a handler, or all handlers of the event. */
  off<Name extends EventName>(event: Name, handler?: EventHandler<Name>): this {
    this.#listeners.remove(event, handler);
    return this;
  }

  /** The same as `on`; with `removeListener` it makes `events.once(room, ...)` of Node work. */
  addListener<Name extends EventName>(event: Name, handler: EventHandler<Name>): this {
    return this.on(event, handler);
  }

  /** The same as `off`. */
  removeListener<Name extends EventName>(event: Name, handler: EventHandler<Name>): this {
    return this.off(event, handler);
  }

  /**
   * The events of these names as an async iterator; of all events if none is given.
   *
   * It starts now, not with the first step. It ends when the room is closed, and throws if the room
   * was ended by an error. Where events had to go because the loop was too slow, an event `lagged`
   * stands in their place and says how many.
   *
   * @param names - names, and at the end options: `signal` ends the stream with its reason
   */
  events<Name extends EventName = "*">(
    ...names: readonly Name[] | readonly [...Name[], StreamOptions]
  ): EventStream<Events[Name] | LaggedEvent> {
    const given = [...names] as (Name | StreamOptions)[];
    const last = given.at(-1);
    const options = typeof last === "object" && last !== null ? last : undefined;
    if (options !== undefined) {
      given.pop();
    }
    const session = this.#session;
    const { queueSize, signal } = options ?? {};
    const feed = eventFeed(session, given as readonly string[], { queueSize, showsGaps: true });
    const hooks = { endError: () => session.endError, signal };
    return new FeedStream(feed, hooks) as unknown as EventStream<Events[Name] | LaggedEvent>;
  }

  /**
   * Waits for one event. To wait for what a command causes, use `expect`, which is armed before
   * the command is sent.
   *
   * @throws WaitTimeout if it did not come within `timeout`
   */
  async waitFor<Name extends EventName>(
    event: Name,
    options?: WaitOptions<Events[Name]>,
  ): Promise<Events[Name]> {
    const value = await arm(this.#session, event, options as WaitOptions<never>).outcome;
    if (value instanceof Failure) {
      throw value.error();
    }
    return value as Events[Name];
  }

  /** Starts to wait for one event now; its `promise` gives the event. */
  expect<Name extends EventName>(
    event: Name,
    options?: WaitOptions<Events[Name]>,
  ): Expected<Events[Name]> {
    return expected(arm(this.#session, event, options as WaitOptions<never>));
  }

  /** Waits until the connection is authorized, for example after it broke. */
  async waitReady(options: OperationOptions = {}): Promise<void> {
    await this.#session.operate({ op: "waitReady" }, { ...options, holds: false });
  }

  /** Keeps the process alive as long as the room is open. That is the default. */
  ref(): this {
    this.#session.ref();
    return this;
  }

  /**
   * Lets the process end while the room is open. A command or a transfer in flight still keeps it
   * alive until it is done.
   */
  unref(): this {
    this.#session.unref();
    return this;
  }

  /** Closes the connection. What is pending rejects with `RoomClosed`. May be called again. */
  async close(): Promise<void> {
    await this.#session.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @internal */
  [inspect.custom](_depth: number, options: object): string {
    return `Room ${inspect({ host: this.#host, ...this.status }, options)}`;
  }
}

/** The commands that were given in one go leave together. */
function endTurn(native: NativeRoom): void {
  native.endTurn();
}

/**
 * Connects to a terminal.
 *
 * ```js
 * await using room = await connect("192.168.1.20", { pin: "1234" });
 * console.log(await room.command("getSystemInfo"));
 * ```
 *
 * @param host - name or address. Default `127.0.0.1`
 * @throws ConnectError if the terminal cannot be reached
 * @throws AuthError if it refuses the PIN, password or token, or the role
 */
export async function connect(host = "127.0.0.1", options: ConnectOptions = {}): Promise<Room> {
  const { signal, logger: option, logLevel } = options;
  const text = encodeOptions(host, options);
  const logger = toLogger(option, logLevel);
  if (signal?.aborted) {
    throw signal.reason;
  }
  const shared = bridge();
  let removeLogger = () => {};
  if (logger !== undefined && option !== undefined) {
    removeLogger = shared.loggers.add(logger, option, logLevel);
  }
  try {
    const session = await Session.open(shared, text, logger, signal);
    session.closed.catch(() => {}).finally(removeLogger);
    return new Room(session, host);
  } catch (error) {
    removeLogger();
    throw error;
  }
}
