/** Asks the window what `resolveServer` decides by. */

import * as path from "node:path";
import * as vscode from "vscode";
import { isProgram } from "./program";
import { realProbe, remembering } from "./python/probe";
import type { SelectedInterpreter } from "./python/selected";
import type { Surroundings } from "./server/isolation";
import { resolveServer, type Resolution } from "./server/resolve";
import { readSettings } from "./settings";

/** The server for the window as it is now; `bundled` is the directory of the bundled one. */
export async function resolveForWindow(
  bundled: string,
  around: Surroundings,
  selected: SelectedInterpreter,
  log: (line: string) => void,
): Promise<Resolution> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
  const trusted = vscode.workspace.isTrusted;
  const wish = {
    ...readSettings(),
    trusted,
    selected: trusted ? await selected.interpreter(folders[0]?.uri) : null,
    folders: folders.map(({ uri }) => uri.fsPath),
    environment: process.env,
    platform: process.platform,
    bundled: path.join(bundled, "server.py"),
  };
  return resolveServer(wish, { isProgram, probe: remembering(realProbe(around)), log });
}
