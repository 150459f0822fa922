/** "Sessile: Show Rule": a rule's page, chosen by its code; the rule at the cursor comes first. */

import * as vscode from "vscode";
import { SECTION } from "../constants";
import { ask, type Command } from "./host";

export const showRule: Command = async (host) => {
  const rules = (await ask(host, "sessile.rules")) as { code: string; name: string; summary: string }[];
  const here = codesHere();
  const items = rules
    .map(({ code, name, summary }) => ({ label: code, description: name, detail: summary }))
    .sort((one, other) => Number(here.has(other.label)) - Number(here.has(one.label)));
  const chosen = await vscode.window.showQuickPick(items, { matchOnDescription: true, matchOnDetail: true });
  if (chosen) {
    await host.pages.show(chosen.label, String(await ask(host, "sessile.explainRule", chosen.label)));
  }
};

function codesHere(): ReadonlySet<unknown> {
  const editor = vscode.window.activeTextEditor;
  const found = editor ? vscode.languages.getDiagnostics(editor.document.uri) : [];
  const here = found.filter((each) => each.source === SECTION && editor && each.range.intersection(editor.selection));
  return new Set(here.map(({ code }) => (typeof code === "object" ? code.value : code)));
}
