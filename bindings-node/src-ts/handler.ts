/** Calls a program's handler with the items of a feed, one after the other. */

import type { Feed } from "./feed.js";

/** Items taken at once for a handler that returns at once. */
const BATCH = 256;
/** The same for one that returns promises: what waits should wait in the bounded native queue. */
const SLOW_BATCH = 4;

export class Handler<T> {
  readonly #feed: Feed<T>;
  readonly #call: (item: T) => unknown;
  readonly #onError: (error: unknown) => void;
  #running = false;
  #slow = false;

  constructor(feed: Feed<T>, call: (item: T) => unknown, onError: (error: unknown) => void) {
    this.#feed = feed;
    this.#call = call;
    this.#onError = onError;
    feed.onReady = () => {
      if (!this.#running) {
        void this.#run();
      }
    };
  }

  close(): void {
    this.#feed.close();
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    this.#running = true;
    let served = 0;
    while (this.#feed.mayHaveMore) {
      const items = this.#feed.take(this.#slow ? SLOW_BATCH : BATCH);
      this.#slow = false;
      served += items.length;
      for (const item of items) {
        if (this.#feed.closed) {
          break;
        }
        try {
          const result = this.#call(item);
          if (isThenable(result)) {
            this.#slow = true;
            await result;
          }
        } catch (error) {
          this.#onError(error);
        }
      }
      if (served >= BATCH) {
        // A flood must not starve timers and sockets.
        served = 0;
        await nextTurn();
      }
    }
    this.#running = false;
    if (this.#feed.done) {
      this.#feed.close();
    }
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
