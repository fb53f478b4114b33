/**
 * What can go wrong, one class for each kind. All of them extend {@link TrueroomError}.
 *
 * The native side hands over a JSON object; the error object is made here, inside the `async`
 * function the caller awaits, so that its stack has the caller's lines in it at no cost to the
 * calls that succeed.
 */

/** Stable names of the errors, for `error.code`. */
export type ErrorCode =
  | "ERR_TRUEROOM_AUTH"
  | "ERR_TRUEROOM_COMMAND"
  | "ERR_TRUEROOM_COMMAND_TIMEOUT"
  | "ERR_TRUEROOM_CONNECT"
  | "ERR_TRUEROOM_CONNECTION_LOST"
  | "ERR_TRUEROOM_FILE_REQUEST"
  | "ERR_TRUEROOM_FLEET"
  | "ERR_TRUEROOM_FLOW"
  | "ERR_TRUEROOM_INTERNAL"
  | "ERR_TRUEROOM_ROOM_CLOSED"
  | "ERR_TRUEROOM_SUPERSEDED"
  | "ERR_TRUEROOM_TRANSFER"
  | "ERR_TRUEROOM_USAGE"
  | "ERR_TRUEROOM_WAIT_TIMEOUT";

/** An error as the native module writes it. Everything in it may be missing. */
export interface ErrorData {
  readonly kind?: string;
  readonly message?: string;
  readonly cause?: unknown;
  readonly [field: string]: unknown;
}

/** The base of all errors of this package. */
export class TrueroomError extends Error {
  /** Which error this is, as a string that does not change between versions. */
  readonly code: ErrorCode;

