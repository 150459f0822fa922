/** How long to wait before a server that crashed is started again: longer each time, until it is given up. */

const FIRST = 1_000;
const TRIES = 5;
/** A server that lived for so many milliseconds was well: the count begins anew. */
const WELL = 180_000;

export class Backoff {
  private crashes = 0;

  /** The server crashed after so many milliseconds. How many to wait; null to start it no more. */
  crashed(lived: number): number | null {
    this.crashes = lived >= WELL ? 1 : this.crashes + 1;
    return this.crashes > TRIES ? null : FIRST * 2 ** (this.crashes - 1);
  }

  /** Whether the last crash was the first of a row: the one that is worth a word. */
  get first(): boolean {
    return this.crashes === 1;
  }

  /** Somebody asked for a fresh start. */
  reset(): void {
    this.crashes = 0;
  }
}
