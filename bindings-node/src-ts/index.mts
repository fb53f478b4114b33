/**
 * The same objects as `require("trueroom")` gives: one implementation, so that `instanceof` and
 * everything else works whichever way a program and its libraries load the package.
 *
 * @packageDocumentation
 */

export type * from "./index.js";
export {
  AuthError,
  CommandError,
  CommandTimeout,
  ConnectError,
  ConnectionLost,
  connect,
  doctor,
  FileRequest,
  FileRequestError,
  Files,
  Fleet,
  FleetError,
  FlowError,
  Health,
  Results,
  Room,
  RoomClosed,
  Superseded,
  TransferError,
  TrueroomError,
  UsageError,
  version,
  WaitTimeout,
} from "./index.js";
