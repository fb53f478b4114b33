/** The package's version, and a check that the native module is of the same one. */

import { bridge } from "./bridge.js";

const manifest = require("../package.json") as { readonly version: string };

/** The version of this package. */
export const version: string = manifest.version;

const native = bridge().native.version();
if (native !== version) {
  throw new Error(
    `trueroom ${version} found a native module of version ${native}. ` +
      "Two versions are mixed in node_modules. Run: npm install --force",
  );
}
