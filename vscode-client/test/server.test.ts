import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Backoff } from "../src/server/backoff";
import { Coalesced } from "../src/server/coalesced";
import { ServerLog } from "../src/server/serverLog";

describe("restarts", () => {
  it("that are asked for together are one", async () => {
    const runs: string[][] = [];
    const coalesced = new Coalesced<string>((requests) => (runs.push([...requests]), Promise.resolve()), 1);
    await Promise.all([coalesced.ask("a"), coalesced.ask("b"), coalesced.ask("c")]);
    assert.deepEqual(runs, [["a", "b", "c"]]);
  });

  it("that are asked for during one are one more, after it", async () => {
    const runs: string[][] = [];
    let finish = (): void => undefined;
    const coalesced = new Coalesced<string>((requests) => {
      runs.push([...requests]);
      return new Promise((resolve) => (finish = resolve));
    }, 1);
    const first = coalesced.ask("a");
    await until(() => runs.length === 1);
    const others = Promise.all([coalesced.ask("b"), coalesced.ask("c")]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(runs.length, 1, "the first is not over");
    finish();
    await first;
    await until(() => runs.length === 2);
    finish();
    await others;
    assert.deepEqual(runs, [["a"], ["b", "c"]]);
  });

  it("go on after one that failed, and whoever asked for that is told", async () => {
    let calls = 0;
    const coalesced = new Coalesced<string>(
      () => (++calls === 1 ? Promise.reject(new Error("no")) : Promise.resolve()),
      1,
    );
    await assert.rejects(coalesced.ask("a"), /no/);
    await coalesced.ask("b");
    assert.equal(calls, 2);
  });
});

describe("crashes", () => {
  it("in a row are waited out longer and longer, and then given up", () => {
    const backoff = new Backoff();
    const waits = Array.from({ length: 6 }, () => [backoff.crashed(100), backoff.first]);
    assert.deepEqual(waits, [
      [1000, true],
      [2000, false],
      [4000, false],
      [8000, false],
      [16000, false],
      [null, false],
    ]);
  });

  it("long after each other are each the first", () => {
    const backoff = new Backoff();
    backoff.crashed(100);
    backoff.crashed(100);
    assert.equal(backoff.crashed(1_000_000), 1000);
    assert.equal(backoff.first, true);
  });

  it("are forgotten when somebody asks for a fresh start", () => {
    const backoff = new Backoff();
    backoff.crashed(100);
    backoff.reset();
    assert.equal(backoff.crashed(100), 1000);
  });
});

it("the server's log keeps its levels, however it is cut", () => {
  const lines: [string, string][] = [];
  const log = new ServerLog((level, line) => lines.push([level, line]));
  log.take("2026-01-31 12:00:00,000 WARNING sessile.lsp: ca");
  log.take(
    "reful\nTraceback\n2026-01-31 12:00:00,000 ERROR sessile: bad\r\n  more\n2026-01-31 12:00:00,000 INFO sessile: fine\n",
  );
  assert.deepEqual(lines, [
    ["warn", "sessile.lsp: careful"],
    ["warn", "Traceback"],
    ["error", "sessile: bad"],
    ["error", "  more"],
    ["info", "sessile: fine"],
  ]);
});

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
