/** The language client for one start of a server: which documents it is told of, and where its log goes. */

import type { Readable } from "node:stream";
import * as vscode from "vscode";
import { CloseAction, ErrorAction, LanguageClient, RevealOutputChannelOn } from "vscode-languageclient/node";
import type { Channels } from "../channels";
import { NAME, SECTION } from "../constants";
import type { ServerStatus } from "../statusText";
import type { Surroundings } from "./isolation";
import { whole } from "./reports";
import type { Launch } from "./resolve";
import { ServerLog } from "./serverLog";

/** Python, also where it is not saved or a cell of a notebook, and the files that configure Sessile. */
export const DOCUMENTS = [
  { language: "python", scheme: "file" },
  { language: "python", scheme: "untitled" },
  { language: "python", scheme: "vscode-notebook-cell" },
  { scheme: "file", pattern: "**/{pyproject,sessile}.toml" },
];

export interface Listener {
  readonly status: (status: ServerStatus) => void;
  /** The connection ended, and nobody asked for that. */
  readonly crashed: () => void;
}

/** A client that is not started yet. */
export function createClient(
  launch: Launch,
  around: Surroundings,
  channels: Channels,
  listener: Listener,
): LanguageClient {
  const run = { command: launch.command, args: [...launch.args, "--log-level", "info"], options: around };
  const client = new LanguageClient(SECTION, NAME, run, {
    documentSelector: DOCUMENTS,
    initializationOptions: vscode.workspace.getConfiguration(SECTION),
    outputChannel: channels.log,
    traceOutputChannel: channels.trace,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    stdioOptions: {
      stdout: () => undefined,
      stderr: (stream) => {
        follow(stream, channels.log);
      },
    },
    middleware: {
      provideDiagnostics: (document, previous, token, next) =>
        whole(next(document, previous, token), token, vscode.CancellationError),
    },
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        listener.crashed();
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    },
  });
  client.registerFeature({
    fillClientCapabilities: (capabilities) => {
      capabilities.experimental = { serverStatusNotification: true };
    },
    initialize: () => undefined,
    getState: () => ({ kind: "static" }),
    clear: () => undefined,
  });
  client.onNotification("experimental/serverStatus", listener.status);
  return client;
}

function follow(stream: Readable, log: vscode.LogOutputChannel): void {
  const lines = new ServerLog((level, line) => {
    log[level](line);
  });
  stream.setEncoding("utf8").on("data", (chunk: string) => {
    lines.take(chunk);
  });
}
