/** A connection from the inside: what the public `Room` and `room.files` are made of. */

import { type Bridge, Failure, type Progress } from "./bridge.js";
import { fromNative, type TrueroomError } from "./errors.js";
import { type Feed, type Filter, RoomFeed } from "./feed.js";
import type { Logger } from "./logging.js";
import type { NativeRoom } from "./native.js";
import { Reporter } from "./reporter.js";

/** The native module's view of the connection. */
export interface Status {
  readonly state: RoomState;
  readonly apiVersion: 1 | 2 | null;
  readonly ended: boolean;
  readonly privileges: number | null;
  readonly generation: "current" | "legacy" | null;
  readonly availability: Availability | null;
  readonly counters: Readonly<Record<string, number>>;
  readonly rtt: number | null;
}

/**
 * Where the connection stands: `superseded` (another client took the place) and `closed` are
 * final.
 */
export type RoomState = "connecting" | "ready" | "reconnecting" | "superseded" | "closed";

/** Whether files can be moved, and what stands against it (`getFileTransferAvailability`). */
export type Availability =
  | "forbidden_by_server"
  | "forbidden_by_licence"
  | "login_needed"
  | "available";

/** What an operation may be given besides its own arguments. */
export interface OperationOptions {
  /** Stops the operation; it then rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

interface OperationSettings extends OperationOptions {
  readonly onProgress?: Progress | undefined;
  readonly bytes?: Uint8Array | undefined;
  /** False for what may take for ever: it does not keep the process alive. */
  readonly holds?: boolean;
}

export class Session {
  readonly bridge: Bridge;
  readonly native: NativeRoom;
  readonly reporter: Reporter;
  /** Settles when the room has ended; what it rejects with says why. */
  readonly closed: Promise<void>;
  #ended = false;
  #endError: TrueroomError | undefined;
  #feeds: Set<Feed<unknown>> | undefined;
  #referenced = true;

  constructor(bridge: Bridge, native: NativeRoom, logger: Logger | undefined) {
    this.bridge = bridge;
    this.native = native;
    this.reporter = new Reporter(native, logger);
    bridge.hold();
    this.closed = this.#watchEnd();
    // Nobody has to listen to it.
    this.closed.catch(() => {});
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Why the room ended; undefined while it has not, and after an orderly `close()`. */
  get endError(): TrueroomError | undefined {
    return this.#endError;
  }

  /** Connects. On failure nothing is left of the room. */
  static async open(
    bridge: Bridge,
    options: string,
    logger: Logger | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Session> {
    const token = bridge.token();
    let session: Session;
    try {
      const native = bridge.native.openRoom(bridge.mailbox, token, options);
      session = new Session(bridge, native, logger);
    } catch (error) {
      throw fromNative(error);
    }
    await session.#opened(bridge.outcome(token), signal);
    return session;
  }

  async #opened(connected: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
    const stop = () => void this.close();
    signal?.addEventListener("abort", stop, { once: true });
    const outcome = await connected;
    signal?.removeEventListener("abort", stop);
    if (signal?.aborted) {
      await this.close();
      throw signal.reason;
    }
    if (outcome instanceof Failure) {
      const error = outcome.error();
      await this.close();
      throw error;
    }
  }

  status(): Status {
    return JSON.parse(this.native.status()) as Status;
  }

  /** Runs an operation of the native module. */
  async operate(operation: object, settings: OperationSettings = {}): Promise<unknown> {
    const { signal, onProgress, bytes, holds = true } = settings;
    if (signal?.aborted) {
      throw signal.reason;
    }
    const { bridge, native } = this;
    const token = bridge.token();
    const text = JSON.stringify(onProgress ? { ...operation, progress: true } : operation);
    if (bytes === undefined) {
      native.operate(token, text);
    } else {
      native.uploadBytes(token, text, bytes);
    }
    const progress = onProgress && this.reporter.guard(onProgress);
    const value = await bridge.settled(native, token, signal, holds, progress);
    if (value instanceof Failure) {
      throw value.error();
    }
    return value;
  }

  /** Opens a queue. */
  subscribe<T>(
    filter: Filter,
    decode: (item: unknown) => T | undefined,
    capacity?: number,
  ): RoomFeed<T> {
    try {
      const native = this.native.subscribe(JSON.stringify(filter), capacity);
      return new RoomFeed(this, native, decode);
    } catch (error) {
      throw fromNative(error);
    }
  }

  keep(feed: object): void {
    this.#feeds ??= new Set();
    this.#feeds.add(feed as Feed<unknown>);
  }

  forget(feed: object): void {
    this.#feeds?.delete(feed as Feed<unknown>);
  }

  /** Settles when nothing of the room is left. Never rejects. */
  async close(): Promise<void> {
    const token = this.bridge.token();
    this.native.close(token);
    await this.bridge.outcome(token);
    await this.closed.catch(() => {});
  }

  ref(): void {
    if (!this.#referenced && !this.#ended) {
      this.bridge.hold();
    }
    this.#referenced = true;
  }

  unref(): void {
    if (this.#referenced && !this.#ended) {
      this.bridge.release();
    }
    this.#referenced = false;
  }

  async #watchEnd(): Promise<void> {
    const token = this.bridge.token();
    this.native.operate(token, '{"op":"waitClosed"}');
    const value = await this.bridge.outcome(token, false);
    if (value instanceof Failure) {
      this.#endError = value.toError();
    }
    this.#ended = true;
    this.native.release();
    if (this.#referenced) {
      this.bridge.release();
    }
    for (const feed of [...(this.#feeds ?? [])]) {
      feed.end();
    }
    if (this.#endError !== undefined) {
      throw this.#endError;
    }
  }
}
