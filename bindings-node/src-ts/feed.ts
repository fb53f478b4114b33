/**
 * A native queue as its consumer sees it. Items are taken only when the consumer is idle, so that
 * what waits is bounded by the native queue and a slow consumer costs nobody else anything.
 */

import type { Bridge } from "./bridge.js";
import type { NativeQueue, NativeSubscription } from "./native.js";

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
  /** Wakes the feed when nothing can come any more, until it is forgotten. */
  keep(feed: object): void;
  forget(feed: object): void;
}

type Decode<T> = (item: unknown) => T | undefined;

export class Feed<T> {
  /** Called when there may be something to take, or when the feed has ended. */
  onReady: () => void = () => {};
  /** Called once, when the feed is closed. */
  onClosed: () => void = () => {};
  readonly #owner: FeedOwner;
  readonly #native: NativeQueue;
  readonly #decode: Decode<T>;
  #closed = false;
  #empty = false;
  #last = false;

  /** @param decode - what becomes of an item; undefined drops it */
  constructor(owner: FeedOwner, native: NativeQueue, decode: Decode<T>) {
    this.#owner = owner;
    this.#native = native;
    this.#decode = decode;
    owner.keep(this);
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
    // In place, since most items stay what and where they are.
    let count = 0;
    for (let at = 0; at < items.length; at += 1) {
      const decoded = this.#decode(items[at]);
      if (decoded !== undefined) {
        items[count] = decoded;
        count += 1;
      }
      if (this.#last) {
        this.#shut();
        break;
      }
    }
    items.length = count;
    return items as T[];
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

/** That of a room, which several consumers can share as long as they keep step. */
export class RoomFeed<T> extends Feed<T> {
  /** Called with each fork. */
  onForked: (fork: Feed<T>) => void = () => {};
  readonly #fork: () => RoomFeed<T>;
  readonly #queue: NativeSubscription;

  constructor(owner: FeedOwner, queue: NativeSubscription, decode: Decode<T>) {
    super(owner, queue, decode);
    this.#queue = queue;
    this.#fork = () => new RoomFeed(owner, queue.fork(), decode);
  }

  /** True if nothing waits, so that one more consumer gets only what is to come. */
  get isEmpty(): boolean {
    return this.#queue.isEmpty;
  }

  /** A feed for a consumer that no longer keeps step, with what waits in this one. */
  fork(): RoomFeed<T> {
    const fork = this.#fork();
    fork.onForked = this.onForked;
    this.onForked(fork);
    return fork;
  }
}