  constructor(message: string, code: ErrorCode = "ERR_TRUEROOM_INTERNAL", cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** The terminal could not be reached, or is none. Thrown by `connect`. */
export class ConnectError extends TrueroomError {
  /** Each address that was tried and what it said, in order. */
  readonly tried: readonly string[];

  constructor(message: string, data: ErrorData = {}, cause?: unknown) {
    super(message, "ERR_TRUEROOM_CONNECT", cause);
    this.tried = Array.isArray(data.tried) ? data.tried.map(String) : [];
  }
}

/** The terminal refused the PIN, password or token, or the role. It is not tried again. */
export class AuthError extends TrueroomError {
  /** The terminal's number for the refusal (`resultCode` on the wire), if it gave one. */
  readonly resultCode: number | null;

  constructor(message: string, data: ErrorData = {}, cause?: unknown) {
    super(message, "ERR_TRUEROOM_AUTH", cause);
    this.resultCode = numberOrNull(data.code);
  }
}

/** The terminal answered a command with `result: false`. */
export class CommandError extends TrueroomError {
  /** The command's wire name. */
  readonly method: string;
  /** The id under which it was sent. */
  readonly requestId: string;
  /** The terminal's number for the refusal, if it gave one. */
  readonly resultCode: number | null;
  /** The terminal's own words (`error` on the wire), if it gave any. */
  readonly text: string | null;
  /** The whole answer, with the wire's field names. */
  readonly reply: Readonly<Record<string, unknown>> | null;

  constructor(message: string, data: ErrorData = {}, cause?: unknown) {
    super(message, "ERR_TRUEROOM_COMMAND", cause);
    this.method = textOr(data.method, "");
    this.requestId = textOr(data.requestId, "");
    this.resultCode = numberOrNull(data.code);
    this.text = textOrNull(data.text);
    this.reply = isRecord(data.reply) ? data.reply : null;
  }
}

/** No answer came in time, or no outcome of a flow. */
export class CommandTimeout extends TrueroomError {
  /** The command's wire name. */
  readonly method: string;
  /** The id under which it was sent; empty where nothing was sent. */
  readonly requestId: string;
  /** How long was waited, in milliseconds. */
  readonly timeout: number;
  /** True if the terminal may have carried the command out. */
  readonly outcomeUnknown: boolean;
  /** True for a flow whose command was accepted, and whose outcome did not come. */
  readonly accepted: boolean;

  constructor(message: string, data: ErrorData = {}, cause?: unknown) {
    super(message, "ERR_TRUEROOM_COMMAND_TIMEOUT", cause);
    this.method = textOr(data.method, "");
    this.requestId = textOr(data.requestId, "");
    this.timeout = numberOrNull(data.timeout) ?? 0;
    this.outcomeUnknown = data.outcomeUnknown === true;
    this.accepted = data.accepted === true;
  }
}

/** A command was taken, and then failed: an event said so. Thrown by `room.flows`. */
export class FlowError extends TrueroomError {
  /** The command's wire name. */
  readonly method: string;
  /** The id under which it was sent. */
  readonly requestId: string;
  /**
   * Why, as the event says it: a code of one of `trueroom/enums`, such as `RejectCause.Busy`; null
   * where the event says nothing.
   */
  declare readonly cause: number | null;
  /** The event, with the wire's field names. */
  readonly event: Readonly<Record<string, unknown>> | null;

  constructor(message: string, data: ErrorData = {}, cause?: unknown) {
    super(message, "ERR_TRUEROOM_FLOW", data.cause ?? cause ?? null);
    this.method = textOr(data.method, "");
    this.requestId = textOr(data.requestId, "");
    this.event = isRecord(data.event) ? data.event : null;
  }
}

/** What was waited for, such as an event, did not come in time. */
export class WaitTimeout extends TrueroomError {
  /** How long was waited, in milliseconds. */
  readonly timeout: number;

  constructor(message: string, data: ErrorData = {}, cause?: unknown) {
    super(message, "ERR_TRUEROOM_WAIT_TIMEOUT", cause);
    this.timeout = numberOrNull(data.timeout) ?? 0;
  }
}

/** The connection broke before the answer came. The room itself connects again by default. */
export class ConnectionLost extends TrueroomError {
  /** The command's wire name. */
  readonly method: string;
  /** The id under which it was sent; empty where nothing was sent. */
  readonly requestId: string;
  /** Why the connection ended. */
  readonly reason: string;
  /** True if the terminal may have carried the command out: ask it before sending it again. */
  readonly outcomeUnknown: boolean;

  constructor(message: string, data: ErrorData = {}, cause?: unknown) {
    super(message, "ERR_TRUEROOM_CONNECTION_LOST", cause);
    this.method = textOr(data.method, "");
    this.requestId = textOr(data.requestId, "");
    this.reason = textOr(data.reason, "");
    this.outcomeUnknown = data.outcomeUnknown === true;
  }
}

/**
 * Another client authorized with the same role, and a terminal keeps only one. The room does not
 * fight for its place; connect with `takeover: true` to do so.
 */
export class Superseded extends TrueroomError {
  constructor(message: string, _data: ErrorData = {}, cause?: unknown) {
    super(message, "ERR_TRUEROOM_SUPERSEDED", cause);
  }
}

/** The room was closed by this program, before or during the call. */
export class RoomClosed extends TrueroomError {
  constructor(message: string, _data: ErrorData = {}, cause?: unknown) {
    super(message, "ERR_TRUEROOM_ROOM_CLOSED", cause);
  }
}

/** A file request cannot do what was asked: already answered, failed, or not known. */
export class FileRequestError extends TrueroomError {
  /** The request's id. */
  readonly id: string;

  constructor(message: string, data: ErrorData = {}, cause?: unknown) {
    super(message, "ERR_TRUEROOM_FILE_REQUEST", cause);
    this.id = textOr(data.id, "");
  }
}

/** The bytes of a file could not be moved: HTTP, disk, size. */
export class TransferError extends TrueroomError {
  /** The file's name or path. */
  readonly file: string;

  constructor(message: string, data: ErrorData = {}, cause?: unknown) {
    super(message, "ERR_TRUEROOM_TRANSFER", cause);
    this.file = textOr(data.file, "");
  }
}

/** A command failed in some rooms of a fleet. Thrown by `Results.check`. */
export class FleetError extends TrueroomError {
  /** The error of each room that failed, by its key. */
  readonly errors: ReadonlyMap<string, TrueroomError>;

  constructor(message: string, data: ErrorData = {}, cause?: unknown) {
    super(message, "ERR_TRUEROOM_FLEET", cause);
    this.errors = data.errors instanceof Map ? data.errors : new Map();
  }
}

/** An argument cannot be used. Nothing was sent. */
export class UsageError extends TrueroomError {
  constructor(message: string, _data: ErrorData = {}, cause?: unknown) {
    super(message, "ERR_TRUEROOM_USAGE", cause);
  }
}

const CLASSES = {
  AuthError,
  CommandError,
  CommandTimeout,
  ConnectError,
  ConnectionLost,
  FileRequestError,
  FleetError,
  FlowError,
  RoomClosed,
  Superseded,
  TransferError,
  UsageError,
  WaitTimeout,
} as const;

// `name` belongs on the prototype: as a field it would be printed with every error.
for (const [name, errorClass] of Object.entries({ TrueroomError, ...CLASSES })) {
  Object.defineProperty(errorClass.prototype, "name", { value: name, configurable: true });
}

/**
 * Makes the error object for what the native module said.
 *
 * @internal
 */
export function toError(data: ErrorData): TrueroomError {
  const message = textOr(data.message, "the native module gave no reason");
  const kind = textOr(data.kind, "");
  // Of a flow it is a code, not another error.
  const nested = data.cause != null && kind !== "FlowError";
  const cause = nested ? toCause(data.cause) : undefined;
  if (Object.hasOwn(CLASSES, kind)) {
    return new CLASSES[kind as keyof typeof CLASSES](message, data, cause);
  }
  return new TrueroomError(message, "ERR_TRUEROOM_INTERNAL", cause);
}

function toCause(cause: unknown): unknown {
  if (!isRecord(cause)) {
    return new Error(String(cause));
  }
  return typeof cause.kind === "string" ? toError(cause) : new Error(textOr(cause.message, ""));
}

/**
 * Turns an exception of the native module, whose message is error JSON, into an error object.
 *
 * @internal
 */
export function fromNative(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || !thrown.message.startsWith("{")) {
    return thrown;
  }
  try {
    return toError(JSON.parse(thrown.message) as ErrorData);
  } catch {
    return thrown;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function numberOrNull(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === "string" ? value : fallback;
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
