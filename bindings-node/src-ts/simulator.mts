/**
 * The same objects as `require("trueroom/simulator")` gives.
 *
 * @packageDocumentation
 */

export type * from "./simulator.js";
export { Peer, Simulator } from "./simulator.js";
