/** Whether a file can be run. */

import { access, constants, stat } from "node:fs/promises";

export async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
