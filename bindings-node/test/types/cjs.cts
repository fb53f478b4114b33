// Compiled, not run, by types.test.mjs: what a TypeScript program sees of the package from CommonJS.

import trueroom = require("trueroom");
import simulators = require("trueroom/simulator");

async function typed(): Promise<void> {
  const simulator: simulators.Simulator = await simulators.Simulator.start();
  const room: trueroom.Room = await trueroom.connect(simulator.host, simulator.options);
  room.on("connection", ({ state }: trueroom.ConnectionEvent) => state === "ready");
  // @ts-expect-error a misspelt event
  room.on("conection", () => {});
  try {
    await room.command("getAppState");
  } catch (error) {
    if (error instanceof trueroom.CommandError) {
      const code: number | null = error.resultCode;
      // @ts-expect-error not a string
      const text: string = code;
      console.log(text);
    }
  }
  const esm = await import("trueroom");
  const same: typeof trueroom.Room = esm.Room;
  console.log(same);
  await room.close();
}

export = typed;
