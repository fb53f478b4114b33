/**
 * The same objects as `require("trueroom/simulator")` gives.
 *
 * @packageDocumentation
 */

export type * from "./simulator.js";
export { Simulator } from "./simulator.js";
