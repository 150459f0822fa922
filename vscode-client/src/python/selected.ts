/**
 * The interpreter that is selected in the Python Environments extension, else in the Python extension.
 *
 * Neither is needed. Only the parts of their interfaces are declared that are used here:
 * https://github.com/microsoft/vscode-python-environments/blob/main/src/api.ts and
 * https://github.com/microsoft/vscode-python/blob/main/src/client/api/types.ts.
 */

import * as vscode from "vscode";
import type { LogOutputChannel, Uri } from "vscode";

const ENVIRONMENTS = "ms-python.vscode-python-envs";
const PYTHON = "ms-python.python";

interface EnvironmentsApi {
  getEnvironment(scope: Uri | undefined): Promise<{ execInfo: { run: { executable: string } } } | undefined>;
  onDidChangeEnvironment: vscode.Event<unknown>;
}

interface PythonApi {
  environments: {
    getActiveEnvironmentPath(resource?: Uri): { path: string };
    resolveEnvironment(path: { path: string }): Promise<{ executable: { uri?: Uri } } | undefined>;
    onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

interface Selector {
  readonly changed: vscode.Event<unknown>;
  readonly interpreter: (scope: Uri | undefined) => Promise<string | null>;
}

export class SelectedInterpreter implements vscode.Disposable {
  private selector: Promise<Selector | null> | null = null;
  private listener: vscode.Disposable | null = null;

  constructor(
    private readonly log: LogOutputChannel,
    /** Called when another interpreter may be selected. */
    private readonly changed: () => void,
  ) {}

  /** Its path, null where no such extension is there or nothing is selected. */
  async interpreter(scope: Uri | undefined): Promise<string | null> {
    this.selector ??= this.find();
    try {
      return (await (await this.selector)?.interpreter(scope)) ?? null;
    } catch (error) {
      this.log.warn(`The selected interpreter cannot be told: ${String(error)}`);
      return null;
    }
  }

  /** Look for the extensions again: one may have been installed or taken away. */
  reset(): void {
    this.selector = null;
  }

  dispose(): void {
    this.listener?.dispose();
  }

  private async find(): Promise<Selector | null> {
    const environments = await this.api<EnvironmentsApi>(ENVIRONMENTS);
    const python = environments ? null : await this.api<PythonApi>(PYTHON);
    const found = environments ? ofEnvironments(environments) : python ? ofPython(python) : null;
    this.listener?.dispose();
    this.listener = found?.changed(this.changed) ?? null;
    return found;
  }

  private async api<T>(id: string): Promise<T | null> {
    try {
      return ((await vscode.extensions.getExtension<T | undefined>(id)?.activate()) as T | undefined) ?? null;
    } catch (error) {
      this.log.warn(`The extension ${id} cannot be used: ${String(error)}`);
      return null;
    }
  }
}

function ofEnvironments(api: EnvironmentsApi): Selector {
  return {
    changed: api.onDidChangeEnvironment,
    interpreter: async (scope) => (await api.getEnvironment(scope))?.execInfo.run.executable ?? null,
  };
}

function ofPython({ environments }: PythonApi): Selector {
  return {
    changed: environments.onDidChangeActiveEnvironmentPath,
    interpreter: async (scope) => {
      const environment = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(scope));
      return environment?.executable.uri?.fsPath ?? null;
    },
  };
}
