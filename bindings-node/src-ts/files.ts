/** `room.files`: the file requests a terminal has, and acting on them. */

import type { Caller } from "./area.js";
import type { Progress } from "./bridge.js";
import { UsageError } from "./errors.js";
import { FileRequest, type FileRequestState, toPath } from "./file-request.js";
import { FilesArea } from "./generated/areas/files.js";
import { Calls } from "./handler.js";
import { describe } from "./json.js";
import type { Availability, OperationOptions, Session } from "./session.js";
import { type EventStream, FeedStream } from "./stream.js";

/** A file to send: its path, its bytes, or one that the terminal has already. */
export type FileSource =
  | string
  | URL
  | Uint8Array
  | ArrayBuffer
  | { readonly fileId: number | string };

/** How to upload a file. */
export interface UploadOptions extends OperationOptions {
  /** The name the other side sees. Default: the last part of the path. Bytes need one. */
  readonly name?: string | undefined;
  /** Called with the bytes so far and in total while they move. */
  readonly onProgress?: Progress | undefined;
}

/** How to send a file. */
export interface SendOptions extends UploadOptions {
  /** Who gets it: a CallId (`user@server`) or PeerId. */
  readonly to: string;
}

/** A file on the terminal's HTTP server. */
export interface ListedFile {
  readonly fileId: number | string;
  readonly fileName: string;
  readonly [field: string]: unknown;
}

/** A registered handler. */
export interface Listener extends Disposable {
  /** Stops calling the handler. */
  close(): void;
}

/** The file requests of a room, and the terminal's own file commands beside them. */
export class Files extends FilesArea {
  readonly #session: Session;
  #handlers: Set<{ readonly handler: unknown; readonly close: () => void }> | undefined;

  /** @internal */
  constructor(session: Session, caller: Caller) {
    super(caller);
    this.#session = session;
  }

