/** "Sessile: Fix All in Workspace": the safe fixes of every file, as one edit that can be undone. */

import * as vscode from "vscode";
import { ask, type Command } from "./host";

export const fixWorkspace: Command = async (host) => {
  const progress = { location: vscode.ProgressLocation.Notification, title: "Sessile: fixing the workspace" };
  await vscode.window.withProgress(progress, () => ask(host, "sessile.applyAutofixWorkspace"));
};
