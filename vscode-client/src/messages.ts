/** What is told in a notification: a problem, and buttons that lead out of it. */

import * as vscode from "vscode";
import type { Failure } from "./server/resolve";

const PYTHON = "https://www.python.org/downloads/";

/** There is no server to start. */
export function tellFailure(failure: Failure): void {
  const buttons: Record<string, () => unknown> = {
    "Open Settings": () => vscode.commands.executeCommand("workbench.action.openSettings", failure.setting),
    ...(failure.python ? { "Get Python": () => vscode.env.openExternal(vscode.Uri.parse(PYTHON)) } : {}),
    "Show Logs": () => vscode.commands.executeCommand("sessile.showLogs"),
  };
  void ask(vscode.window.showErrorMessage(failure.problem, ...Object.keys(buttons)), buttons);
}

/** The server crashed: for the first time of a row, or once too often. */
export function tellCrash(givenUp: boolean): void {
  const buttons: Record<string, () => unknown> = {
    "Show Logs": () => vscode.commands.executeCommand("sessile.showLogs"),
    ...(givenUp ? { Restart: () => vscode.commands.executeCommand("sessile.restart") } : {}),
  };
  const message = givenUp
    ? "The Sessile server keeps crashing and is not started any more. Its log says why; please report it."
    : "The Sessile server crashed and is started again.";
  const show = givenUp ? vscode.window.showErrorMessage : vscode.window.showWarningMessage;
  void ask(show(message, ...Object.keys(buttons)), buttons);
}

async function ask(answer: Thenable<string | undefined>, buttons: Record<string, () => unknown>): Promise<void> {
  const chosen = await answer;
  if (chosen !== undefined) {
    await buttons[chosen]?.();
  }
}
