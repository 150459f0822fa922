/** The server's log lines, `2026-01-31 12:00:00,000 WARNING sessile.lsp: text`, by their level. */

export type Level = "debug" | "info" | "warn" | "error";

const LINE = /^\d{4}-\d{2}-\d{2} [\d:,]+ (DEBUG|INFO|WARNING|ERROR|CRITICAL) (.*)$/;
const LEVELS: Record<string, Level> = { DEBUG: "debug", INFO: "info", WARNING: "warn" };

/** Splits a stream into lines and hands on each with its level; a line without one belongs to the record before it. */
export class ServerLog {
  private rest = "";
  private level: Level = "info";

  constructor(private readonly tell: (level: Level, line: string) => void) {}

  take(chunk: string): void {
    const lines = (this.rest + chunk).split(/\r?\n/);
    this.rest = lines.pop() ?? "";
    for (const line of lines.filter((each) => each !== "")) {
      const found = LINE.exec(line);
      this.level = found ? (LEVELS[found[1] ?? ""] ?? "error") : this.level;
      this.tell(this.level, found?.[2] ?? line);
    }
  }
}
