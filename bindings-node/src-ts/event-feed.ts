/** Queues of events, with what the public surface makes of an item. */

import { UsageError } from "./errors.js";
import type { Feed, RawEvent, RoomFeed } from "./feed.js";
import { describe } from "./json.js";
import type { Session } from "./session.js";

/** How much may wait for a handler or an iterator. */
export interface QueueOptions {
  /** Events kept while the consumer is busy. Default: `queueSize` of `connect`. */
  readonly queueSize?: number | undefined;
}

interface FeedOptions extends QueueOptions {
  /** Whether a gap is an item of its own, as in an iterator. */
  readonly showsGaps: boolean;
}

/**
 * Opens a queue for the events of these names.
 *
 * Every queue also holds `lagged`, where events had to go, and `connection` at the end of the
 * room. Who has not asked for them by name does not get the end as an event, since the feed ends as
 * well. A gap is told to the listeners of `"lagged"` and to the logger where it is no item.
 */
export function eventFeed(
  session: Session,
  names: readonly string[],
  options: FeedOptions,
): RoomFeed<RawEvent> {
  const { queueSize, showsGaps } = options;
  checkNames(names);
  checkQueueSize(queueSize);
  const everything = names.length === 0 || names.includes("*");
  const wanted = new Set(names);
  /** The last name of which nothing has to be thought; mostly the next one's. */
  let ordinary: string | undefined;
  const decode = (item: unknown): RawEvent | undefined => {
    const event = item as RawEvent;
    if (event.event === ordinary) {
      return event;
    }
    if (everything || wanted.has(event.event)) {
      ordinary = event.event === "error" ? undefined : event.event;
      return withError(session, event);
    }
    if (event.event === "lagged" && !showsGaps) {
      session.reporter.gap(names.join(", "), event.dropped);
      return undefined;
    }
    return event.event === "connection" ? undefined : event;
  };
  const feed = session.subscribe({ events: everything ? "*" : names }, decode, queueSize);
  if (everything || wanted.has("error")) {
    feed.onForked = (feed) => countListener(session, feed);
    countListener(session, feed);
  }
  return feed;
}

function countListener(session: Session, feed: Feed<RawEvent>): void {
  session.reporter.listeners += 1;
  feed.onClosed = () => {
    session.reporter.listeners -= 1;
  };
}

/** Refuses what is no list of names of events. */
export function checkNames(names: readonly string[]): void {
  for (const name of names) {
    if (typeof name !== "string" || name === "") {
      throw new UsageError(`an event's name must be a string, not ${describe(name)}`);
    }
  }
}

/** Refuses what is no number of events. */
export function checkQueueSize(queueSize: number | undefined): void {
  if (queueSize !== undefined && !(Number.isInteger(queueSize) && queueSize > 0)) {
    throw new UsageError(`queueSize must be a positive integer, not ${String(queueSize)}`);
  }
}

/** Puts back the exception that could not cross the boundary. */
export function withError(session: Session, event: RawEvent): RawEvent {
  if (event.event !== "error" || event.errorId === undefined) {
    return event;
  }
  const { errorId, ...rest } = event;
  return { ...rest, error: session.reporter.errorOf(errorId) };
}
