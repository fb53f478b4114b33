/** The live mirror: what is going on on the terminal, from memory. */

import { UsageError } from "./errors.js";
import type { GetAppStateAnswer } from "./generated/areas/app.js";
import type { GetConferencesAnswer } from "./generated/areas/conference.js";
import type { ConferenceType } from "./generated/enums.js";
import type { Participant, ServerInfo, UserRef } from "./generated/types.js";

/** A call that rings. */
export interface Ringing {
  /** Who began it. */
  readonly direction: "incoming" | "outgoing";
  /** Who calls or invites, or who is called. */
  readonly peerId?: string;
  /** Display name. */
  readonly peerDn?: string;
  /** Kind of an incoming call or conference. */
  readonly type?: ConferenceType;
  /** Kind of an outgoing call or conference. */
  readonly confType?: ConferenceType;
  /** Session id. */
  readonly confId?: string;
}

/**
 * What is going on on the terminal, at one moment: all that `getAppState` tells, and more.
 *
 * A field is null where the terminal has nothing of it, such as no user who is logged in, or where
 * it is not known yet; `missing` tells what is not known because the terminal did not say it.
 */
export interface Live extends Omit<Partial<GetAppStateAnswer>, "method" | "requestId" | "result"> {
  /** There is a connection, and every part was told, or refused, since it was made. */
  readonly isComplete: boolean;
  /** How long ago the oldest part was compared with the terminal, in milliseconds. */
  readonly comparedAgo: number | null;
  /** Parts that the terminal refused to tell, or said nothing to. */
  readonly missing: readonly string[];
  /** The server that the terminal is connected to. */
  readonly server: ServerInfo | null;
  /** Who is logged in on the server. */
  readonly user: UserRef | null;
  /** Whether the own microphone is muted. */
  readonly micMuted: boolean | null;
  /** Whether the speakers are muted. */
  readonly speakerMuted: boolean | null;
  /** Whether the own camera is muted. */
  readonly cameraMuted: boolean | null;
  /** The call that rings, in or out. */
  readonly ringing: Ringing | null;
  /** The running call or conference. */
  readonly conference: GetConferencesAnswer | null;
  /** Who is in it, with their devices; this terminal included. */
  readonly participants: readonly Participant[];
}

/** A snapshot from the native side's text. */
export function snapshot(text: string | null): Live {
  if (text === null) {
    throw new UsageError(
      "this room keeps no mirror of the terminal; connect with live: true for one",
    );
  }
  return JSON.parse(text) as Live;
}
