/** Waiting for one event, armed before the command that causes it is sent. */

import { Failure } from "./bridge.js";
import { toError } from "./errors.js";
import { eventFeed } from "./event-feed.js";
import type { RawEvent } from "./feed.js";
import { checkTimeout } from "./json.js";
import type { Session } from "./session.js";

/** How to wait for an event. */
export interface WaitOptions<T> {
  /** Which of the events of this name is meant. The first one if it is left out. */
  readonly where?: ((event: T) => unknown) | undefined;
  /** Milliseconds after which to give up with `WaitTimeout`. Default: never. */
  readonly timeout?: number | undefined;
  /** Stops waiting; the promise then rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * An event that is being waited for since this object was made.
 *
 * ```js
 * await using expected = room.expect("callEstablished", { timeout: 30_000 });
 * await room.command("call", { peerId });
 * const event = await expected.promise;
 * ```
 */
export interface Expected<T> {
  /** The event. A rejection that nobody looks at is no unhandled rejection. */
  readonly promise: Promise<T>;
  /** Stops waiting; the promise then rejects with `RoomClosed` if the event has not come. */
  close(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts to wait. The promise never rejects: a {@link Failure} stands for that. */
export function arm(
  session: Session,
  name: string,
  options: WaitOptions<never> = {},
): { readonly outcome: Promise<unknown>; readonly close: () => void } {
  const { signal } = options;
  const where = options.where as ((event: RawEvent) => unknown) | undefined;
  const timeout = checkTimeout(options.timeout);
  let settle: (outcome: unknown) => void = () => {};
  const outcome = new Promise<unknown>((resolve) => {
    settle = resolve;
  });
  if (signal?.aborted) {
    return { outcome: Promise.resolve(Failure.because(signal.reason)), close: () => {} };
  }

  const feed = eventFeed(session, [name], { showsGaps: false });
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => finish(Failure.because(signal?.reason));
  let finished = false;
  const finish = (result: unknown) => {
    if (!finished) {
      finished = true;
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      feed.close();
      settle(result);
    }
  };
  feed.onReady = () => {
    while (!finished && feed.mayHaveMore) {
      for (const event of feed.take(16)) {
        try {
          if (where === undefined || where(event)) {
            finish(event);
            break;
          }
        } catch (error) {
          finish(Failure.because(error));
          break;
        }
      }
    }
    if (!finished && feed.done) {
      finish(ended(session, name));
    }
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  if (timeout !== undefined) {
    const message = `${name} did not come within ${timeout} ms`;
    const data = { kind: "WaitTimeout", message, timeout };
    // A timer fires at the latest after 2^31 - 1 ms.
    timer = setTimeout(() => finish(Failure.native(data)), Math.min(timeout, 0x7fff_ffff));
  }
  return { outcome, close: () => finish(closedBeforeEvent(name)) };
}

function ended(session: Session, name: string): Failure {
  const { endError } = session;
  return endError === undefined ? closedBeforeEvent(name) : Failure.because(endError);
}

function closedBeforeEvent(name: string): Failure {
  return Failure.native({ kind: "RoomClosed", message: `${name} did not come: closed before` });
}

/** Turns what {@link arm} gives into the public object. */
export function expected<T>(armed: ReturnType<typeof arm>): Expected<T> {
  const promise = unwrap<T>(armed.outcome);
  promise.catch(() => {});
  return {
    promise,
    close: armed.close,
    [Symbol.asyncDispose]: async () => armed.close(),
  };
}

async function unwrap<T>(outcome: Promise<unknown>): Promise<T> {
  const value = await outcome;
  if (value instanceof Failure) {
    throw value.error();
  }
  return value as T;
}

/** An error for what the native module cannot know of. */
export function failure(kind: string, message: string): unknown {
  return toError({ kind, message });
}
