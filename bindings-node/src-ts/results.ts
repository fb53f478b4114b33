/** What became of a command in many rooms. */

import { type ErrorData, FleetError, TrueroomError, toError } from "./errors.js";

/** What became of a command in each room, by key: its answer, or its error. */
export class Results<Answer> extends Map<string, Answer | TrueroomError> {
  /** The answers of the rooms that gave one. */
  get answers(): Map<string, Answer> {
    const answers = new Map<string, Answer>();
    for (const [key, outcome] of this) {
      if (!(outcome instanceof TrueroomError)) {
        answers.set(key, outcome);
      }
    }
    return answers;
  }

  /** The errors of the others. */
  get errors(): Map<string, TrueroomError> {
    const errors = new Map<string, TrueroomError>();
    for (const [key, outcome] of this) {
      if (outcome instanceof TrueroomError) {
        errors.set(key, outcome);
      }
    }
    return errors;
  }

  /**
   * Makes a failure in any room an error.
   *
   * @throws FleetError with the errors of all rooms that failed
   */
  check(): void {
    const { errors } = this;
    if (errors.size === 0) {
      return;
    }
    const first = [...errors].slice(0, 3).map(([key, { message }]) => `${key}: ${message}`);
    if (errors.size > first.length) {
      first.push("...");
    }
    const message = `failed in ${errors.size} of ${this.size} rooms: ${first.join("; ")}`;
    const error = new FleetError(message, { errors });
    Error.captureStackTrace(error, this.check);
    throw error;
  }
}

/** Reads the results as the native module has them. */
export function toResults<Answer>(
  outcomes: Readonly<Record<string, { answer?: Answer; error?: ErrorData }>>,
): Results<Answer> {
  const results = new Results<Answer>();
  for (const [key, { answer, error }] of Object.entries(outcomes)) {
    results.set(key, error === undefined ? (answer as Answer) : toError(error));
  }
  return results;
}
