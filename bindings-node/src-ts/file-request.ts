/** One file request: offered to the room or made by it. */

import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import type { Progress } from "./bridge.js";
import { checkTimeout } from "./json.js";
import type { OperationOptions, Session } from "./session.js";
import { type EventStream, FeedStream } from "./stream.js";

/** Who sends: `incoming` files come to the room, `outgoing` ones leave it. */
export type FileDirection = "incoming" | "outgoing";

/**
 * Where a request stands. `processed`, `rejected` and `failed` are final.
 *
 * - `waiting`: nobody has answered it yet (1 on the wire)
 * - `processing`: accepted, the bytes are on their way (2)
 * - `processed`: the file is there (3)
 * - `rejected`: refused, or withdrawn; the wire has no number for it
 * - `failed`: the terminal reported a failure (0)
 */
export type FileStatus = "waiting" | "processing" | "processed" | "rejected" | "failed";

/** What is known of a request, as `JSON.stringify` writes it. */
export interface FileRequestState {
  readonly id: string;
  readonly direction: FileDirection;
  readonly status: FileStatus;
  readonly fileName: string;
  readonly size: number;
  readonly sizeKnown: boolean;
  readonly peerId: string | null;
  readonly peerName: string | null;
  readonly conferenceId: string | null;
  /** Milliseconds since 1970. */
  readonly createdAt: number | null;
  readonly fileId: number | string | null;
  readonly percent: number;
  readonly isFinished: boolean;
}

/** How to save a file. */
export interface SaveOptions extends OperationOptions {
  /** Replace a file of this name. Default false: the new file gets a number. */
  readonly overwrite?: boolean | undefined;
  /** Called with the bytes so far and in total while they move. */
  readonly onProgress?: Progress | undefined;
}

/** How to wait until a request is finished. */
export interface FinishOptions extends OperationOptions {
  /** Milliseconds after which to give up with `CommandTimeout`. Default: never. */
  readonly timeout?: number | undefined;
}

/**
 * A file request. It is live: its properties always tell the newest state that is known, and the
 * last known one after the terminal has forgotten the request. Reading them costs no round trip.
 */
export class FileRequest {
  readonly #session: Session;
  #text = "";
  #state: FileRequestState;

  /** @internal */
  constructor(session: Session, state: FileRequestState) {
    this.#session = session;
    this.#state = state;
  }

  /** The id (`fileRequestId`; before product 4.1 `id`). */
  get id(): string {
    return this.#state.id;
  }

  /** Who sends. */
  get direction(): FileDirection {
    return this.#state.direction;
  }

  /** Where it stands. */
  get status(): FileStatus {
    return this.#read().status;
  }

  /** The file's name as the sender gave it: not safe as a path. `save` makes it so. */
  get fileName(): string {
    return this.#read().fileName;
  }

  /** Bytes (`size`, `fileSize` or `totalSize`); 0 if unknown. */
  get size(): number {
    return this.#read().size;
  }

  /** False where the terminal has not told the size. */
  get sizeKnown(): boolean {
    return this.#read().sizeKnown;
  }

  /** The other side's id; null for what went to a conference. */
  get peerId(): string | null {
    return this.#read().peerId;
  }

  /** The other side's display name (`peerDn` or `peerDisplayName`), if known. */
  get peerName(): string | null {
    return this.#read().peerName;
  }

  /** The group conference the file belongs to (`confId`), or null. */
  get conferenceId(): string | null {
    return this.#read().conferenceId;
  }

  /** When the request was made (`timestamp`, which has seconds or milliseconds), if known. */
  get createdAt(): Date | null {
    const { createdAt } = this.#read();
    return createdAt === null ? null : new Date(createdAt);
  }

  /** The terminal's id of the file; for incoming ones once they are processed. */
  get fileId(): number | string | null {
    return this.#read().fileId;
  }

  /** Progress, 0 to 100 (`processedPercents`). */
  get percent(): number {
    return this.#read().percent;
  }

