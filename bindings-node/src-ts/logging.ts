/** The library's log records, for a logger of the program's. */

import { UsageError } from "./errors.js";
import { describe } from "./json.js";

/** How grave a record is, or from which gravity on records are wanted. */
export type LogLevel = "error" | "warn" | "info" | "debug" | "trace";

/** One log record. PINs, passwords and tokens never stand in it. */
export interface LogRecord {
  readonly level: LogLevel;
  /** The part of the library that speaks, such as `trueroom::http`. */
  readonly target: string;
  /** The text, followed by fields as `name=value`. */
  readonly message: string;
  /** What a handler threw, where the record is about that. */
  readonly error?: unknown;
}

/**
 * Where log records go: a function, or an object with a method for each level, such as `console`
 * or a pino logger. Methods are called with the text and the record.
 */
export type LoggerOption = ((record: LogRecord) => unknown) | LoggerMethods;

/** A logger as most logging libraries have it. A level without a method is dropped. */
export type LoggerMethods = {
  readonly [Level in LogLevel]?: ((message: string, record: LogRecord) => unknown) | undefined;
};

/** A sink that does not throw. */
export type Logger = (record: LogRecord) => void;

const LEVELS: readonly LogLevel[] = ["error", "warn", "info", "debug", "trace"];

/** Makes one kind of sink of all that the `logger` option takes. */
export function toLogger(
  option: LoggerOption | undefined,
  level: LogLevel = "info",
): Logger | undefined {
  if (!LEVELS.includes(level)) {
    throw new UsageError(`logLevel must be one of ${LEVELS.join(", ")}`);
  }
  if (option === undefined) {
    return undefined;
  }
  if (option === null || (typeof option !== "function" && typeof option !== "object")) {
    throw new UsageError(`logger must be a function or an object, not ${describe(option)}`);
  }
  const most = LEVELS.indexOf(level);
  return (record) => {
    if (LEVELS.indexOf(record.level) > most) {
      return;
    }
    try {
      if (typeof option === "function") {
        option(record);
      } else {
        option[record.level]?.(record.message, record);
      }
    } catch {
      // A logger that fails has no better place to say so, and must not stop what it reports on.
    }
  };
}

interface Registered {
  readonly logger: Logger;
  readonly option: LoggerOption;
  readonly level: LogLevel;
}

/** The loggers of this JavaScript thread. */
export class Loggers {
  readonly #setLevel: (level: string | null) => void;
  readonly #registered = new Set<Registered>();

  /** @param setLevel - tells the native module what is wanted */
  constructor(setLevel: (level: string | null) => void) {
    this.#setLevel = setLevel;
  }

  /** @returns what takes the logger out again */
  add(logger: Logger, option: LoggerOption, level: LogLevel = "info"): () => void {
    const entry: Registered = { logger, option, level };
    this.#registered.add(entry);
    this.#apply();
    return () => {
      if (this.#registered.delete(entry)) {
        this.#apply();
      }
    };
  }

  /** @param records - level, target, message, level, ... */
  deliver(records: readonly string[]): void {
    for (let i = 0; i < records.length; i += 3) {
      const [level, target, message] = records.slice(i, i + 3) as [LogLevel, string, string];
      const told = new Set<LoggerOption>();
      for (const { logger, option } of this.#registered) {
        // A logger that several rooms share is told once.
        if (!told.has(option)) {
          told.add(option);
          logger({ level, target, message });
        }
      }
    }
  }

  #apply(): void {
    let most = -1;
    for (const { level } of this.#registered) {
      most = Math.max(most, LEVELS.indexOf(level));
    }
    this.#setLevel(LEVELS[most] ?? null);
  }
}
