import assert from "node:assert/strict";
import { it } from "node:test";
import { counted, shown, type ServerStatus } from "../src/statusText";
import { expandedPath } from "../src/variables";

const STATUS: ServerStatus = {
  health: "ok",
  quiescent: true,
  message: "",
  version: "1.0.0",
  findings: { error: 2, warning: 1, information: 0, hint: 0 },
};

it("findings are counted in words", () => {
  assert.equal(counted(STATUS.findings), "2 errors, 1 warning");
  assert.equal(counted({ information: 2 }), "2 information");
  assert.equal(counted({ error: 0 }), "no findings");
});

it("the status item says what runs and what it found", () => {
  const running = { kind: "running", version: "1.0.0", origin: "bundled" } as const;
  assert.deepEqual(shown({ ...running, status: STATUS }), {
    text: "Sessile: 2 errors, 1 warning",
    detail: "1.0.0 (bundled)",
    busy: false,
    health: "ok",
  });
  const broken = { ...STATUS, health: "warning", quiescent: false, message: "a.toml is wrong" } as const;
  const { detail, busy, health } = shown({ ...running, status: broken });
  assert.deepEqual([detail, busy, health], ["a.toml is wrong; 1.0.0 (bundled)", true, "warning"]);
  assert.equal(shown({ ...running, status: null }).text, "Sessile");
  assert.equal(shown({ kind: "starting" }).busy, true);
  assert.equal(shown({ kind: "stopped", problem: "no Python" }).health, "error");
});

it("paths in settings may be written with variables", () => {
  const known = { folder: "/w", home: "/home/me", environment: { TOOLS: "/opt" } };
  const expanded = (written: string): string | null => expandedPath(written, known);
  assert.equal(expanded("~/bin/sessile"), "/home/me/bin/sessile");
  assert.equal(expanded("${userHome}/x"), "/home/me/x");
  assert.equal(expanded("${workspaceFolder}/.venv/bin/python"), "/w/.venv/bin/python");
  assert.equal(expanded("${env:TOOLS}/python"), "/opt/python");
  assert.equal(expanded(".venv/bin/python"), "/w/.venv/bin/python");
  assert.equal(expanded("  "), null);
  assert.equal(expandedPath(null, known), null);
});
