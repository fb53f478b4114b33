/**
 * A virtual TrueConf Room terminal to test programs against, in this process.
 *
 * ```js
 * import { connect } from "trueroom";
 * import { Simulator } from "trueroom/simulator";
 *
 * await using simulator = await Simulator.start({ pin: "1234" });
 * await using room = await connect(simulator.host, { ...simulator.options, pin: "1234" });
 * await simulator.offerFile({ name: "plan.pdf", text: "hello" });
 * ```
 *
 * @packageDocumentation
 */

import { type Bridge, bridge, Failure } from "./bridge.js";
import { fromNative } from "./errors.js";
import { encodeObject } from "./json.js";
import type { NativeSimulator } from "./native.js";
import type { ConnectOptions } from "./options.js";
import { Peer } from "./peer.js";

export type { HostedConference, JoinOptions, PeerDevices, Question } from "./peer.js";
export { Peer } from "./peer.js";

/** Options of {@link Simulator.start}; docs/simulator.md describes all of them. */
export interface SimulatorOptions {
  /** Address to listen on. Default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** Port of the web server with config.json. Default: chosen by the system, as all ports. */
  readonly port?: number | undefined;
  readonly websocketPort?: number | undefined;
  readonly httpPort?: number | undefined;
  /** PIN of the administrator. Default: none is needed. */
  readonly pin?: string | undefined;
  /** Which file commands it speaks. */
  readonly generation?: "current" | "legacy" | undefined;
  /** `wss` and `https` with a private certificate; `simulator.options` has its authority. */
  readonly tls?: boolean | undefined;
  /** What every random choice comes from. Default 0. */
  readonly seed?: number | undefined;
  readonly [option: string]: unknown;
}

/** Where a simulator listens. */
export interface SimulatorInfo {
  readonly host: string;
  readonly port: number;
  readonly websocketPort: number;
  readonly httpPort: number;
  readonly tls: boolean;
  readonly caFile: string | null;
}

/** A file that a peer offers to the room; its bytes come from one of the last four. */
export interface Offer {
  /** Who offers it, such as `user@server`. */
  readonly from?: string | undefined;
  readonly fromName?: string | undefined;
  /** The file's name. */
  readonly name?: string | undefined;
  readonly text?: string | undefined;
  readonly base64?: string | undefined;
  readonly path?: string | undefined;
  readonly pattern?: { readonly size: number; readonly seed?: number } | undefined;
  /** The announced size, if it shall not be the true one. */
  readonly size?: number | undefined;
  readonly conferenceId?: string | undefined;
}

/** What an operation gives back: each has its own form, or null. */
// biome-ignore lint/suspicious/noExplicitAny: each operation has its own form
export type SimulatorAnswer = any;

/** An operation of the simulator's; docs/simulator.md lists them. */
export interface SimulatorOperation {
  readonly op: string;
  readonly [field: string]: unknown;
}

/** A virtual terminal. It keeps the process alive until it is closed; `unref()` changes that. */
export class Simulator {
  readonly #bridge: Bridge;
  readonly #native: NativeSimulator;
  readonly #info: SimulatorInfo;
  #open = true;
  #referenced = true;

  private constructor(shared: Bridge, native: NativeSimulator, info: SimulatorInfo) {
    this.#bridge = shared;
    this.#native = native;
    this.#info = info;
    shared.hold();
  }

  /**
   * Starts a terminal.
   *
   * @throws UsageError if an option is unknown or wrong, or a port is taken
   */
  static async start(options: SimulatorOptions = {}): Promise<Simulator> {
    const shared = bridge();
    const token = shared.token();
    const text = encodeObject(options, "options");
    let native: NativeSimulator;
    try {
      native = shared.native.startSimulator(shared.mailbox, token, text);
    } catch (error) {
      throw fromNative(error);
    }
    const info = await shared.outcome(token);
    if (info instanceof Failure) {
      throw info.error();
    }
    return new Simulator(shared, native, info as SimulatorInfo);
  }

  /** The address it listens on. */
  get host(): string {
    return this.#info.host;
  }

  /** The port of its web server: what `connect` needs. */
  get port(): number {
    return this.#info.port;
  }

