// The verb `do` of the conformance scenarios: operations on files, by the public API.

import { createHash } from "node:crypto";
import { readFile, realpath } from "node:fs/promises";
import { basename, relative } from "node:path";
import { FileRequestError } from "trueroom";

/** A file above this is not shown as text. */
const TEXT = 100_000;

/** Bytes that a scenario describes. */
export function content({ text, base64, size }) {
  if (text !== undefined) {
    return Buffer.from(text);
  }
  if (base64 !== undefined) {
    return Buffer.from(base64, "base64");
  }
  return Buffer.from(Uint8Array.from({ length: size }, (_, i) => i % 251));
}

/** Carries an operation out; `folder` is where a saved file has to lie. */
export async function operate(room, operation, folder, signal) {
  const { op, id } = operation;
  const { files } = room;
  const request = () => {
    const found = files.get(id);
    if (found === undefined) {
      throw new FileRequestError("not known", { id });
    }
    return found;
  };
  switch (op) {
    case "accept":
    case "reject":
      await request()[op]({ signal });
      return null;
    case "wait":
      return (await request().wait({ timeout: operation.timeout, signal })).toJSON();
    case "save": {
      const { overwrite } = operation;
      return saved(await request().save(operation.path, { overwrite, signal }), folder);
    }
    case "read":
      return described(await request().read({ signal }));
    case "upload":
      return { fileId: await files.upload(source(operation), { name: operation.name, signal }) };
    case "send":
    case "sendToConference": {
      const { to, name } = operation;
      return (await files[op](source(operation), { to, name, signal })).toJSON();
    }
    case "history":
      return (await files.history({ signal })).map((each) => each.toJSON());
    case "clearHistory":
      await files.clearHistory({ deleteFiles: operation.deleteFiles, signal });
      return null;
    case "delete":
      await files.delete(id ?? { fileId: operation.fileId }, { signal });
      return null;
    case "fileList":
      return files.fileList({ signal });
    case "refresh":
      await files.refresh({ signal });
      return null;
    default:
      throw new Error(`there is no operation ${op}`);
  }
}

function source({ path, content: given, fileId }) {
  if (path !== undefined) {
    return path;
  }
  return given === undefined ? { fileId } : content(given);
}

function described(bytes) {
  const text = bytes.toString("utf8");
  const isText = bytes.length <= TEXT && Buffer.from(text).equals(bytes);
  return {
    size: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    text: isText ? text : null,
  };
}

async function saved(path, folder) {
  const inside = relative(await realpath(folder), await realpath(path));
  if (inside.startsWith("..")) {
    throw new Error(`${path} is not in the scenario's folder`);
  }
  return { name: basename(path), ...described(await readFile(path)) };
}
