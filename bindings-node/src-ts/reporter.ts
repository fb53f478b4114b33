/**
 * What the library has to say beside its results: exceptions of handlers, and gaps.
 *
 * An exception in a program's handler stops nothing: it is counted, told to the listeners of
 * `"error"` and to the logger. Where there is neither, Node's own warning says it once for each
 * handler, because a bot that fails in silence is worse than one line on stderr.
 */

import type { Logger } from "./logging.js";
import type { NativeRoom } from "./native.js";

/** Errors kept until the listeners of `"error"` have taken the event that names them. */
const KEPT = 64;

/** Handlers that were warned of. */
const warned = new WeakSet<object>();

/** The program's function inside of one that a fleet made for each of its rooms. */
export const originals = new WeakMap<object, object>();

export class Reporter {
  /** Exceptions so far. */
  count = 0;
  /** How many handlers, iterators and the like get events `"error"`, or all. */
  listeners = 0;
  readonly #native: NativeRoom;
  readonly #logger: Logger | undefined;
  #kept: Map<number, unknown> | undefined;

  constructor(native: NativeRoom, logger: Logger | undefined) {
    this.#native = native;
    this.#logger = logger;
  }

  /**
   * @param source - what was being handled: an event's name, or the name of a callback option
   * @param handler - the program's function
   */
  report(source: string, handler: object, error: unknown): void {
    this.count += 1;
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const message = `the handler of ${source} failed: ${reason}`;
    this.#logger?.({ level: "error", target: "trueroom::handler", message, error });
    // An error in a listener of "error" goes no further: it would come back to the same listener.
    if (source === "error") {
      this.#warn(handler, message, error);
      return;
    }
    if (this.listeners === 0) {
      this.#warn(handler, message, error);
      return;
    }
    const errorId = this.count;
    this.#kept ??= new Map();
    this.#kept.set(errorId, error);
    for (const id of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) {
        break;
      }
      this.#kept.delete(id);
    }
    const kind = error instanceof Error ? error.name : typeof error;
    const event = { method: "event", event: "error", message, kind, source, errorId };
    this.#native.publish("error", JSON.stringify(event));
  }

  /** A subscriber that did not ask for `lagged` was too slow. */
  gap(source: string, dropped: unknown): void {
    const message = `the subscriber of ${source} was too slow: ${dropped} events went`;
    this.#logger?.({ level: "warn", target: "trueroom::events", message });
    this.#native.publish(
      "lagged",
      JSON.stringify({ method: "event", event: "lagged", dropped, source }),
    );
  }

  /** The exception behind an `"error"` event, for those that this object published. */
  errorOf(errorId: unknown): unknown {
    return typeof errorId === "number" ? this.#kept?.get(errorId) : undefined;
  }

  /** Wraps a callback of the program so that its exceptions are reported here. */
  guard<Args extends unknown[]>(callback: (...args: Args) => unknown): (...args: Args) => void {
    return (...args) => {
      try {
        const result = callback(...args);
        if (result instanceof Promise) {
          result.catch((error: unknown) => this.report("onProgress", callback, error));
        }
      } catch (error) {
        this.report("onProgress", callback, error);
      }
    };
  }

  #warn(given: object, message: string, error: unknown): void {
    const handler = originals.get(given) ?? given;
    if (this.#logger === undefined && !warned.has(handler)) {
      warned.add(handler);
      const detail = error instanceof Error ? error.stack : undefined;
      process.emitWarning(message, {
        type: "TrueroomWarning",
        ...(detail === undefined ? {} : { detail }),
      });
    }
  }
}
