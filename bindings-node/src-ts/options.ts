/** What `connect` takes. */

import { UsageError } from "./errors.js";
import { toPath } from "./file-request.js";
import { describe, encodeObject } from "./json.js";
import type { LoggerOption, LogLevel } from "./logging.js";

/** Options of `connect`. All may be left out. Durations are milliseconds, sizes bytes. */
export interface ConnectOptions {
  /** Port of the terminal's web server, where its other ports are looked up. Default 80. */
  readonly port?: number | undefined;
  /** PIN, password or token. Without one the connection is unprotected. Never logged. */
  readonly pin?: string | undefined;
  /** The mode the connection must end up in. Default: the terminal chooses. */
  readonly role?: "admin" | "user" | undefined;
  /** Which of several copies of the application on one machine. Default `"default"`. */
  readonly twin?: string | undefined;
  /** Port of the WebSocket; skips the look-up. */
  readonly websocketPort?: number | undefined;
  /** Port of the terminal's HTTP server for files; skips the look-up. */
  readonly httpPort?: number | undefined;
  /** Version of the API to use. Default `"auto"`. */
  readonly apiVersion?: "auto" | "1" | "2" | undefined;
  /** For the whole of the first connection. Default 10000. */
  readonly connectTimeout?: number | undefined;
  /** For the answer to a command. Default 15000. */
  readonly commandTimeout?: number | undefined;
  /** After how much silence the terminal is asked for a sign of life. Default 10000. */
  readonly pingInterval?: number | undefined;
  /** How long that sign may take. Default 10000. */
  readonly pingTimeout?: number | undefined;
  /** Whether to connect again when the connection breaks. Default true. */
  readonly reconnect?: boolean | undefined;
  /**
   * Whether to take the terminal back when another client took it. A terminal keeps one
   * connection for each role; two programs that both insist fight for ever. Default false.
   */
  readonly takeover?: boolean | undefined;
  /**
   * Whether to send queries again that were in flight when the connection broke. Commands that
   * change something are never repeated. Default false.
   */
  readonly retryQueries?: boolean | undefined;
  /** Use `wss` and `https`, for a terminal behind a proxy. Default false. */
  readonly tls?: boolean | undefined;
  /** PEM file of a certificate authority to trust beside the system's. */
  readonly caFile?: string | URL | undefined;
  /** Events kept for a handler or iterator that is slower than the terminal. Default 1024. */
  readonly queueSize?: number | undefined;
  /** A file transfer fails when no byte moved for this long. Default 30000. */
  readonly transferTimeout?: number | undefined;
  /**
   * How often the lists of file requests, and the live mirror, are compared with the terminal's. 0:
   * never. Default 60000.
   */
  readonly resyncInterval?: number | undefined;
  /**
   * Keep what is going on on the terminal in memory, see `room.live`. Default false: it costs eight
   * queries after each connect.
   */
  readonly live?: boolean | undefined;
  /** Largest message that is accepted. Default 16777216. */
  readonly maxMessageSize?: number | undefined;
  /** Largest file that is uploaded or downloaded. Default: no limit. */
  readonly maxFileSize?: number | undefined;
  /** Templates of download addresses, for a terminal with an unknown one. */
  readonly downloadUrls?: readonly string[] | undefined;
  /**
   * Receives log records: of the whole library in this JavaScript thread, as long as the room is
   * open. Default: none.
   */
  readonly logger?: LoggerOption | undefined;
  /** From which level on. Default `"info"`. */
  readonly logLevel?: LogLevel | undefined;
  /** Gives up connecting; afterwards it has no effect. */
  readonly signal?: AbortSignal | undefined;
}

/** The options as the native module takes them. */
export function encodeOptions(host: string, options: ConnectOptions): string {
  const { logger: _logger, logLevel: _level, signal: _signal, caFile, ...rest } = options;
  if (typeof host !== "string" || host === "") {
    throw new UsageError(`host must be a name or address, not ${describe(host)}`);
  }
  if (rest.pin !== undefined && typeof rest.pin !== "string") {
    // A number would lose leading zeros.
    throw new UsageError(`pin must be a string, not ${describe(rest.pin)}`);
  }
  const wire = { ...rest, host, caFile: caFile === undefined ? undefined : toPath(caFile) };
  return encodeObject(wire, "options");
}