  /** All ports. */
  get info(): SimulatorInfo {
    return { ...this.#info };
  }

  /** What `connect` needs besides the host, and the PIN if there is one. */
  get options(): Pick<ConnectOptions, "port" | "tls" | "caFile"> {
    const { port, tls, caFile } = this.#info;
    return { port, tls, caFile: caFile ?? undefined };
  }

  /**
   * Performs an operation: what the other side, the network or the user at the terminal does.
   *
   * @throws UsageError if it is not known or cannot be done
   */
  async perform(operation: SimulatorOperation): Promise<SimulatorAnswer> {
    const text = encodeObject(operation, "the operation");
    const token = this.#bridge.token();
    this.#native.perform(token, text);
    const value = await this.#bridge.outcome(token);
    if (value instanceof Failure) {
      throw value.error();
    }
    return value as SimulatorAnswer;
  }

  /** A peer offers a file to the room. */
  offerFile(offer: Offer = {}): Promise<SimulatorAnswer> {
    return this.perform({ ...offer, op: "offerFile" });
  }

  /** The receiver takes the file of an outgoing request. */
  takeFile(id: string): Promise<SimulatorAnswer> {
    return this.perform({ op: "takeFile", id });
  }

  /** The receiver refuses the file of an outgoing request. */
  refuseFile(id: string): Promise<SimulatorAnswer> {
    return this.perform({ op: "refuseFile", id });
  }

  /** A user calls the room. */
  call(from: string, options: { readonly name?: string } = {}): Promise<SimulatorAnswer> {
    return this.perform({ ...options, op: "call", from });
  }

  /** Another user, who calls, joins, asks and answers. Nothing happens before that. */
  peer(id: string, options: { readonly name?: string | undefined } = {}): Peer {
    return new Peer(this, id, options.name);
  }

  /** The other side hangs up; in a conference its owner ends it. */
  hangUp(): Promise<SimulatorAnswer> {
    return this.perform({ op: "hangUp" });
  }

  /** The terminal loses its server, or has it back logged in. */
  setServer(connected: boolean): Promise<SimulatorAnswer> {
    return this.perform({ op: "setServer", connected });
  }

  /** The owner of the conference switches the terminal's microphone or camera. */
  muteRoom(devices: {
    readonly mic?: boolean;
    readonly camera?: boolean;
  }): Promise<SimulatorAnswer> {
    return this.perform({ ...devices, op: "muteRoom" });
  }

  /** The owner moves a participant, without `id` the terminal, onto the podium or off it. */
  movePodium(on: boolean, id?: string): Promise<SimulatorAnswer> {
    return this.perform({ op: "movePodium", on, from: id });
  }

  /** A leader of the conference stops what the terminal shares. */
  stopSharing(): Promise<SimulatorAnswer> {
    return this.perform({ op: "stopSharing" });
  }

  /** A user writes a chat message. */
  say(from: string, message: string): Promise<SimulatorAnswer> {
    return this.perform({ op: "say", from, message });
  }

  /** Breaks the connections. */
  dropConnection(options: object = {}): Promise<SimulatorAnswer> {
    return this.perform({ ...options, op: "dropConnection" });
  }

  /** Pushes an event to all clients, whatever it is. */
  emit(event: object): Promise<SimulatorAnswer> {
    return this.perform({ op: "emit", event });
  }

  /** What the terminal knows. */
  state(): Promise<SimulatorAnswer> {
    return this.perform({ op: "state" });
  }

  /** Keeps the process alive while it runs. That is the default. */
  ref(): this {
    if (!this.#referenced && this.#open) {
      this.#bridge.hold();
    }
    this.#referenced = true;
    return this;
  }

  /** Lets the process end while it runs. */
  unref(): this {
    if (this.#referenced && this.#open) {
      this.#bridge.release();
    }
    this.#referenced = false;
    return this;
  }

  /** Stops it. May be called again. */
  async close(): Promise<void> {
    if (!this.#open) {
      return;
    }
    this.#open = false;
    const token = this.#bridge.token();
    this.#native.close(token);
    await this.#bridge.outcome(token);
    if (this.#referenced) {
      this.#bridge.release();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
