/** "Sessile: Fix All in File": what `source.fixAll.sessile` does. */

import { ask, pythonEditor, type Command } from "./host";

export const fixFile: Command = async (host) => {
  await ask(host, "sessile.applyAutofix", pythonEditor().document.uri.toString());
};
