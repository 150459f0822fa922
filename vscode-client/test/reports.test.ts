import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { map } from "vscode-languageclient/$test/common/utils/async";
import "vscode-languageserver-protocol/node";
import type { CancellationToken } from "vscode";
import { whole } from "../src/server/reports";

class Cancelled extends Error {}

describe("a report on a document", () => {
  it("that is asked for again while the library converts it is not kept, since it may be cut short", async () => {
    const token = { isCancellationRequested: false } as { isCancellationRequested: boolean } & CancellationToken;
    const converted = map(["a", "b", "c"], slowly, token);
    const kept = whole(converted, token, Cancelled);
    token.isCancellationRequested = true;
    assert.ok(Object.keys(await converted).length < 3);
    await assert.rejects(kept, Cancelled);
  });

  it("is kept otherwise", async () => {
    const token = { isCancellationRequested: false } as CancellationToken;
    assert.deepEqual(await whole(map(["a", "b", "c"], slowly, token), token, Cancelled), ["a", "b", "c"]);
    assert.equal(await whole(null, token, Cancelled), null);
  });
});

/** Takes more than half of the time after which the library lets others have their turn. */
function slowly(value: string): string {
  const end = Date.now() + 8;
  while (Date.now() < end);
  return value;
}
