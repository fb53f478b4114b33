/** The package's version. */

const manifest = require("../package.json") as { readonly version: string };

/** The version of this package. */
export const version: string = manifest.version;
