/** Queues of events, with what the public surface makes of an item. */

import { UsageError } from "./errors.js";
import type { Feed, RawEvent } from "./feed.js";
import { describe } from "./json.js";
import type { Session } from "./session.js";

/**
 * Opens a queue for the events of these names.
 *
 * Every queue also holds `lagged`, where events had to go, and `connection` at the end of the
 * room. Who has not asked for them by name does not get them as events: a gap is told to the
 * listeners of `"lagged"` and to the logger, the end by the end of the feed.
 */
export function eventFeed(session: Session, names: readonly string[]): Feed<RawEvent> {
  for (const name of names) {
    if (typeof name !== "string" || name === "") {
      throw new UsageError(`an event's name must be a string, not ${describe(name)}`);
    }
  }
  const everything = names.length === 0 || names.includes("*");
  const wanted = new Set(names);
  const decode = (item: unknown): RawEvent | undefined => {
    const event = item as RawEvent;
    if (event.event === "error" && event.errorId !== undefined) {
      return withError(session, event);
    }
    if (everything || wanted.has(event.event)) {
      return event;
    }
    if (event.event === "lagged") {
      session.reporter.gap(names.join(", "), event.dropped);
    }
    // Aliases: an event asked for under one name may come under another.
    return event.event === "lagged" || event.event === "connection" ? undefined : event;
  };
  return session.subscribe({ events: everything ? "*" : names }, decode);
}

/** Puts back the exception that could not cross the boundary. */
function withError(session: Session, event: RawEvent): RawEvent {
  const { errorId, ...rest } = event;
  return { ...rest, error: session.reporter.errorOf(errorId) };
}
