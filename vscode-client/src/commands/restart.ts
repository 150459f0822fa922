/** "Sessile: Restart Server". */

import type { Command } from "./host";

export const restart: Command = (host) => host.supervisor.restart("it was asked for");
