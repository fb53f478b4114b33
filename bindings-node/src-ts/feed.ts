/**
 * A native queue as its consumer sees it. Items are taken only when the consumer is idle, so that
 * what waits is bounded by the native queue and a slow consumer costs nobody else anything.
 */

import type { Bridge } from "./bridge.js";
import type { NativeSubscription } from "./native.js";
/** What a queue holds, as the native module names it. */
export type Filter =
  | { readonly events: readonly string[] | "*" }
  | { readonly files: "requests" | "changes" };

/** An item of a queue of events. */
export interface RawEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** Whose queue it is: a room, or a fleet. */
export interface FeedOwner {
  readonly bridge: Bridge;
  /** True once nothing can come any more. */
  readonly ended: boolean;
  forget(feed: object): void;
}

export class Feed<T> {
  /** Called when there may be something to take, or when the feed has ended. */
  onReady: () => void = () => {};
  /** Called once, when the feed is closed. */
  onClosed: () => void = () => {};
  readonly #owner: FeedOwner;
  readonly #native: NativeSubscription;
  readonly #decode: (item: unknown) => T | undefined;
  #closed = false;
  #empty = false;
  #last = false;

  /** @param decode - what becomes of an item; undefined drops it */
  constructor(
    owner: FeedOwner,
    native: NativeSubscription,
    decode: (item: unknown) => T | undefined,
  ) {
    this.#owner = owner;
    this.#native = native;
    this.#decode = decode;
    owner.bridge.watch(native.id, () => this.wake());
  }

  /** True once nothing can come any more. */
  get done(): boolean {
    return this.#closed || (this.#empty && this.#owner.ended);
  }

  get closed(): boolean {
    return this.#closed;
  }

  wake(): void {
    this.#empty = false;
    this.onReady();
  }

  /**
   * The owner has ended: nothing will be told any more, and a consumer that never comes back is not
   * to be remembered. What is in the queue can still be taken.
   */
  end(): void {
    this.#owner.bridge.unwatch(this.#native.id);
    this.wake();
  }

  /** True if there may be more than was taken so far. */
  get mayHaveMore(): boolean {
    return !this.#closed && !this.#empty;
  }

  /** Takes at most `max` items. */
  take(max: number): T[] {
    if (this.#closed) {
      return [];
    }
    const items = this.#owner.bridge.columns.take(this.#native, max);
    this.#empty = items.length < max;
    const taken: T[] = [];
    for (const item of items) {
      const decoded = this.#decode(item);
      if (decoded !== undefined) {
        taken.push(decoded);
      }
      if (this.#last) {
        this.#shut();
        break;
      }
    }
    return taken;
  }

  /** To be called by the decoder: the item at hand is the last one that matters. */
  stop(): void {
    this.#last = true;
  }

  close(): void {
    if (!this.#closed) {
      this.#shut();
      this.onReady();
    }
  }

  #shut(): void {
    this.#closed = true;
    this.#owner.bridge.unwatch(this.#native.id);
    this.#owner.forget(this);
    this.#native.close();
    this.onClosed();
  }
}
