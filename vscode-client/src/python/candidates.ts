/**
 * The interpreters that may run the server, best first. A pure function of what is known of the window.
 *
 * In a workspace that nobody trusts, nothing counts that the workspace may have chosen, or that lies in it.
 */

import * as path from "node:path";

export type Origin = "setting" | "selected" | "workspace" | "VIRTUAL_ENV" | "PATH";

export interface Candidate {
  readonly interpreter: string;
  readonly origin: Origin;
}

export interface Facts {
  readonly trusted: boolean;
  /** `sessile.interpreter`; VS Code hands out no value of a workspace that is not trusted. */
  readonly interpreter: string | null;
  /** What is selected in the Python extensions. */
  readonly selected: string | null;
  readonly folders: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
}

const VIRTUAL = [".venv", "venv"];
const UNIX_NAMES = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"];
const WINDOWS_NAMES = ["python.exe", "python3.exe", "py.exe"];

/** All candidates, without repetitions; whether they exist is not known. */
export function candidates(facts: Facts): Candidate[] {
  const found: Candidate[] = [];
  const add = (origin: Origin, interpreters: readonly (string | null)[]): void => {
    for (const interpreter of interpreters) {
      if (interpreter !== null && found.every((each) => each.interpreter !== interpreter)) {
        found.push({ interpreter, origin });
      }
    }
  };
  add("setting", [facts.interpreter]);
  if (facts.trusted) {
    add("selected", [facts.selected]);
    const roots = facts.folders.flatMap((folder) => VIRTUAL.map((name) => join(facts, folder, name)));
    add(
      "workspace",
      roots.map((root) => inEnvironment(facts, root)),
    );
  }
  const active = facts.environment.VIRTUAL_ENV;
  add(
    "VIRTUAL_ENV",
    [active ? inEnvironment(facts, active) : null].filter((each) => allowed(facts, each)),
  );
  add("PATH", onPath(facts, facts.platform === "win32" ? WINDOWS_NAMES : UNIX_NAMES));
  return found;
}

/** Where PATH may have programs of these names, in its order. */
export function onPath(facts: Facts, names: readonly string[]): string[] {
  const flavour = paths(facts);
  const value = facts.environment.PATH ?? facts.environment.Path ?? "";
  const directories = value.split(flavour.delimiter).filter((each) => flavour.isAbsolute(each));
  const files = directories.flatMap((directory) => names.map((name) => flavour.join(directory, name)));
  return files.filter((each) => allowed(facts, each));
}

/** Whether a file lies in none of the folders, or they are trusted. */
function allowed(facts: Facts, file: string | null): boolean {
  if (file === null || facts.trusted) {
    return true;
  }
  return facts.folders.every((folder) => {
    const way = paths(facts).relative(folder, file);
    return way === ".." || way.startsWith(".." + paths(facts).sep) || paths(facts).isAbsolute(way);
  });
}

function inEnvironment(facts: Facts, root: string): string {
  return facts.platform === "win32" ? join(facts, root, "Scripts", "python.exe") : join(facts, root, "bin", "python");
}

function join(facts: Facts, ...parts: string[]): string {
  return paths(facts).join(...parts);
}

function paths(facts: Facts): path.PlatformPath {
  return facts.platform === "win32" ? path.win32 : path.posix;
}
