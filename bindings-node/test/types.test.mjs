import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { app, start } from "./helpers.mjs";

const TSC = join(app, "node_modules", "typescript", "bin", "tsc");

for (const config of ["tsconfig.json", "legacy.json"]) {
  test(`the types are right for both kinds of modules: ${config}`, async () => {
    const { code, stdout } = await start([TSC, "--project", join(app, "test", "types", config)])
      .ended;
    assert.equal(stdout, "");
    assert.equal(code, 0);
  });
}
