/**
 * Another user, as a test plays them.
 *
 * @packageDocumentation
 */

import type { SimulatorAnswer, SimulatorOperation } from "./simulator.js";

/** The part of a simulator that a peer needs. */
interface Terminal {
  perform(operation: SimulatorOperation): Promise<SimulatorAnswer>;
}

/** What another user may ask of the room. */
export type Question = "join" | "podium" | "podiumInvitation" | "camera" | "record";

/** Devices: 0 absent, 1 muted, 2 enabled (`DeviceState`). */
export interface PeerDevices {
  readonly mic?: number | undefined;
  readonly video?: number | undefined;
}

/** How a user joins the conference; by default with everything on, as an ordinary participant. */
export interface JoinOptions extends PeerDevices {
  /** On the podium. */
  readonly broadcast?: boolean | undefined;
  /** In the waiting room. */
  readonly waiting?: boolean | undefined;
  readonly moderator?: boolean | undefined;
}

/** A conference of another user. */
export interface HostedConference {
  readonly title?: string | undefined;
  /** 1 to 3 (`ConferenceType`). Default 1. */
  readonly kind?: number | undefined;
  /** Password. */
  readonly pin?: string | undefined;
  /** Name of the room in ids and links. */
  readonly room?: string | undefined;
  /** TrueConf IDs of those who are in it. */
  readonly participants?: readonly string[] | undefined;
}

/**
 * Another user: `const bob = simulator.peer("bob@example.test")`, then `await bob.call()`.
 * Numbers are those of the protocol; `trueroom/enums` has names for them.
 */
export class Peer {
  readonly #terminal: Terminal;
  /** Their TrueConf ID. */
  readonly id: string;
  /** Their display name; by default made from the id. */
  readonly name: string | undefined;

  /** Made by `simulator.peer()`. */
  constructor(terminal: Terminal, id: string, name?: string) {
    this.#terminal = terminal;
    this.id = id;
    this.name = name;
  }

  #do(op: string, params: object = {}): Promise<SimulatorAnswer> {
    return this.#terminal.perform({ ...params, op, from: this.id });
  }

  /** Calls the room; with `kind` 1 to 3 invites it to a conference. Gives `conferenceId`. */
  call(options: { kind?: number; title?: string } = {}): Promise<SimulatorAnswer> {
    const { kind, title } = options;
    return this.#do("call", { name: this.name, type: kind, title });
  }

  /**
   * Answers what the room asked: a call, an invitation, for their camera.
   *
   * @param cause why not: the code in the event that refuses, such as a `RejectCause`
   */
  answer(accept = true, cause = 0): Promise<SimulatorAnswer> {
    return this.#do("answer", { accept, cause });
  }

  /** Asks something of the room. */
  ask(what: Question): Promise<SimulatorAnswer> {
    return this.#do("ask", { for: what, name: this.name });
  }

  /** Nobody answered that in time; or what the room asked of them, and has, ends. */
  lapse(what: Question | "cameraOf" | "cameraHeld"): Promise<SimulatorAnswer> {
    return this.#do("lapse", { for: what });
  }

  /** Has a conference that the room can join by calling. Gives `conferenceId`, `callId`. */
  hostConference(conference: HostedConference = {}): Promise<SimulatorAnswer> {
    const { kind, ...more } = conference;
    return this.#do("hostConference", { ...more, type: kind, name: this.name });
  }

  /** Joins the room's conference. */
  join(options: JoinOptions = {}): Promise<SimulatorAnswer> {
    return this.#do("join", { ...options, name: this.name });
  }

  /** Leaves the conference. */
  leave(): Promise<SimulatorAnswer> {
    return this.#do("leave");
  }

  /** Their devices change. */
  setDevices(devices: PeerDevices): Promise<SimulatorAnswer> {
    return this.#do("devices", devices);
  }

  /** Reacts with a `Reaction`. */
  react(reaction: number): Promise<SimulatorAnswer> {
    return this.#do("react", { reaction });
  }

  /** Begins or stops recording the room. */
  record(on = true): Promise<SimulatorAnswer> {
    return this.#do("record", { on });
  }

  /** Their second stream shows 0 the camera, 1 content (`ExtraVideoType`). */
  show(video: number): Promise<SimulatorAnswer> {
    return this.#do("showExtraVideo", { video });
  }

  /** Writes in the chat, or in that of the conference. */
  say(message: string, options: { conference?: boolean } = {}): Promise<SimulatorAnswer> {
    return this.#do("say", { message, conference: options.conference ?? false });
  }

  /** Sends a text for programs. */
  sendCommand(command: string): Promise<SimulatorAnswer> {
    return this.#do("sendCommand", { command });
  }

  /** Comes, goes or is busy: a `UserStatus` and an `ExtendedStatus`. */
  setPresence(status: number, extStatus?: number): Promise<SimulatorAnswer> {
    return this.#do("setPresence", { status, extStatus });
  }
}
