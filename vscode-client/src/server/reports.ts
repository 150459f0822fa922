/** Which reports on documents the client library may keep. */

import type { CancellationToken } from "vscode";

/**
 * The report, unless it is out of date. The library stops converting diagnostics once a document is asked about again,
 * and would show those that it has, remember the report's id, and be answered that nothing has changed.
 */
export async function whole<Report>(
  report: Report | PromiseLike<Report>,
  token: CancellationToken,
  cancelled: new () => Error,
): Promise<Report> {
  const converted = await report;
  if (token.isCancellationRequested) {
    throw new cancelled();
  }
  return converted;
}
