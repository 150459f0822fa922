/** "Sessile: Show Debug Information": what somebody who reports a bug should tell; nothing of the code. */

import * as vscode from "vscode";
import { shown } from "../statusText";
import { ask, type Command } from "./host";

export const debugInformation: Command = async (host) => {
  const { launch } = host.supervisor;
  const rows = {
    extension: host.version,
    "VS Code": `${vscode.version} on ${process.platform}-${process.arch}`,
    "workspace is trusted": String(vscode.workspace.isTrusted),
    "server from": launch?.origin ?? "nowhere",
    command: launch ? [launch.command, ...launch.args].join(" ") : "none",
    status: [shown(host.status.state).text, shown(host.status.state).detail].join(", "),
  };
  const own = Object.entries(rows).map(([name, value]) => `${name}: ${value}`);
  const theirs = await ask(host, "sessile.debugInformation").catch((error: unknown) => `server: ${String(error)}`);
  await host.pages.showText("Debug information", [...own, String(theirs), ""].join("\n"));
};
