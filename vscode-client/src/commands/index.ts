/** The commands of the palette, one file for each; the manifest gives them their titles. */

import * as vscode from "vscode";
import { createHelpers } from "./createHelpers";
import { debugInformation } from "./debugInformation";
import { explainHere } from "./explainHere";
import { fixFile } from "./fixFile";
import { fixWorkspace } from "./fixWorkspace";
import { Refusal, type Command, type Host } from "./host";
import { restart } from "./restart";
import { showLogs } from "./showLogs";
import { showRule } from "./showRule";

/** Names differ from those of the server's commands, which the language client registers itself. */
const COMMANDS: Record<string, Command> = {
  "sessile.restart": restart,
  "sessile.showLogs": showLogs,
  "sessile.explainHere": explainHere,
  "sessile.fixFile": fixFile,
  "sessile.fixWorkspace": fixWorkspace,
  "sessile.createHelpersModule": createHelpers,
  "sessile.showRule": showRule,
  "sessile.showDebugInformation": debugInformation,
};

export function registerCommands(host: Host): vscode.Disposable[] {
  return Object.entries(COMMANDS).map(([id, command]) =>
    vscode.commands.registerCommand(id, async () => {
      try {
        await command(host);
      } catch (error) {
        host.channels.log.warn(`${id}: ${String(error)}`);
        const message = error instanceof Refusal ? error.message : `Sessile failed: ${String(error)}`;
        void vscode.window.showWarningMessage(message);
      }
    }),
  );
}
