// Compiled, not run, by types.test.mjs: what a TypeScript program sees of the package as an ES module.

import {
  type Answer,
  type AnswerTo,
  AuthError,
  CommandError,
  type ConnectionEvent,
  type ConnectOptions,
  connect,
  type DoctorFinding,
  doctor,
  type ErrorCode,
  type EventName,
  type EventStream,
  type FileRequest,
  type FileStatus,
  Fleet,
  type Live,
  type LogRecord,
  type Results,
  type Room,
  type RoomEvent,
  type RoomHealth,
  type RoomState,
  TrueroomError,
  type version,
  type wire,
} from "trueroom";
import { VideoMatrixType } from "trueroom/enums";
import { Simulator, type SimulatorOptions } from "trueroom/simulator";

/** Fails to compile unless both types are the same. */
function same<A, B>(_same: [A] extends [B] ? ([B] extends [A] ? true : never) : never): void {}

const options: ConnectOptions = { pin: "1234", role: "admin", apiVersion: "2", logLevel: "debug" };
same<typeof version, string>(true);

export async function typed(): Promise<void> {
  const simulatorOptions: SimulatorOptions = { pin: "1234", generation: "legacy" };
  await using simulator = await Simulator.start(simulatorOptions);
  const { report, text } = await doctor(simulator.host, { ...simulator.options, watch: 0 });
  same<typeof report.findings, readonly DoctorFinding[]>(true);
  same<typeof text, string>(true);
  // @ts-expect-error the doctor takes nothing over
  await doctor("room", { takeover: true });
  await using room = await connect(simulator.host, { ...simulator.options, ...options });
  same<typeof room, Room>(true);
  same<typeof room.state, RoomState>(true);

  const answer = await room.command("getSystemInfo", {}, { timeout: 5000 });
  same<typeof answer.result, boolean | undefined>(true);
  same<typeof answer.someField, unknown>(true);
  const files = await room.command("getFileTransferHistory");
  same<typeof files, AnswerTo<"getFileTransferHistory">>(true);
  const sentCommand = await room.command("sendFile", { fileId: 7n, callId: "a@b", extra: true });
  same<typeof sentCommand.sentFileRequestId, string | null | undefined>(true);
  const anyMethod: string = "newInVersion6";
  const unknown = await room.command(
    anyMethod,
    { big: 9007199254740993n },
    { signal: AbortSignal.timeout(1000) },
  );
  same<typeof unknown, Answer>(true);

  room
    .on("connection", (event) => {
      same<typeof event, ConnectionEvent>(true);
      same<typeof event.retryIn, number | null>(true);
    })
    .once("lagged", ({ dropped }) => same<typeof dropped, number>(true))
    .on("error", async ({ message, error }) => {
      same<typeof message, string>(true);
      same<typeof error, unknown>(true);
    })
    .on("*", ({ event }) => same<typeof event, string>(true))
    .off("receivedFileRequest");
  room.on("receivedFileRequest", (event) => {
    same<typeof event.event, "receivedFileRequest">(true);
    same<typeof event.someField, unknown>(true);
    same<typeof event.fileName, string>(true);
    same<typeof event.fileSize, number | null | undefined>(true);
  });
  const current = await room.app.getAppState({}, { timeout: 1000 });
  same<typeof current, wire.GetAppStateAnswer>(true);
  same<typeof current.appState, wire.AppState>(true);
  same<typeof current.extStatus, wire.ExtendedStatus | null | undefined>(true);
  same<typeof current.desktopSharing.running, boolean>(true);
  await room.conference.create({ title: "x", confType: "symmetric", autoAccept: true });
  await room.remoteCamera.getIncomingCameraControlRequests();
  await room.files.sendFile({ fileId: 7n, callId: "bob@example.test" });
  await room.layout.changeVideoMatrixType({ matrixType: VideoMatrixType.Equal });
  const joined = await room.flows.call({ peerId: "bob@example.test" }, { timeout: 60_000 });
  same<typeof joined, wire.ConferenceCreatedEvent>(true);
  const over = await room.flows.hangUp();
  same<typeof over, wire.ConferenceDeletedEvent | wire.StopCallingEvent>(true);
  // @ts-expect-error a call needs somebody to call
  await room.flows.call({});
  same<ReturnType<typeof room.runFlow>, Promise<Answer>>(true);
  same<typeof room.live, Live>(true);
  same<typeof room.live.user, wire.UserRef | null>(true);
  same<typeof room.live.participants, readonly wire.Participant[]>(true);
  room.on("live", ({ changed }) => same<typeof changed, readonly string[]>(true));
  room.on("inviteReceived", async (event) => {
    same<typeof event, RoomEvent<"inviteReceived"> & wire.InviteReceivedEvent>(true);
    same<typeof event.type, wire.ConferenceType>(true);
    await room.call.accept();
  });
  const state: wire.AppState = 3;
  room.on("appStateChanged", (event) => event.appState === state);
  const name: EventName = "appStateChanged";
  room.on(name, () => {});

  for await (const event of room.events("receivedFileRequest", "connection")) {
    if (event.event === "connection") {
      same<typeof event.state, RoomState>(true);
    } else if (event.event === "lagged") {
      same<typeof event.dropped, number>(true);
    } else {
      same<typeof event.event, "receivedFileRequest">(true);
    }
  }
  for await (const event of room.events({ signal: AbortSignal.timeout(1) })) {
    same<typeof event.event, string>(true);
  }
  const events = room.events("inviteReceived", { signal: AbortSignal.timeout(1) });
  same<Awaited<ReturnType<typeof events.next>>["value"], undefined | { event: "inviteReceived" }>(
    // @ts-expect-error an event has more than its name
    true,
  );

  const waited = await room.waitFor("connection", { where: (event) => event.attempt > 1 });
  same<typeof waited, ConnectionEvent>(true);
  await using expected = room.expect("connection", { timeout: 1000 });
  same<Awaited<typeof expected.promise>, ConnectionEvent>(true);

  using listener = room.files.onRequest(async (request) => {
    same<typeof request, FileRequest>(true);
    same<typeof request.status, FileStatus>(true);
    same<typeof request.createdAt, Date | null>(true);
    same<typeof request.fileId, number | string | null>(true);
    const path = await request.save("inbox/", { onProgress: (done, total) => done / total });
    same<typeof path, string>(true);
    const bytes: Buffer = await request.read();
    bytes.toString("utf8");
    for await (const percent of request.progress()) {
      same<typeof percent, number>(true);
    }
  });
  listener.close();
  const changes: EventStream<FileRequest> = room.files.changes();
  await changes.return();
  const sent = await room.files.send(new Uint8Array(3), { to: "bob@example.test", name: "x" });
  same<typeof sent, FileRequest>(true);
  await room.files.send({ fileId: 7 }, { to: "bob@example.test" });
  await room.files.send(new URL("file:///tmp/x"), { to: "bob@example.test" });
  await room.files.delete(sent);

  try {
    await room.closed;
  } catch (error) {
    if (error instanceof CommandError) {
      same<typeof error.resultCode, number | null>(true);
    }
    if (error instanceof TrueroomError) {
      same<typeof error.code, ErrorCode>(true);
    }
    if (error instanceof AuthError && error.code === "ERR_TRUEROOM_AUTH") {
      throw new Error("pin", { cause: error });
    }
  }
}