  /** True once the status is final. */
  get isFinished(): boolean {
    return this.#read().isFinished;
  }

  /**
   * Accepts an incoming request; the terminal then fetches the file. Settles when the terminal
   * has taken the command (`acceptIncomingFileRequest`, before 4.1 `acceptFile`).
   *
   * @throws FileRequestError if it was answered before; no second command is sent
   */
  async accept(options: OperationOptions = {}): Promise<void> {
    await this.#session.operate({ op: "accept", id: this.id }, options);
  }

  /**
   * Rejects an incoming request (`rejectIncomingFileRequest`, before 4.1 `rejectFile`).
   *
   * @throws FileRequestError if it was answered before; no second command is sent
   */
  async reject(options: OperationOptions = {}): Promise<void> {
    await this.#session.operate({ op: "reject", id: this.id }, options);
  }

  /**
   * Waits until the request is finished, whichever way: `status` tells. A program that does
   * nothing but this does not stay alive for it if the room is `unref`ed.
   *
   * @throws CommandTimeout if `timeout` milliseconds pass before
   */
  async wait(options: FinishOptions = {}): Promise<this> {
    const timeout = checkTimeout(options.timeout) ?? null;
    const operation = { op: "wait", id: this.id, timeout };
    const settings = { signal: options.signal, holds: false };
    this.#state = (await this.#session.operate(operation, settings)) as FileRequestState;
    return this;
  }

  /**
   * The percentage now and whenever it changes, until the request is finished, whichever way.
   */
  progress(options: OperationOptions = {}): EventStream<number> {
    const session = this.#session;
    const { id } = this;
    let last = this.percent;
    const feed = session.subscribe<number>({ files: "changes" }, (item) => {
      const state = item as FileRequestState;
      if (state.id !== id) {
        return undefined;
      }
      if (state.isFinished) {
        feed.stop();
      }
      const changed = state.percent !== last;
      last = state.percent;
      return changed ? last : undefined;
    });
    if (this.isFinished) {
      feed.close();
    }
    return new FeedStream(feed, {
      first: [last],
      endError: () => session.endError,
      signal: options.signal,
    });
  }

  /**
   * Saves the file of an accepted request; waits until the terminal has it. Nothing is ever
   * written outside the folder, whatever the sender called the file, and nothing half-written
   * keeps the final name.
   *
   * @param path - an existing folder, or the file to write
   * @returns the path that was written
   * @throws TransferError if the bytes cannot be fetched or written
   * @throws FileRequestError if the request was not accepted, or failed
   */
  async save(path: string | URL, options: SaveOptions = {}): Promise<string> {
    const { overwrite = false, ...settings } = options;
    const operation = { op: "save", id: this.id, path: toPath(path), overwrite };
    return (await this.#session.operate(operation, settings)) as string;
  }

  /**
   * The bytes of the file of an accepted request; waits until the terminal has it.
   *
   * @throws TransferError if the bytes cannot be fetched
   */
  async read(options: Omit<SaveOptions, "overwrite"> = {}): Promise<Buffer> {
    return (await this.#session.operate({ op: "read", id: this.id }, options)) as Buffer;
  }

  /** What is known now, as a plain object. */
  toJSON(): FileRequestState {
    return { ...this.#read() };
  }

  /** @internal */
  [inspect.custom](_depth: number, options: object): string {
    return `FileRequest ${inspect(this.toJSON(), options)}`;
  }

  #read(): FileRequestState {
    const text = this.#session.native.file(this.#state.id);
    // The text is compared because parsing costs more, and most reads find nothing new.
    if (text !== null && text !== this.#text) {
      this.#text = text;
      this.#state = JSON.parse(text) as FileRequestState;
    }
    return this.#state;
  }
}

/** A path as the native module takes it. */
export function toPath(path: string | URL): string {
  return path instanceof URL ? fileURLToPath(path) : path;
}
