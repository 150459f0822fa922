/** Read-only Markdown of the server's, shown as a rendered page. */

import * as vscode from "vscode";

const SCHEME = "sessile-page";

export class Pages implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changes = new vscode.EventEmitter<vscode.Uri>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  readonly onDidChange = this.changes.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.path) ?? "";
  }

  /** Show Markdown beside the editor, in place of what was shown under this title. */
  async show(title: string, markdown: string): Promise<void> {
    await vscode.commands.executeCommand("markdown.showPreviewToSide", this.put(title, markdown));
  }

  /** Show text as it is. */
  async showText(title: string, text: string): Promise<void> {
    await vscode.window.showTextDocument(this.put(title, text), { preview: true });
  }

  dispose(): void {
    this.registration.dispose();
    this.changes.dispose();
  }

  private put(title: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${title}.md` });
    this.texts.set(uri.path, text);
    this.changes.fire(uri);
    return uri;
  }
}
