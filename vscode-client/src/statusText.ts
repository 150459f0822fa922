/** What the status item says, without a window. */

export type Health = "ok" | "warning" | "error";

/** `experimental/serverStatus`, as the server sends it. */
export interface ServerStatus {
  readonly health: Health;
  readonly quiescent: boolean;
  readonly message: string;
  readonly version: string;
  readonly findings: Readonly<Record<string, number>>;
}

export type State =
  | { readonly kind: "starting" }
  | {
      readonly kind: "running";
      readonly version: string;
      readonly origin: string;
      readonly status: ServerStatus | null;
    }
  | { readonly kind: "stopped"; readonly problem: string };

export interface Shown {
  readonly text: string;
  readonly detail: string;
  readonly busy: boolean;
  readonly health: Health;
}

export function shown(state: State): Shown {
  switch (state.kind) {
    case "starting":
      return { text: "Sessile", detail: "starting", busy: true, health: "ok" };
    case "stopped":
      return { text: "Sessile", detail: state.problem, busy: false, health: "error" };
    case "running": {
      const { status } = state;
      const detail = `${state.version} (${state.origin})`;
      return {
        text: status ? `Sessile: ${counted(status.findings)}` : "Sessile",
        detail: status?.message ? `${status.message}; ${detail}` : detail,
        busy: status ? !status.quiescent : false,
        health: status?.health ?? "ok",
      };
    }
  }
}

/** Such as "2 errors, 1 hint". */
export function counted(findings: Readonly<Record<string, number>>): string {
  const parts = Object.entries(findings).filter(([, count]) => count > 0);
  const plural = (word: string, count: number): string => (count === 1 || word === "information" ? word : `${word}s`);
  return parts.map(([word, count]) => `${count} ${plural(word, count)}`).join(", ") || "no findings";
}
