/**
 * The same objects as `require("trueroom/enums")` gives.
 *
 * @packageDocumentation
 */

export * from "./enums.js";
