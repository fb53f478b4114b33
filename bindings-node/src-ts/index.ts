/**
 * Controls a TrueConf Room terminal: commands, events and file requests.
 *
 * @packageDocumentation
 */

export type { Accepted, AnswerHead, CommandOptions, FlowOptions, NoParams } from "./area.js";
export {
  type DoctorFinding,
  type DoctorOptions,
  type DoctorReport,
  type DoctorResult,
  doctor,
} from "./doctor.js";
export {
  AuthError,
  CommandError,
  CommandTimeout,
  ConnectError,
  ConnectionLost,
  type ErrorCode,
  FileRequestError,
  FleetError,
  FlowError,
  RoomClosed,
  Superseded,
  TransferError,
  TrueroomError,
  UsageError,
  WaitTimeout,
} from "./errors.js";
export type { QueueOptions } from "./event-feed.js";
export type {
  ConnectionEvent,
  ErrorEvent,
  EventBase,
  EventHandler,
  EventName,
  Events,
  LaggedEvent,
  LibraryEvents,
  LiveEvent,
  RoomEvent,
} from "./events.js";
export type { Expected, WaitOptions } from "./expect.js";
export {
  type FileDirection,
  FileRequest,
  type FileRequestState,
  type FileStatus,
  type FinishOptions,
  type SaveOptions,
} from "./file-request.js";
export {
  type FileSource,
  Files,
  type ListedFile,
  type Listener,
  type SendOptions,
  type UploadOptions,
} from "./files.js";
export {
  type AddOptions,
  Fleet,
  type FleetCommandOptions,
  type FleetFiles,
  type FleetOptions,
  type FleetWaitOptions,
} from "./fleet.js";
export type { CommandName, Commands } from "./generated/commands.js";
export type { WireEvents } from "./generated/events.js";
export type * as wire from "./generated/index.js";
export { Health, type RoomHealth } from "./health.js";
export type { Live, Ringing } from "./live.js";
export type { LoggerMethods, LoggerOption, LogLevel, LogRecord } from "./logging.js";
export type { ConnectOptions } from "./options.js";
export { Results } from "./results.js";
export {
  type Answer,
  type AnswerTo,
  type CommandArguments,
  type Counters,
  connect,
  Room,
  type RoomStatus,
  type StreamOptions,
} from "./room.js";
export type { Availability, OperationOptions, RoomState } from "./session.js";
export type { EventStream } from "./stream.js";
export { version } from "./version.js";
