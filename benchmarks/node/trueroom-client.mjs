// The Node package under load.
import { connect } from "trueroom";
import * as growth from "./growth.mjs";
import { BURST, main } from "./harness/index.mjs";

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
    download: async (size, folder) => {
      await room.command("getIncomingFilesRequests", { fileOf: size });
      const [request] = room.files.requests;
      return request.save(folder);
    },
    upload: (path) => room.files.upload(path),
  };
}, growth);
