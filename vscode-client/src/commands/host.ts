/** What commands need of the extension, and how they ask the server. */

import * as vscode from "vscode";
import { ExecuteCommandRequest } from "vscode-languageclient/node";
import type { Channels } from "../channels";
import type { Pages } from "../pages";
import type { Supervisor } from "../server/supervisor";
import type { StatusItem } from "../status";

export interface Host {
  readonly supervisor: Supervisor;
  readonly channels: Channels;
  readonly pages: Pages;
  readonly status: StatusItem;
  readonly version: string;
}

/** Something that is said to the person who gave the command, in place of what they asked for. */
export class Refusal extends Error {}

export type Command = (host: Host) => Promise<void> | void;

/** What a command of the server's answers. Refusal where it cannot be asked, or says no. */
export async function ask(host: Host, command: string, ...args: unknown[]): Promise<unknown> {
  const { client } = host.supervisor;
  if (client === null) {
    throw new Refusal("Sessile does not run. Its log says why.");
  }
  if (!client.initializeResult?.capabilities.executeCommandProvider?.commands.includes(command)) {
    throw new Refusal("This release of the Sessile server cannot do that; update it, or use the bundled one.");
  }
  try {
    return await client.sendRequest(ExecuteCommandRequest.type, { command, arguments: args });
  } catch (error) {
    throw new Refusal(error instanceof Error ? error.message : String(error));
  }
}

/** The editor that shows a Python file. */
export function pythonEditor(): vscode.TextEditor {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== "python") {
    throw new Refusal("Open a Python file first.");
  }
  return editor;
}
