import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { it } from "node:test";
import { isProgram } from "../src/program";
import { answer, realProbe, remembering, type Python } from "../src/python/probe";
import { surroundings } from "../src/server/isolation";

const PYTHON = process.env.SESSILE_TEST_PYTHON ?? "python3";

it("a process sees nothing of what aims Python elsewhere", () => {
  const { env, cwd } = surroundings("/ext", { PYTHONPATH: "/w", PythonStartup: "/w/x.py", PATH: "/bin" });
  assert.deepEqual(env, { PATH: "/bin", PYTHONSAFEPATH: "1", PYTHONNOUSERSITE: "1" });
  assert.equal(cwd, "/ext");
});

it("an interpreter is asked without running anything that lies around it", async () => {
  const trap = mkdtempSync(path.join(os.tmpdir(), "trap"));
  for (const name of ["json", "sessile", "sitecustomize", "usercustomize"]) {
    writeFileSync(path.join(trap, `${name}.py`), "raise SystemExit('caught')\n");
  }
  const found = await realProbe(surroundings(trap, { ...process.env, PYTHONPATH: trap }))(PYTHON);
  assert.ok(!(found instanceof Error));
  assert.equal(found.version[0], 3);
});

it("what is no Python says why", async () => {
  const around = surroundings(os.tmpdir(), process.env);
  assert.ok((await realProbe(around)("/bin/false")) instanceof Error);
  assert.ok((await realProbe(around)("/bin/echo")) instanceof Error);
});

it("an answer must make sense", () => {
  assert.deepEqual(answer('{"version": [3, 12, 1], "sessile": null}\n'), { version: [3, 12, 1], sessile: null });
  for (const said of ["", "hello", "[]", "null", '{"version": 3, "sessile": null}', '{"version": [3, 12, 1]}']) {
    assert.ok(answer(said) instanceof Error, said);
  }
});

it("each interpreter is asked once", async () => {
  let asked = 0;
  const probe = remembering(() => Promise.resolve<Python>({ version: [3, 12, ++asked], sessile: null }));
  await Promise.all([probe("/a"), probe("/a"), probe("/b")]);
  assert.equal(asked, 2);
});

it("a program is a file that may be run", async () => {
  assert.equal(await isProgram("/bin/sh"), true);
  assert.equal(await isProgram("/bin"), false);
  assert.equal(await isProgram("/none"), false);
});
