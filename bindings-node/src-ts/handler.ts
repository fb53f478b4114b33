/** Calls a program's handlers with the items of a feed, one item after the other. */

import type { RoomFeed } from "./feed.js";

/** Items taken at once for handlers that return at once. */
const BATCH = 256;
/** The same for one that returns promises: what waits should wait in the bounded native queue. */
const SLOW_BATCH = 4;

/** A handler that is called until it is closed. */
export class Handler<T> {
  readonly call: (item: T) => unknown;
  readonly onError: (error: unknown) => void;
  /** Who calls it. */
  calls: Calls<T>;
  closed = false;

  constructor(calls: Calls<T>, call: (item: T) => unknown, onError: (error: unknown) => void) {
    this.calls = calls;
    this.call = call;
    this.onError = onError;
  }

  close(): void {
    this.closed = true;
    this.calls.leave(this);
  }
}

/**
 * The calls that one feed is the reason of. Handlers that return at once keep step, whatever comes,
 * so they share a feed. One that returns a promise gets a feed of its own as soon as it does.
 */
export class Calls<T> {
  readonly #feed: RoomFeed<T>;
  /** Another list whenever it changes. */
  #handlers: readonly Handler<T>[] = [];
  #running = false;
  /** There is one handler, which has returned a promise. */
  #alone = false;
  /** It did so lately. */
  #slow = false;

  constructor(feed: RoomFeed<T>) {
    this.#feed = feed;
    feed.onReady = () => {
      if (!this.#running) {
        void this.#run();
      }
    };
  }

  /** Whether one more handler may be added, which must not get what came before. */
  get isOpen(): boolean {
    return !this.#running && !this.#alone && !this.#feed.closed && this.#feed.isEmpty;
  }

  add(call: (item: T) => unknown, onError: (error: unknown) => void): Handler<T> {
    const handler = new Handler(this, call, onError);
    this.#handlers = [...this.#handlers, handler];
    return handler;
  }

  /** To be called by the handler. */
  leave(handler: Handler<T>): void {
    this.#handlers = this.#handlers.filter((other) => other !== handler);
    if (this.#handlers.length === 0) {
      this.#feed.close();
    }
  }

  /** Never rejects. */
  async #run(items: readonly T[] = []): Promise<void> {
    this.#running = true;
    let served = 0;
    for (let next = items; ; ) {
      served += next.length;
      for (let at = 0; at < next.length && !this.#feed.closed; at += 1) {
        const waits = this.#give(next, at);
        if (waits !== undefined) {
          await waits;
        }
      }
      if (!this.#feed.mayHaveMore) {
        break;
      }
      if (served >= BATCH) {
        // A flood must not starve timers and sockets.
        served = 0;
        await nextTurn();
      }
      next = this.#feed.take(this.#slow ? SLOW_BATCH : BATCH);
      this.#slow = false;
    }
    this.#running = false;
    if (this.#feed.done) {
      this.#feed.close();
    }
  }

  /** Calls all handlers. Gives what has to be waited for, which never rejects. */
  #give(items: readonly T[], at: number): Promise<void> | undefined {
    const item = items[at] as T;
    let waits: Promise<void> | undefined;
    for (const handler of this.#handlers) {
      if (handler.closed) {
        continue;
      }
      try {
        const { call } = handler;
        const result = call(item);
        if (isThenable(result)) {
          const settled = settle(result, handler);
          if (!handler.closed && this.#handlers.length > 1) {
            this.#part(handler, settled, items.slice(at + 1));
          } else if (!handler.closed) {
            this.#alone = true;
            this.#slow = true;
            waits = settled;
          }
        }
      } catch (error) {
        handler.onError(error);
      }
    }
    return waits;
  }

  /** From now on the handler is called by itself: when it has settled, with the rest. */
  #part(handler: Handler<T>, settled: Promise<void>, rest: readonly T[]): void {
    const calls = new Calls(this.#feed.fork());
    this.leave(handler);
    handler.calls = calls;
    calls.#handlers = [handler];
    calls.#alone = true;
    calls.#slow = true;
    calls.#running = true;
    void settled.then(() => calls.#run(rest));
  }
}

async function settle<T>(result: PromiseLike<unknown>, handler: Handler<T>): Promise<void> {
  try {
    await result;
  } catch (error) {
    handler.onError(error);
  }
}

/** The next turn of the event loop. Loading Node's own function for it takes longer than this. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { then?: unknown }).then === "function"
  );
}
