/** Asks an interpreter for its version, and for that of the Sessile that is installed in its environment. */

import { execFile } from "node:child_process";
import { ISOLATED, type Surroundings } from "../server/isolation";

export interface Python {
  readonly version: readonly [number, number, number];
  /** The version of the Sessile in this environment, null if there is none. */
  readonly sessile: string | null;
}

export type Probe = (interpreter: string) => Promise<Python | Error>;

/** Valid in every Python there ever was, so that an old one can say that it is old. */
const QUESTION = `
import json, sys
sessile = None
if sys.version_info >= (3, 10):
    try:
        from sessile import __version__ as sessile
        import sessile.lsp as _
    except ImportError:
        sessile = None
print(json.dumps({"version": list(sys.version_info[:3]), "sessile": sessile}))
`;

/** Milliseconds after which an interpreter counts as broken; the first start after a boot may take seconds. */
const PATIENCE = 20_000;

/** A probe that asks each interpreter for real. */
export function realProbe(around: Surroundings): Probe {
  return (interpreter) =>
    new Promise((resolve) => {
      const options = { ...around, timeout: PATIENCE, windowsHide: true };
      execFile(interpreter, [ISOLATED, "-c", QUESTION], options, (error, stdout, stderr) => {
        resolve(error ? new Error(stderr.trim().split("\n").at(-1) ?? error.message) : answer(stdout));
      });
    });
}

/** A probe that asks each interpreter once. */
export function remembering(probe: Probe): Probe {
  const answers = new Map<string, Promise<Python | Error>>();
  return (interpreter) => {
    const known = answers.get(interpreter) ?? probe(interpreter);
    answers.set(interpreter, known);
    return known;
  };
}

/** What an interpreter said, or why that makes no sense. */
export function answer(stdout: string): Python | Error {
  try {
    const said = JSON.parse(stdout) as unknown;
    return isPython(said) ? said : new Error(`it answered ${stdout.trim()}`);
  } catch {
    return new Error(`it answered ${JSON.stringify(stdout.slice(0, 200))}`);
  }
}

function isPython(said: unknown): said is Python {
  if (typeof said !== "object" || said === null || !("version" in said) || !("sessile" in said)) {
    return false;
  }
  const { version, sessile } = said;
  const numbers = Array.isArray(version) && version.length === 3 && version.every((each) => Number.isInteger(each));
  return numbers && (sessile === null || typeof sessile === "string");
}