  /** All requests known, newest first. No round trip. */
  get requests(): FileRequest[] {
    const states = JSON.parse(this.#session.native.files()) as FileRequestState[];
    return states.map((state) => new FileRequest(this.#session, state));
  }

  /** Those that were offered to the room, newest first. */
  get incoming(): FileRequest[] {
    return this.requests.filter((request) => request.direction === "incoming");
  }

  /** Those that the room made, newest first. */
  get outgoing(): FileRequest[] {
    return this.requests.filter((request) => request.direction === "outgoing");
  }

  /**
   * A request by its id, if it is known. Of those that are finished and gone from the terminal the
   * room remembers the last few hundred.
   */
  get(id: string): FileRequest | undefined {
    const text = this.#session.native.file(String(id));
    return text === null ? undefined : this.#request(JSON.parse(text));
  }

  /** Whether files can be moved now; null while that is not known. */
  get availability(): Availability | null {
    return this.#session.status().availability;
  }

  /**
   * Calls the handler with every incoming request that waits for an answer: those waiting already
   * included, each exactly once, across reconnects. The next request comes when the promise of the
   * handler has settled; do not await long work in it to serve several at once.
   */
  onRequest(handler: (request: FileRequest) => unknown): Listener {
    if (typeof handler !== "function") {
      throw new UsageError(`onRequest needs a function, not ${describe(handler)}`);
    }
    const session = this.#session;
    const feed = session.subscribe({ files: "requests" }, (item) => this.#request(item));
    const called = new Calls(feed).add(handler, (error) =>
      session.reporter.report("files.onRequest", handler, error),
    );
    const entry = { handler, close: () => called.close() };
    this.#handlers ??= new Set();
    this.#handlers.add(entry);
    feed.onClosed = () => this.#handlers?.delete(entry);
    return { close: entry.close, [Symbol.dispose]: entry.close };
  }

  /** Takes a handler of `onRequest` off, or all of them. One that runs is left to finish. */
  offRequest(handler?: (request: FileRequest) => unknown): void {
    for (const entry of [...(this.#handlers ?? [])]) {
      if (handler === undefined || entry.handler === handler) {
        entry.close();
      }
    }
  }

  /**
   * A request whenever something about it changes. Several changes of one request that were not
   * taken yet are one item.
   */
  changes(options: OperationOptions = {}): EventStream<FileRequest> {
    const session = this.#session;
    const feed = session.subscribe({ files: "changes" }, (item) => this.#request(item));
    return new FeedStream(feed, { endError: () => session.endError, signal: options.signal });
  }

  /**
   * Uploads a file and offers it to a user (`sendFile`).
   *
   * @returns the outgoing request; `await request.wait()` tells how it ends
   * @throws TransferError if the upload fails
   * @throws CommandError if the terminal refuses
   */
  async send(file: FileSource, options: SendOptions): Promise<FileRequest> {
    const { to, ...rest } = options ?? {};
    if (typeof to !== "string" || to === "") {
      throw new UsageError(`send needs "to", the receiver's id, not ${describe(to)}`);
    }
    return this.#request(await this.#upload({ op: "send", to }, file, rest));
  }

  /** Uploads a file and sends it to the chat of the group conference (`sendFileToConference`). */
  async sendToConference(file: FileSource, options: UploadOptions = {}): Promise<FileRequest> {
    return this.#request(await this.#upload({ op: "sendToConference" }, file, options));
  }

  /**
   * Uploads a file to the terminal's HTTP server and offers it to nobody.
   *
   * @returns its `fileId`, which other commands take
   */
  async upload(
    file: Exclude<FileSource, { readonly fileId: unknown }>,
    options: UploadOptions = {},
  ): Promise<number | string> {
    const done = await this.#upload({ op: "upload" }, file, options);
    return (done as { fileId: number | string }).fileId;
  }

  /** Finished requests, as the terminal keeps them (`getFileTransferHistory`). */
  async history(options: OperationOptions = {}): Promise<FileRequest[]> {
    const states = await this.#session.operate({ op: "history" }, options);
    return (states as FileRequestState[]).map((state) => this.#request(state));
  }

  /**
   * Empties the history (`clearFileTransferHistory`).
   *
   * @param options - `deleteFiles` deletes the files from the terminal's disk too; default false
   */
  async clearHistory(
    options: OperationOptions & { readonly deleteFiles?: boolean | undefined } = {},
  ): Promise<void> {
    const { deleteFiles = false, ...settings } = options;
    await this.#session.operate({ op: "clearHistory", deleteFiles }, settings);
  }

  /** Deletes a file from the terminal (`deleteFileTransferFile`). */
  async delete(
    file: FileRequest | string | { readonly fileId: number | string },
    options: OperationOptions = {},
  ): Promise<void> {
    const target =
      typeof file === "string" || file instanceof FileRequest
        ? { id: typeof file === "string" ? file : file.id }
        : { fileId: file.fileId };
    await this.#session.operate({ op: "delete", ...target }, options);
  }

  /** The files on the terminal's HTTP server (`getFileList`). */
  async fileList(options: OperationOptions = {}): Promise<ListedFile[]> {
    return (await this.#session.operate({ op: "fileList" }, options)) as ListedFile[];
  }

  /** Asks the terminal for both lists of requests now. */
  async refresh(options: OperationOptions = {}): Promise<void> {
    await this.#session.operate({ op: "refresh" }, options);
  }

  #request(state: unknown): FileRequest {
    return new FileRequest(this.#session, state as FileRequestState);
  }

  #upload(operation: object, file: FileSource, options: UploadOptions): Promise<unknown> {
    const { name, ...settings } = options;
    const source = toSource(file);
    const bytes = source instanceof Uint8Array ? source : undefined;
    const where = bytes === undefined ? source : undefined;
    return this.#session.operate({ ...operation, ...where, name }, { ...settings, bytes });
  }
}

function toSource(file: FileSource): Uint8Array | object {
  if (typeof file === "string" || file instanceof URL) {
    return { path: toPath(file) };
  }
  if (file instanceof Uint8Array) {
    return file;
  }
  if (file instanceof ArrayBuffer) {
    return new Uint8Array(file);
  }
  if (typeof file === "object" && file !== null && "fileId" in file) {
    return { fileId: file.fileId };
  }
  throw new UsageError(`a file is a path, a URL, bytes or { fileId }, not ${describe(file)}`);
}
