/** `on`, `once` and `off` of a room: each handler has a queue of its own. */

import { UsageError } from "./errors.js";
import { eventFeed, type QueueOptions } from "./event-feed.js";
import type { Feed } from "./feed.js";
import { Handler } from "./handler.js";
import { describe } from "./json.js";
import type { Session } from "./session.js";

// biome-ignore lint/suspicious/noExplicitAny: the public signatures have the precise types
type AnyHandler = (event: any) => unknown;

interface Entry {
  readonly name: string;
  readonly given: AnyHandler;
  readonly handler: Handler<unknown>;
}

export class Listeners {
  readonly #session: Session;
  #entries: Entry[] = [];

  constructor(session: Session) {
    this.#session = session;
  }

  add(name: string, given: AnyHandler, once: boolean, options: QueueOptions = {}): void {
    if (typeof given !== "function") {
      throw new UsageError(`the handler of ${name} must be a function, not ${describe(given)}`);
    }
    const session = this.#session;
    const feed = eventFeed(session, [name], { ...options, showsGaps: false });
    const call = once
      ? (event: unknown) => {
          this.#drop(entry);
          return given(event);
        }
      : given;
    const handler = new Handler(feed as Feed<unknown>, call, (error) =>
      session.reporter.report(name, given, error),
    );
    const entry: Entry = { name, given, handler };
    this.#entries.push(entry);
  }

  /** Removes the newest registration of the handler, or all handlers of the event. */
  remove(name: string, given?: AnyHandler): void {
    const found = this.#entries.filter(
      (entry) => entry.name === name && (given === undefined || entry.given === given),
    );
    for (const entry of given === undefined ? found : found.slice(-1)) {
      this.#drop(entry);
    }
  }

  #drop(entry: Entry): void {
    if (this.#entries.includes(entry)) {
      this.#entries = this.#entries.filter((other) => other !== entry);
      entry.handler.close();
    }
  }
}
