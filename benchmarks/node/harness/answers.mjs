// Answers of different sizes, one after the other; one field of each entry is read.
import { measure } from "./calls.mjs";

const ENTRY_SIZE = 7701;

export async function run(connect, port, name, size, milliseconds) {
  const client = await connect(port);
  const count = Number(size);
  const call = async () => {
    const answer = await client.command("getIncomingFilesRequests", { count });
    let total = 0;
    for (const entry of answer.incomingFilesRequests) total += entry.size;
    if (total !== count * ENTRY_SIZE) throw new Error("entries are missing");
  };
  await measure(call, name, 1, milliseconds);
  await client.close();
}
