/** "Sessile: Show Logs". */

import type { Command } from "./host";

export const showLogs: Command = (host) => {
  host.channels.log.show();
};
