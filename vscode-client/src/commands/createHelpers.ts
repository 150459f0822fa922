/** "Sessile: Create Helpers Module": the run-time helpers that fixes call, where a fix of this file would put them. */

import * as vscode from "vscode";
import { ask, pythonEditor, type Command } from "./host";

export const createHelpers: Command = async (host) => {
  const module = await ask(host, "sessile.createHelpers", pythonEditor().document.uri.toString());
  if (typeof module === "string") {
    await vscode.window.showTextDocument(vscode.Uri.parse(module), { preview: false });
  }
};
