/**
 * Decides how the server is started: the one that a setting names, the one in an environment, or the bundled one.
 *
 * Pure but for the questions that `Outside` answers, so that every case is tested without a window.
 */

import { OLDEST_PYTHON } from "../constants";
import { candidates, onPath, type Candidate, type Facts } from "../python/candidates";
import type { Probe, Python } from "../python/probe";
import { ISOLATED } from "./isolation";

export type ImportStrategy = "fromEnvironment" | "useBundled";

export interface Wish extends Facts {
  /** `sessile.path`. */
  readonly path: string | null;
  readonly importStrategy: ImportStrategy;
  /** The script that starts the bundled server. */
  readonly bundled: string;
}

export interface Outside {
  readonly isProgram: (file: string) => Promise<boolean>;
  readonly probe: Probe;
  readonly log: (line: string) => void;
}

/** A command line, and in words where it comes from. Two that are equal start the same server. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly origin: string;
}

/** Why there is no server, in words for the person in front of the editor; `setting` is the one that helps. */
export interface Failure {
  readonly problem: string;
  readonly setting: "sessile.path" | "sessile.interpreter";
  readonly python: boolean;
}

export type Resolution = { readonly launch: Launch } | { readonly failure: Failure };

/** The server for a window. */
export async function resolveServer(wish: Wish, outside: Outside): Promise<Resolution> {
  if (!wish.trusted) {
    outside.log("The workspace is not trusted: the bundled server is used, with a Python from outside of it.");
    return bundled(wish, outside);
  }
  if (wish.path !== null) {
    return configured(wish.path, outside);
  }
  const installed = wish.importStrategy === "fromEnvironment" ? await fromEnvironment(wish, outside) : null;
  return installed ? { launch: installed } : bundled(wish, outside);
}

async function configured(file: string, outside: Outside): Promise<Resolution> {
  if (await outside.isProgram(file)) {
    return { launch: { command: file, args: ["server"], origin: "the setting sessile.path" } };
  }
  const problem =
    `The setting sessile.path names ${file}, which is no executable file, so Sessile does not run. ` +
    "Correct it, or clear it to use the Sessile of your environment or the bundled one.";
  return { failure: { problem, setting: "sessile.path", python: false } };
}

async function fromEnvironment(wish: Wish, outside: Outside): Promise<Launch | null> {
  for (const candidate of candidates(wish).filter((each) => each.origin !== "PATH")) {
    const python = await asked(candidate, outside);
    if (python?.sessile) {
      const args = [ISOLATED, "-m", "sessile.lsp"];
      return { command: candidate.interpreter, args, origin: `Sessile in ${place(candidate)}` };
    }
  }
  for (const program of onPath(wish, wish.platform === "win32" ? ["sessile.exe"] : ["sessile"])) {
    if (await outside.isProgram(program)) {
      return { command: program, args: ["server"], origin: "the sessile on PATH" };
    }
  }
  outside.log("No environment has Sessile installed: the bundled one is used.");
  return null;
}

async function bundled(wish: Wish, outside: Outside): Promise<Resolution> {
  const seen: string[] = [];
  for (const candidate of candidates(wish)) {
    const python = await asked(candidate, outside);
    if (python && recent(python)) {
      const args = [ISOLATED, wish.bundled];
      return { launch: { command: candidate.interpreter, args, origin: `bundled, with ${place(candidate)}` } };
    }
    if (python) {
      seen.push(`${candidate.interpreter} is Python ${python.version.join(".")}`);
    }
  }
  const found = seen.length ? ` What was found is too old: ${seen.join(", ")}.` : "";
  const problem =
    `Sessile needs Python ${OLDEST_PYTHON.join(".")} or newer to run, and found none.${found} ` +
    "Install Python, or name an interpreter in the setting sessile.interpreter.";
  return { failure: { problem, setting: "sessile.interpreter", python: true } };
}

/** What a candidate is, null if it does not exist or does not work. */
async function asked(candidate: Candidate, outside: Outside): Promise<Python | null> {
  if (!(await outside.isProgram(candidate.interpreter))) {
    if (candidate.origin === "setting" || candidate.origin === "selected") {
      outside.log(`${candidate.interpreter} (${candidate.origin}) is no executable file.`);
    }
    return null;
  }
  const python = await outside.probe(candidate.interpreter);
  if (python instanceof Error) {
    outside.log(`${candidate.interpreter} does not work: ${python.message}`);
    return null;
  }
  const sessile = python.sessile ? `, with Sessile ${python.sessile}` : "";
  outside.log(`${candidate.interpreter} is Python ${python.version.join(".")}${sessile}.`);
  return python;
}

function place(candidate: Candidate): string {
  const words = {
    setting: "the interpreter of the setting",
    selected: "the selected interpreter",
    workspace: "the workspace's environment",
    VIRTUAL_ENV: "the active environment",
    PATH: "the Python on PATH",
  };
  return words[candidate.origin];
}

function recent({ version: [major, minor] }: Python): boolean {
  return major > OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]);
}
