/** What is written for those who ask why: the log of client and server, and the trace of what they say to each other. */

import * as vscode from "vscode";
import { NAME } from "./constants";

export class Channels implements vscode.Disposable {
  readonly log = vscode.window.createOutputChannel(NAME, { log: true });
  readonly trace = vscode.window.createOutputChannel(`${NAME} Trace`, { log: true });

  dispose(): void {
    this.log.dispose();
    this.trace.dispose();
  }
}
