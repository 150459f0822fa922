/** "Sessile: Explain Here": all that is known of what the cursor stands on, to stay while the cursor moves on. */

import { ask, pythonEditor, Refusal, type Command } from "./host";

export const explainHere: Command = async (host) => {
  const { document, selection } = pythonEditor();
  const { line, character } = selection.active;
  const known = await ask(host, "sessile.explain", document.uri.toString(), line, character);
  if (typeof known !== "string") {
    throw new Refusal(
      "Sessile knows nothing of what the cursor stands on: put it on a session, an object or a result.",
    );
  }
  await host.pages.show("Explanation", known);
};
