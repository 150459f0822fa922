/** The settings that the client itself acts upon; all others are the server's, which asks for them. */

import * as os from "node:os";
import * as vscode from "vscode";
import { SECTION } from "./constants";
import type { ImportStrategy } from "./server/resolve";
import { expandedPath } from "./variables";

export interface Settings {
  readonly path: string | null;
  readonly interpreter: string | null;
  readonly importStrategy: ImportStrategy;
}

/** Those that decide which server runs. */
export const STARTING = ["path", "interpreter", "importStrategy"].map((name) => `${SECTION}.${name}`);

export function readSettings(): Settings {
  const folder = vscode.workspace.workspaceFolders?.[0];
  const configuration = vscode.workspace.getConfiguration(SECTION, folder);
  const known = { folder: folder?.uri.fsPath ?? null, home: os.homedir(), environment: process.env };
  return {
    path: expandedPath(configuration.get<string>("path"), known),
    interpreter: expandedPath(configuration.get<string>("interpreter"), known),
    importStrategy: configuration.get<string>("importStrategy") === "useBundled" ? "useBundled" : "fromEnvironment",
  };
}
