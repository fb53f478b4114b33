/** The doctor: what differs between a terminal and the protocol catalogue. */

import { bridge, Failure } from "./bridge.js";
import { fromNative, UsageError } from "./errors.js";
import { describe } from "./json.js";
import type { NativeDoctor } from "./native.js";
import { type ConnectOptions, encodeOptions } from "./options.js";

/** What `doctor` takes: how to reach the terminal, and how to look at it. */
export interface DoctorOptions
  extends Pick<
    ConnectOptions,
    | "port"
    | "pin"
    | "role"
    | "twin"
    | "websocketPort"
    | "httpPort"
    | "apiVersion"
    | "connectTimeout"
    | "commandTimeout"
    | "tls"
    | "caFile"
    | "signal"
  > {
  /** How long to listen to events after the queries. Default 60000. */
  readonly watch?: number | undefined;
  /**
   * Ask the terminal's HTTP server for one received file, to find out its address; only the head
   * of the answer is read. Default true.
   */
  readonly downloads?: boolean | undefined;
}

/** A difference from the catalogue, however often it was met. */
export interface DoctorFinding {
  readonly what:
    | "unknownEvent"
    | "unknownMethod"
    | "unknownField"
    | "unknownValue"
    | "otherType"
    | "missingField";
  /** The file of the catalogue, and the entry there. */
  readonly file: "commands" | "events" | "types" | "enums";
  readonly entry: string;
  /** The field; for a value of an enum the place it was found in. */
  readonly field?: string;
  /** The type that the catalogue has. */
  readonly expected?: string;
  /** Types that were found instead; for an enum its unknown values. */
  readonly found?: readonly string[];
  readonly count: number;
}

/** What the doctor found out: names, types, codes and counts, and no other values. */
export interface DoctorReport {
  /** Of the report's form. */
  readonly version: 1;
  /** Of this package. */
  readonly trueroom: string;
  /** The terminal's version, such as `5.0.1.2`. */
  readonly product: string | null;
  /** True when the terminal is the simulator, whose answers prove nothing. */
  readonly simulator: boolean;
  readonly apiVersion: 1 | 2 | null;
  readonly generation: "current" | "legacy" | null;
  /** Milliseconds of listening after the last query. */
  readonly watched: number;
  /** The kind of error that ended it early, such as `Superseded`. */
  readonly ended: string | null;
  readonly queries: {
    readonly answered: readonly string[];
    /** With the code where there was one. */
    readonly refused: Readonly<Record<string, number | null>>;
    readonly silent: readonly string[];
    /** With the reason. */
    readonly notAsked: Readonly<Record<string, string>>;
  };
  /** How often each event came. */
  readonly events: Readonly<Record<string, number>>;
  /** How often each form of each variable thing was met. */
  readonly variants: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly findings: readonly DoctorFinding[];
  /** Messages that were no JSON objects. */
  readonly unreadable: number;
  /** Fields that came as the catalogue has them, by file and entry. */
  readonly seen: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** The report as data and for a reader. */
export interface DoctorResult {
  readonly report: DoctorReport;
  /** Several lines. */
  readonly text: string;
}

/**
 * Looks at a terminal without changing it, and tells what differs from the catalogue.
 *
 * Connects, sends the catalogue's queries, listens to events for a while and closes. No action is
 * ever sent. The terminal keeps one connection for each role, so another program in the same role
 * loses its connection to the doctor. What goes wrong after connecting ends the visit, and the
 * report says so.
 *
 * @param host - name or address. Default `127.0.0.1`
 * @throws ConnectError if the terminal cannot be reached
 * @throws AuthError if it refuses the PIN, password or token, or the role
 */
export async function doctor(
  host = "127.0.0.1",
  options: DoctorOptions = {},
): Promise<DoctorResult> {
  const { watch, downloads, signal, ...connect } = options;
  if (watch !== undefined && !(typeof watch === "number" && watch >= 0 && watch < Infinity)) {
    throw new UsageError(`watch must be a number of milliseconds >= 0, not ${describe(watch)}`);
  }
  const how = JSON.stringify({ watch, downloads });
  const request = `{"connect":${encodeOptions(host, connect)},${how.slice(1)}`.replace(/,}$/, "}");
  signal?.throwIfAborted();
  const shared = bridge();
  const token = shared.token();
  const outcome = shared.outcome(token);
  let native: NativeDoctor;
  try {
    native = shared.native.startDoctor(shared.mailbox, token, request);
  } catch (error) {
    throw fromNative(error);
  }
  const abort = () => {
    native.cancel(token);
    shared.abandon(token, Failure.because(signal?.reason));
  };
  signal?.addEventListener("abort", abort, { once: true });
  shared.hold();
  const value = await outcome;
  shared.release();
  signal?.removeEventListener("abort", abort);
  if (value instanceof Failure) {
    throw value.error();
  }
  return value as DoctorResult;
}

/** What a user is told before. */
export function notice(): string {
  return bridge().native.doctorNotice();
}
