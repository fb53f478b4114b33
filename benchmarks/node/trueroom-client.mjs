// The Node package under load.
import { connect } from "trueroom";
import * as growth from "./growth.mjs";
import { BURST, main } from "./harness/index.mjs";

/** The request that the server has a file for. */
const FILE = "99bbe5c1-a9c2-413e-9564-a485a018bd13";

await main(async (port) => {
  const room = await connect("127.0.0.1", {
    websocketPort: port,
    httpPort: port,
    queueSize: 2 * BURST,
  });
  return {
    command: (method, params) => room.command(method, params),
    onEvent: (name, handler) => room.on(name, handler),
    close: () => room.close(),
    files: room.files,
    download: async (size, folder) => {
      await room.command("setRequests", { fileOf: size });
      await room.files.refresh();
      return room.files.get(FILE).save(folder);
    },
    upload: (path) => room.files.upload(path),
  };
}, growth);
