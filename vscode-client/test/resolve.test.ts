import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Python } from "../src/python/probe";
import { resolveServer, type Resolution, type Wish } from "../src/server/resolve";

/** What runs on this machine: interpreters with what they answer, and other programs as null. */
type Machine = Record<string, Python | Error | null>;

const python = (minor: number, sessile: string | null = null): Python => ({ version: [3, minor, 0], sessile });
const NOTHING: Wish = {
  trusted: true,
  path: null,
  interpreter: null,
  importStrategy: "fromEnvironment",
  selected: null,
  folders: ["/w"],
  environment: {},
  platform: "linux",
  bundled: "/ext/bundled/server.py",
};

async function resolved(wish: Partial<Wish>, machine: Machine): Promise<Resolution> {
  const probe = (interpreter: string): Promise<Python | Error> =>
    Promise.resolve(machine[interpreter] ?? new Error(`${interpreter} is no Python`));
  const outside = { probe, isProgram: (file: string) => Promise.resolve(file in machine), log: () => undefined };
  return resolveServer({ ...NOTHING, ...wish }, outside);
}

/** The command line as one string, or "failure" with the setting that helps. */
async function line(wish: Partial<Wish>, machine: Machine): Promise<string> {
  const found = await resolved(wish, machine);
  return "launch" in found
    ? [found.launch.command, ...found.launch.args].join(" ")
    : `failure ${found.failure.setting}`;
}

describe("the server of a trusted workspace", () => {
  const path = { PATH: "/usr/bin" };
  const usual = { "/usr/bin/python3": python(11) };

  it("is the one that sessile.path names", async () => {
    const machine = { "/opt/sessile": null, "/sel/python": python(12, "1.0.0") };
    assert.equal(await line({ path: "/opt/sessile", selected: "/sel/python" }, machine), "/opt/sessile server");
  });

  it("is none if sessile.path leads nowhere, rather than one that nobody asked for", async () => {
    assert.equal(await line({ path: "/opt/none", environment: path }, usual), "failure sessile.path");
  });

  it("comes from the selected interpreter before the workspace's own", async () => {
    const machine = { "/sel/python": python(12, "1.0.0"), "/w/.venv/bin/python": python(12, "0.9.0") };
    assert.equal(await line({ selected: "/sel/python" }, machine), "/sel/python -I -m sessile.lsp");
  });

  it("comes from the first environment that has one", async () => {
    const machine = { "/sel/python": python(12), "/w/.venv/bin/python": python(12, "0.9.0") };
    assert.equal(await line({ selected: "/sel/python" }, machine), "/w/.venv/bin/python -I -m sessile.lsp");
  });

  it("comes from the active environment, and then from PATH", async () => {
    const environment = { ...path, VIRTUAL_ENV: "/v" };
    const machine = { "/v/bin/python": python(12, "0.9.0"), "/usr/bin/sessile": null, ...usual };
    assert.equal(await line({ environment }, machine), "/v/bin/python -I -m sessile.lsp");
    assert.equal(await line({ environment: path }, machine), "/usr/bin/sessile server");
  });

  it("is the bundled one where there is no other, or where that is wanted", async () => {
    assert.equal(await line({ environment: path }, usual), "/usr/bin/python3 -I /ext/bundled/server.py");
    const machine = { "/sel/python": python(12, "1.0.0") };
    const wish = { selected: "/sel/python", importStrategy: "useBundled" } as const;
    assert.equal(await line(wish, machine), "/sel/python -I /ext/bundled/server.py");
  });

  it("runs with the first Python that is new enough and works", async () => {
    const machine = { "/sel/python": new Error("broken"), "/w/.venv/bin/python": python(9), ...usual };
    const wish = { selected: "/sel/python", environment: path };
    assert.equal(await line(wish, machine), "/usr/bin/python3 -I /ext/bundled/server.py");
  });

  it("is looked for with Windows' names there", async () => {
    const machine = { "C:\\w\\.venv\\Scripts\\python.exe": python(12, "0.9.0") };
    const wish = { platform: "win32", folders: ["C:\\w"] } as const;
    assert.equal(await line(wish, machine), "C:\\w\\.venv\\Scripts\\python.exe -I -m sessile.lsp");
  });

  it("is never looked for in a relative entry of PATH", async () => {
    assert.equal(
      await line({ environment: { PATH: ".:bin" } }, { "bin/python3": python(12) }),
      "failure sessile.interpreter",
    );
  });

  it("is missed in words that say what was found and what helps", async () => {
    const found = await resolved({ environment: path }, { "/usr/bin/python3": python(8) });
    assert.ok("failure" in found);
    assert.match(found.failure.problem, /needs Python 3\.10 or newer/);
    assert.match(found.failure.problem, /\/usr\/bin\/python3 is Python 3\.8\.0/);
    assert.match(found.failure.problem, /Install Python, or name an interpreter in the setting sessile\.interpreter/);
  });
});

describe("the server of a workspace that is not trusted", () => {
  const everything: Machine = {
    "/opt/sessile": null,
    "/sel/python": python(12, "1.0.0"),
    "/w/.venv/bin/python": python(12, "1.0.0"),
    "/w/bin/python3": python(12, "1.0.0"),
    "/usr/bin/sessile": null,
    "/usr/bin/python3": python(11),
  };

  it("is the bundled one, with a Python from outside of it", async () => {
    const environment = { VIRTUAL_ENV: "/w/.venv", PATH: "/w/bin:/usr/bin" };
    const wish = { trusted: false, path: "/opt/sessile", selected: "/sel/python", environment };
    assert.equal(await line(wish, everything), "/usr/bin/python3 -I /ext/bundled/server.py");
  });

  it("may run with the Python of the user's setting", async () => {
    const wish = { trusted: false, interpreter: "/sel/python" };
    assert.equal(await line(wish, everything), "/sel/python -I /ext/bundled/server.py");
  });

  it("does not take a folder beside the workspace for the workspace", async () => {
    const environment = { VIRTUAL_ENV: "/w2" };
    assert.equal(
      await line({ trusted: false, environment }, { "/w2/bin/python": python(12) }),
      "/w2/bin/python -I /ext/bundled/server.py",
    );
  });
});
