/** Puts the parts together, and says what makes the client look whether another server is meant. */

import * as vscode from "vscode";
import { Channels } from "./channels";
import { registerCommands } from "./commands";
import { tellCrash, tellFailure } from "./messages";
import { Pages } from "./pages";
import { SelectedInterpreter } from "./python/selected";
import { resolveForWindow } from "./resolution";
import { DOCUMENTS } from "./server/client";
import { surroundings } from "./server/isolation";
import { Supervisor } from "./server/supervisor";
import { STARTING } from "./settings";
import { StatusItem } from "./status";

let supervisor: Supervisor | null = null;

export function activate(context: vscode.ExtensionContext): void {
  const channels = new Channels();
  const { log } = channels;
  const status = new StatusItem(DOCUMENTS);
  const pages = new Pages();
  const bundled = context.asAbsolutePath("bundled");
  const around = surroundings(bundled, process.env);
  const selected = new SelectedInterpreter(log, () => {
    look("another interpreter is selected");
  });
  const window = {
    resolve: () =>
      resolveForWindow(bundled, around, selected, (line) => {
        log.info(line);
      }),
    show: status.show.bind(status),
    tellFailure,
    tellCrash,
  };
  const keeper = (supervisor = new Supervisor(window, around, channels));

  function look(reason: string, anew = false): void {
    (anew ? keeper.restart(reason) : keeper.ensure(reason)).catch((error: unknown) => {
      log.error(error instanceof Error ? error : String(error));
    });
  }

  const version = String((context.extension.packageJSON as { version?: unknown }).version);
  const commands = registerCommands({ supervisor: keeper, channels, pages, status, version });
  context.subscriptions.push(channels, status, pages, selected, ...commands, ...listeners(selected, look));
  look("the extension starts");
}

export async function deactivate(): Promise<void> {
  await supervisor?.stop();
}

function listeners(selected: SelectedInterpreter, look: (reason: string, anew?: boolean) => void): vscode.Disposable[] {
  return [
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("sessile.diagnosticMode")) {
        look("sessile.diagnosticMode changed", true);
      } else if (STARTING.some((each) => change.affectsConfiguration(each))) {
        look("a setting changed");
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      look("the workspace is trusted now");
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(() => {
      look("the folders changed");
    }),
    vscode.extensions.onDidChange(() => {
      selected.reset();
      look("the extensions changed");
    }),
  ];
}