const records: LogRecord[] = [];
export const loggers: ConnectOptions[] = [
  { logger: (record) => records.push(record) },
  { logger: console },
  { logger: { error: (message: string) => console.error(message) } },
];

export function wrong(room: Room, request: FileRequest): void {
  // @ts-expect-error a misspelt event
  room.on("recievedFileRequest", () => {});
  // @ts-expect-error a misspelt event among others
  room.events("connection", "recievedFileRequest");
  // @ts-expect-error no such field of the library's own event
  room.on("connection", (event) => event.retryIn.toFixed());
  // @ts-expect-error a PIN is a string
  connect("127.0.0.1", { pin: 1234 });
  // @ts-expect-error a misspelt option
  connect("127.0.0.1", { prot: 80 });
  // @ts-expect-error no such role
  connect("127.0.0.1", { role: "root" });
  // @ts-expect-error a parameter is missing
  room.command("sendFile", { callId: "bob@example.test" });
  // @ts-expect-error all are missing
  room.command("acceptIncomingFileRequest");
  // @ts-expect-error a parameter of a wrong type
  room.command("acceptIncomingFileRequest", { fileRequestId: 7 });
  // @ts-expect-error no field of this event is a function
  room.on("receivedFileRequest", (event) => event.fileName());
  // @ts-expect-error a parameter is missing
  room.chat.sendMessage({ peerId: "bob@example.test" });
  // @ts-expect-error no such parameter
  room.chat.sendMessage({ peerId: "bob@example.test", message: "x", txt: "y" });
  // @ts-expect-error of a wrong type
  room.chat.sendMessage({ peerId: 7, message: "x" });
  // @ts-expect-error no such command
  room.chat.sendMassage({ peerId: "bob@example.test", message: "x" });
  // @ts-expect-error no such field
  room.app.getAppState().then((state) => state.nonsense);
  // @ts-expect-error parameters are an object
  room.command("getAppState", "text");
  // @ts-expect-error a receiver is needed
  room.files.send("report.pdf", {});
  // @ts-expect-error the state is read-only
  room.state = "closed";
  // @ts-expect-error so is a request
  request.status = "processed";
  // @ts-expect-error not a status
  if (request.status === "done") room.close();
}

export async function many(): Promise<void> {
  await using fleet = new Fleet({ pin: "1234", connectRate: 50, concurrency: 8 });
  same<ReturnType<typeof fleet.add>, Room>(true);
  fleet.add("lobby", "192.168.1.20", { tls: true });
  const late = await fleet.waitReady({ timeout: 30_000 });
  same<typeof late, Map<string, RoomHealth>>(true);
  const results = await fleet.command("getSystemInfo", {}, { rooms: ["lobby"], limit: 4 });
  same<typeof results, Results<AnswerTo<"getSystemInfo">>>(true);
  const { answers, errors } = results;
  same<typeof answers, Map<string, AnswerTo<"getSystemInfo">>>(true);
  same<typeof errors, Map<string, TrueroomError>>(true);
  const health = fleet.health();
  same<typeof health.states.ready, number | undefined>(true);
  fleet.on("connection", (room, event) => {
    same<typeof room, Room>(true);
    same<typeof event, ConnectionEvent>(true);
  });
  fleet.files.onRequest((_room, request) => same<typeof request, FileRequest>(true));
  for await (const [key, event] of fleet.events("connection")) {
    same<typeof key, string>(true);
    same<typeof event.event, "connection" | "lagged">(true);
  }
  same<Awaited<ReturnType<typeof fleet.remove>>, boolean>(true);
}
