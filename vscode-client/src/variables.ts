/** The variables that settings with paths understand. */

import * as path from "node:path";

export interface Known {
  readonly folder: string | null;
  readonly home: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** An absolute path, or null for an empty one; what is relative is so to the workspace's first folder. */
export function expandedPath(written: string | null | undefined, known: Known): string | null {
  const value = (written ?? "").trim();
  if (value === "") {
    return null;
  }
  const expanded = value
    .replace(/^~(?=$|[\\/])/, known.home)
    .replaceAll("${userHome}", known.home)
    .replaceAll("${workspaceFolder}", known.folder ?? "")
    .replaceAll(/\$\{env:([^}]+)\}/g, (_, name: string) => known.environment[name] ?? "");
  return path.isAbsolute(expanded) || known.folder === null ? expanded : path.join(known.folder, expanded);
}
