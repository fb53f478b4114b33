/** An async iterator over a feed. */

import type { Feed } from "./feed.js";

/** Items taken at once: few, so that what waits does so in the bounded native queue. */
const BATCH = 16;

/**
 * What `room.events()`, `room.files.changes()` and `request.progress()` give. Leaving a
 * `for await` loop, `return()` or `await using` ends the subscription.
 */
export interface EventStream<T> extends AsyncIterableIterator<T, undefined, undefined> {
  next(): Promise<IteratorResult<T, undefined>>;
  return(): Promise<IteratorResult<T, undefined>>;
  [Symbol.asyncIterator](): EventStream<T>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface StreamHooks<T> {
  /** Items that come before those of the feed. */
  readonly first?: readonly T[];
  /** Why the feed ended: undefined for an orderly end, else what the iterator throws. */
  readonly endError: () => unknown;
  readonly signal?: AbortSignal | undefined;
}

interface Waiter<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (reason: unknown) => void;
}

export class FeedStream<T> implements EventStream<T> {
  readonly #feed: Feed<T>;
  readonly #hooks: StreamHooks<T>;
  readonly #onAbort: (() => void) | undefined;
  readonly #waiters: Waiter<T>[] = [];
  #items: readonly T[];
  #at = 0;
  #failure: { readonly reason: unknown } | undefined;
  #over = false;

  constructor(feed: Feed<T>, hooks: StreamHooks<T>) {
    this.#feed = feed;
    this.#hooks = hooks;
    this.#items = hooks.first ?? [];
    feed.onReady = () => this.#serve();
    const { signal } = hooks;
    if (signal !== undefined) {
      this.#onAbort = () => this.#fail(signal.reason);
      signal.addEventListener("abort", this.#onAbort, { once: true });
      if (signal.aborted) {
        this.#fail(signal.reason);
      }
    }
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      this.#serve();
    });
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.#finish();
    this.#serve();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Gives those who wait what there is. */
  #serve(): void {
    while (this.#waiters.length > 0) {
      if (this.#failure !== undefined) {
        // Told once; afterwards the iterator is simply over.
        const { reason } = this.#failure;
        this.#failure = undefined;
        this.#waiters.shift()?.reject(reason);
      } else if (this.#over) {
        this.#waiters.shift()?.resolve({ value: undefined, done: true });
      } else if (this.#at < this.#items.length) {
        const value = this.#items[this.#at] as T;
        this.#at += 1;
        this.#waiters.shift()?.resolve({ value, done: false });
      } else if (this.#feed.mayHaveMore) {
        this.#items = this.#feed.take(BATCH);
        this.#at = 0;
      } else if (this.#feed.done) {
        const reason = this.#hooks.endError();
        if (reason === undefined) {
          this.#finish();
        } else {
          this.#fail(reason);
        }
      } else {
        return;
      }
    }
  }

  #fail(reason: unknown): void {
    if (!this.#over) {
      this.#failure = { reason };
      this.#finish();
      this.#serve();
    }
  }

  #finish(): void {
    if (this.#over) {
      return;
    }
    this.#over = true;
    this.#items = [];
    if (this.#onAbort !== undefined) {
      this.#hooks.signal?.removeEventListener("abort", this.#onAbort);
    }
    this.#feed.close();
  }
}
