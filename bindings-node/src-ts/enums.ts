/**
 * The codes that occur in messages, by name.
 *
 * @packageDocumentation
 */

export * from "./generated/enums.js";
