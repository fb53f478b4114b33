/**
 * The one meeting point with the native module in this JavaScript thread: what is pending there,
 * who waits for a queue to fill, and what keeps the process alive meanwhile.
 *
 * The native side rings a weak doorbell once; then everything that has gathered is taken in one
 * call as one JSON text. Promises are made here, never through Node-API.
 */

import { join } from "node:path";
import { Columns } from "./columns.js";
import { type ErrorData, type TrueroomError, toError } from "./errors.js";
import { loadNative } from "./loader.js";
import { Loggers } from "./logging.js";
import type { Gathered, Native, NativeMailbox } from "./native.js";
import { PendingTable } from "./pending.js";
import { version } from "./version.js";

/** What stands in place of a value when an operation failed. */
export class Failure {
  readonly #data: ErrorData | undefined;
  readonly #reason: unknown;

  private constructor(data: ErrorData | undefined, reason: unknown) {
    this.#data = data;
    this.#reason = reason;
  }

  /** What the native module said. */
  static native(data: ErrorData): Failure {
    return new Failure(data, undefined);
  }

  /** A reason given by the program: `signal.reason`. */
  static because(reason: unknown): Failure {
    return new Failure(undefined, reason);
  }

  /**
   * What to throw. To be called inside the `async` function that the program awaits: an error
   * made there has the program's lines in its stack, at no cost to the calls that succeed.
   */
  error(): unknown {
    if (this.#data === undefined) {
      return this.#reason;
    }
    const error = toError(this.#data);
    // Without the lines in which it was made.
    Error.captureStackTrace(error, this.error);
    return error;
  }

  /** The native error as an object, for those that keep it. */
  toError(): TrueroomError {
    return toError(this.#data ?? {});
  }
}

/** Called with bytes done and bytes in total. */
export type Progress = (done: number, total: number) => void;

interface Pending {
  readonly token: number;
  readonly settle: (outcome: unknown) => void;
  readonly holds: boolean;
  readonly progress: Progress | undefined;
}

/** What completions are made of: token, kind, value, token, kind, value, ... */
type Drained = [
  completions: unknown[],
  progress: number[],
  ready: number[],
  logs: string[],
  columns?: unknown[],
];

const FAILED = 0;
const BYTES = 2;
const ROW = 3;

export class Bridge {
  readonly native: Native;
  readonly mailbox: NativeMailbox;
  readonly loggers: Loggers;
  readonly columns = new Columns();
  readonly #pending = new PendingTable<Pending>();
  readonly #wakers = new Map<number, () => void>();
  #lastToken = 0;
  #holds = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(native: Native) {
    this.native = native;
    const doorbell = (gathered?: Gathered) => this.#deliver(gathered);
    this.mailbox = new native.Mailbox(doorbell, mayServe(), this.columns.rows);
    this.loggers = new Loggers((level) => this.mailbox.setLogLevel(level));
  }

  /** A number for a new operation. */
  token(): number {
    this.#lastToken += 1;
    return this.#lastToken;
  }

  /**
   * The outcome of an operation that was started: its value, or a {@link Failure}. Never rejects.
   *
   * @param holds - whether the process is kept alive until then
   */
  outcome(token: number, holds = true, progress?: Progress): Promise<unknown> {
    if (holds) {
      this.hold();
    }
    return new Promise((settle) => {
      this.#pending.add({ token, settle, holds, progress }, !holds);
    });
  }

  /**
   * The same, or the end by the signal.
   *
   * @param native - where the operation runs
   */
  settled(
    native: { cancel(token: number): void },
    token: number,
    signal: AbortSignal | undefined,
    holds = true,
    progress?: Progress,
  ): Promise<unknown> {
    const outcome = this.outcome(token, holds, progress);
    return signal === undefined ? outcome : this.#orAborted(native, token, outcome, signal);
  }

  async #orAborted(
    native: { cancel(token: number): void },
    token: number,
    outcome: Promise<unknown>,
    signal: AbortSignal,
  ): Promise<unknown> {
    const abort = () => {
      native.cancel(token);
      this.abandon(token, Failure.because(signal.reason));
    };
    signal.addEventListener("abort", abort, { once: true });
    const value = await outcome;
    signal.removeEventListener("abort", abort);
    return value;
  }

  /** Settles an operation from this side; what the native side says of it later is dropped. */
  abandon(token: number, failure: Failure): void {
    this.#settle(token, failure);
  }

  /** Calls `wake` whenever the queue goes from empty to not empty. */
  watch(subscription: number, wake: () => void): void {
    this.#wakers.set(subscription, wake);
  }

  unwatch(subscription: number): void {
    this.#wakers.delete(subscription);
  }

  /** Keeps the process alive until {@link release} is called as often. */
  hold(): void {
    this.#holds += 1;
    // The longest a timer can be; it exists to be referenced, not to fire.
    this.#timer ??= setInterval(() => {}, 0x7fff_ffff);
  }

  release(): void {
    this.#holds -= 1;
    if (this.#holds === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  #settle(token: number, outcome: unknown): void {
    const pending = this.#pending.take(token);
    if (pending === undefined) {
      return;
    }
    if (pending.holds) {
      this.release();
    }
    pending.settle(outcome);
  }

  #deliver(gathered?: Gathered): void {
    const drained = gathered ?? this.mailbox.drain();
    if (drained === null) {
      return;
    }
    const single = typeof drained === "string";
    const text = single ? drained : drained[0];
    const [completions, progress, ready, logs, columns] = JSON.parse(text) as Drained;
    // At once: what is called below may use the rows for something else.
    const answers = columns === undefined ? [] : this.columns.read(columns);
    this.loggers.deliver(logs);
    // Progress first: it was made before the completion of the same operation.
    for (let i = 0; i < progress.length; i += 3) {
      const [token, done, total] = progress.slice(i, i + 3) as [number, number, number];
      this.#pending.get(token)?.progress?.(done, total);
    }
    for (let i = 0; i < completions.length; i += 3) {
      const token = completions[i] as number;
      const kind = completions[i + 1];
      let value = completions[i + 2];
      if (kind === FAILED) {
        value = Failure.native(value as ErrorData);
      } else if (kind === BYTES && !single) {
        value = drained[value as number];
      } else if (kind === ROW) {
        value = answers[value as number];
      }
      this.#settle(token, value);
    }
    for (const subscription of ready) {
      this.#wakers.get(subscription)?.();
    }
  }
}

/**
 * Whether this thread may serve its connections through libuv. Only Node has that; others that run
 * Node's programs export its names and end the process when they are used.
 */
function mayServe(): boolean {
  const { bun, deno } = process.versions as { bun?: string; deno?: string };
  const isNode = process.release.name === "node" && bun === undefined && deno === undefined;
  return isNode && process.platform !== "win32" && process.env.TRUEROOM_DRIVER !== "tokio";
}

let shared: Bridge | undefined;

/** The bridge of this JavaScript thread; loads the native module the first time. */
export function bridge(): Bridge {
  if (shared === undefined) {
    const native = loadNative(join(__dirname, ".."));
    if (native.version() !== version) {
      throw new Error(
        `trueroom ${version} found a native module of version ${native.version()}. ` +
          "Two versions are mixed in node_modules. Run: npm install --force",
      );
    }
    shared = new Bridge(native);
  }
  return shared;
}
