// The Node package under load.
import { connect } from "trueroom";
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
  };
});
