// Answers tests from inside the extension host, on the Unix socket that SESSILE_PROBE names: each request is a JSON
// object with the name of an operation as `op`, each answer one with `ok` or `error`.
const fs = require("node:fs");
const http = require("node:http");
const vscode = require("vscode");

const numbers = (range) => [range.start.line, range.start.character, range.end.line, range.end.character];
const range = (four) => new vscode.Range(...four);
const uri = (file) => (/^[\w-]{2,}:/.test(file) ? vscode.Uri.parse(file) : vscode.Uri.file(file));
const opened = (file) => vscode.workspace.openTextDocument(uri(file));
const providedActions = (file, four, kind, resolved) =>
  vscode.commands.executeCommand("vscode.executeCodeActionProvider", uri(file), range(four), kind, resolved);

const operations = {
  version: async () => vscode.version,
  trusted: async () => vscode.workspace.isTrusted,
  active: async ({ id }) => vscode.extensions.getExtension(id)?.isActive ?? null,
  commands: async ({ prefix }) => (await vscode.commands.getCommands(true)).filter((each) => each.startsWith(prefix)),
  open: async ({ file }) => {
    await vscode.window.showTextDocument(await opened(file), { preview: false });
    return vscode.window.activeTextEditor.document.languageId;
  },
  untitled: async ({ text }) => {
    const document = await vscode.workspace.openTextDocument({ language: "python", content: text });
    await vscode.window.showTextDocument(document, { preview: false });
    return document.uri.toString();
  },
  close: async () => vscode.commands.executeCommand("workbench.action.closeAllEditors"),
  revert: async () => {
    for (const notebook of vscode.workspace.notebookDocuments) {
      await notebook.save(); // a dirty one would ask before it is closed
    }
    for (const document of vscode.workspace.textDocuments.filter((each) => each.isDirty)) {
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    }
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  },
  shown: async () => {
    const document = vscode.window.activeTextEditor?.document;
    return document ? { uri: document.uri.toString(), text: document.getText() } : null;
  },
  tabs: async () => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.label)),
  cursor: async ({ at }) => {
    const place = new vscode.Position(...at);
    vscode.window.activeTextEditor.selection = new vscode.Selection(place, place);
  },
  text: async ({ file }) => (await opened(file)).getText(),
  edit: async ({ file, range: four, text }) => {
    const edit = new vscode.WorkspaceEdit();
    edit.replace(uri(file), range(four), text);
    return vscode.workspace.applyEdit(edit);
  },
  save: async () => vscode.workspace.saveAll(),
  diagnostics: async ({ file }) =>
    vscode.languages.getDiagnostics(uri(file)).map((each) => ({
      range: numbers(each.range),
      message: each.message,
      severity: vscode.DiagnosticSeverity[each.severity],
      source: each.source,
      code: each.code?.value ?? each.code,
      link: each.code?.target?.toString(),
      story: (each.relatedInformation ?? []).map(({ location, message }) => ({
        file: location.uri.fsPath,
        range: numbers(location.range),
        message,
      })),
    })),
  actions: async ({ file, range: four, kind }) =>
    ((await providedActions(file, four, kind)) ?? []).map((each) => ({
      title: each.title,
      kind: each.kind?.value,
      preferred: Boolean(each.isPreferred),
    })),
  // What the menu does: the edit first, then the command. No more is resolved than has to be.
  apply: async ({ file, range: four, title, kind }) => {
    const offered = (await providedActions(file, four, kind)) ?? [];
    const index = offered.findIndex((each) => each.title.startsWith(title));
    if (index < 0) {
      throw new Error(`no action "${title}" among ${JSON.stringify(offered.map((each) => each.title))}`);
    }
    const action = (await providedActions(file, four, kind, index + 1))[index];
    const applied = action.edit ? await vscode.workspace.applyEdit(action.edit) : true;
    if (action.command) {
      await vscode.commands.executeCommand(action.command.command, ...(action.command.arguments ?? []));
    }
    return applied;
  },
  hover: async ({ file, at }) =>
    (await vscode.commands.executeCommand("vscode.executeHoverProvider", uri(file), new vscode.Position(...at)))
      .flatMap((hover) => hover.contents.map((content) => content.value ?? content))
      .join("\n"),
  hints: async ({ file, range: four }) =>
    (await vscode.commands.executeCommand("vscode.executeInlayHintProvider", uri(file), range(four))).map((hint) => ({
      at: [hint.position.line, hint.position.character],
      label: typeof hint.label === "string" ? hint.label : hint.label.map((part) => part.value).join(""),
      tooltip: [hint, ...(typeof hint.label === "string" ? [] : hint.label)]
        .map(({ tooltip }) => tooltip?.value ?? tooltip ?? "")
        .join(""),
      links: (typeof hint.label === "string" ? [] : hint.label).map(({ location }) => location?.uri.fsPath ?? null),
    })),
  completions: async ({ file, at }) =>
    (
      await vscode.commands.executeCommand(
        "vscode.executeCompletionItemProvider",
        uri(file),
        new vscode.Position(...at),
      )
    ).items.map((item) => item.label.label ?? item.label),
  // The URIs of the cells of a notebook, which is shown from one of them on: the client asks for cells in sight only.
  notebook: async ({ file, cell }) => {
    const notebook = await vscode.workspace.openNotebookDocument(uri(file));
    const shown = await vscode.window.showNotebookDocument(notebook);
    const first = cell ?? 0;
    shown.revealRange(new vscode.NotebookRange(first, first + 1), vscode.NotebookEditorRevealType.AtTop);
    return notebook.getCells().map((cell) => cell.document.uri.toString());
  },
  dirty: async () => vscode.workspace.textDocuments.filter((each) => each.isDirty).map((each) => each.uri.toString()),
  command: async ({ id, args }) => JSON.stringify((await vscode.commands.executeCommand(id, ...(args ?? []))) ?? null),
  // Starts a command that waits for somebody, such as one that shows a choice.
  begin: async ({ id }) => void vscode.commands.executeCommand(id),
  configure: async ({ key, value }) =>
    vscode.workspace.getConfiguration().update(key, value ?? undefined, vscode.ConfigurationTarget.Global),
};

exports.activate = (context) => {
  const socket = process.env.SESSILE_PROBE;
  fs.rmSync(socket, { force: true });
  const server = http.createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", async () => {
      let answer;
      try {
        const asked = JSON.parse(body);
        answer = { ok: (await operations[asked.op](asked)) ?? null };
      } catch (error) {
        answer = { error: String(error?.stack ?? error) };
      }
      response.end(JSON.stringify(answer));
    });
  });
  server.listen(socket);
  context.subscriptions.push({ dispose: () => server.close() });
};
