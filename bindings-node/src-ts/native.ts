/** The native module's surface, as `src/*.rs` in this folder has it. Private to this package. */

/** JSON text, or an array of that text and the buffers it refers to. */
export type Gathered = string | readonly [string, ...Buffer[]];

/** Completions, progress and wake-ups of all rooms and simulators of one JavaScript thread. */
export interface NativeMailbox {
  /** Takes what has gathered; null if there is nothing. */
  drain(): Gathered | null;
  /** Which log records are wanted; null for none. */
  setLogLevel(level: string | null): void;
}

/** A bounded queue of events or file requests. */
export interface NativeQueue {
  readonly id: number;
  /**
   * Takes at most `max` items, or null if there are none. The text is a JSON array of them if the
   * first of `rows` is 0 then; else it belongs to so many rows, which `columns.ts` reads.
   */
  take(max: number, rows: Float64Array): string | null;
  close(): void;
}

/** That of a room. */
export interface NativeSubscription extends NativeQueue {
  /** True if nothing waits. */
  readonly isEmpty: boolean;
  /** A second queue, in which waits what waits in this one. */
  fork(): NativeSubscription;
}

/** A connection to a terminal. */
export interface NativeRoom {
  /** Starts to connect a room of a fleet. */
  begin(): void;
  /** True asks for `endTurn`: the command goes out with those that follow. */
  call(token: number, method: string, params: string, timeout?: number): boolean;
  endTurn(): void;
  operate(token: number, operation: string): void;
  uploadBytes(token: number, operation: string, bytes: Uint8Array): void;
  cancel(token: number): void;
  subscribe(filter: string, capacity?: number): NativeSubscription;
  publish(name: string, event: string): void;
  status(): string;
  live(): string | null;
  file(id: string): string | null;
  files(): string;
  close(token: number): void;
  /** Lets go of a room that has ended. */
  release(): void;
}

/** Rooms by key. */
export interface NativeFleet {
  /** Adds a room, which does nothing until its `begin`. */
  add(mailbox: NativeMailbox, token: number, key: string, options: string): NativeRoom;
  remove(token: number, key: string): void;
  command(token: number, command: string): void;
  waitReady(token: number, timeout?: number): void;
  health(): string;
  /** One queue for all rooms; its items are pairs of key and item. */
  subscribe(filter: string, capacity?: number): NativeQueue;
  cancel(token: number): void;
  close(token: number): void;
}

/** An examination of a terminal. */
export interface NativeDoctor {
  cancel(token: number): void;
}

/** A virtual terminal. */
export interface NativeSimulator {
  perform(token: number, operation: string): void;
  close(token: number): void;
}

/** The module itself. */
export interface Native {
  /**
   * The doorbell is rung when something has gathered. It comes with that where this thread serves
   * its connections by itself, which `serves` allows. `rows` are for columns.
   */
  readonly Mailbox: new (
    doorbell: (gathered?: Gathered) => void,
    serves: boolean,
    rows: Float64Array,
  ) => NativeMailbox;
  openFleet(mailbox: NativeMailbox, options: string): NativeFleet;
  openRoom(mailbox: NativeMailbox, token: number, options: string): NativeRoom;
  doctorNotice(): string;
  startDoctor(mailbox: NativeMailbox, token: number, request: string): NativeDoctor;
  startSimulator(mailbox: NativeMailbox, token: number, options: string): NativeSimulator;
  version(): string;
}
