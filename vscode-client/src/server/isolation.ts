/**
 * Keeps the workspace out of every process that the client starts.
 *
 * A Python process runs with `-I` and in a directory of ours, so that no module, `sitecustomize` or `multiprocessing.py`
 * that lies in the workspace is ever imported. A console script takes no `-I`; the environment has the same effect.
 */

export const ISOLATED = "-I";

export interface Surroundings {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Where and in what environment processes are started; `directory` is one that nobody but the extension writes to. */
export function surroundings(directory: string, environment: NodeJS.ProcessEnv): Surroundings {
  const kept = Object.entries(environment).filter(([name]) => !name.toUpperCase().startsWith("PYTHON"));
  return { cwd: directory, env: { ...Object.fromEntries(kept), PYTHONSAFEPATH: "1", PYTHONNOUSERSITE: "1" } };
}
