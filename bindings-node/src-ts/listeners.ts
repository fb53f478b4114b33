/** `on`, `once` and `off` of a room. */

import { UsageError } from "./errors.js";
import { checkNames, eventFeed, type QueueOptions } from "./event-feed.js";
import type { RawEvent } from "./feed.js";
import { Calls, type Handler } from "./handler.js";
import { describe } from "./json.js";
import type { Session } from "./session.js";

// biome-ignore lint/suspicious/noExplicitAny: the public signatures have the precise types
type AnyHandler = (event: any) => unknown;

interface Entry {
  readonly name: string;
  readonly given: AnyHandler;
  readonly handler: Handler<RawEvent>;
}

export class Listeners {
  readonly #session: Session;
  #entries: Entry[] = [];
  /** Who calls the handlers of one name and queue size that were added last. */
  #calls: Map<string, Calls<RawEvent>> | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  add(name: string, given: AnyHandler, once: boolean, options: QueueOptions = {}): void {
    if (typeof given !== "function") {
      throw new UsageError(`the handler of ${name} must be a function, not ${describe(given)}`);
    }
    const call = once
      ? (event: unknown) => {
          this.#drop(entry);
          return given(event);
        }
      : given;
    const handler = this.#callsOf(name, options.queueSize).add(call, (error) =>
      this.#session.reporter.report(name, given, error),
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

  #callsOf(name: string, queueSize: number | undefined): Calls<RawEvent> {
    checkNames([name]);
    const key = `${queueSize} ${name}`;
    this.#calls ??= new Map();
    let calls = this.#calls.get(key);
    if (calls === undefined || !calls.isOpen) {
      calls = new Calls(eventFeed(this.#session, [name], { queueSize, showsGaps: false }));
      this.#calls.set(key, calls);
    }
    return calls;
  }

  #drop(entry: Entry): void {
    if (this.#entries.includes(entry)) {
      this.#entries = this.#entries.filter((other) => other !== entry);
      entry.handler.close();
    }
  }
}
