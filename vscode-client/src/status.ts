/** The language status item, in the braces of the status bar while a Python file is shown. */

import * as vscode from "vscode";
import { SECTION, NAME } from "./constants";
import { shown, type Health, type State } from "./statusText";

const SEVERITIES: Record<Health, vscode.LanguageStatusSeverity> = {
  ok: vscode.LanguageStatusSeverity.Information,
  warning: vscode.LanguageStatusSeverity.Warning,
  error: vscode.LanguageStatusSeverity.Error,
};

export class StatusItem implements vscode.Disposable {
  private readonly item: vscode.LanguageStatusItem;
  /** What it is told last, for tests and for debug information. */
  state: State = { kind: "starting" };

  constructor(selector: vscode.DocumentSelector) {
    this.item = vscode.languages.createLanguageStatusItem(SECTION, selector);
    this.item.name = NAME;
    this.item.command = { title: "Show Logs", command: "sessile.showLogs" };
  }

  show(state: State): void {
    this.state = state;
    const { text, detail, busy, health } = shown(state);
    this.item.text = text;
    this.item.detail = detail;
    this.item.busy = busy;
    this.item.severity = SEVERITIES[health];
  }

  dispose(): void {
    this.item.dispose();
  }
}
