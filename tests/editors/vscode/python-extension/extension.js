// The part of the Python extension's interface that chooses an interpreter; the command `test.selectInterpreter` selects.
// https://github.com/microsoft/vscode-python/blob/main/src/client/api/types.ts
const vscode = require("vscode");

exports.activate = (context) => {
  let selected;
  const changed = new vscode.EventEmitter();
  const select = (path) => {
    selected = path;
    changed.fire({ path, resource: undefined });
  };
  context.subscriptions.push(changed, vscode.commands.registerCommand("test.selectInterpreter", select));
  return {
    environments: {
      getActiveEnvironmentPath: () => ({ id: selected ?? "", path: selected ?? "python" }),
      resolveEnvironment: async ({ path }) =>
        path === selected ? { id: path, path, executable: { uri: vscode.Uri.file(path) } } : undefined,
      onDidChangeActiveEnvironmentPath: changed.event,
    },
  };
};
