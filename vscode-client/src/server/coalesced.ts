/** Runs a task when asked to, one run at a time; requests that come before a run begins share it. */

export class Coalesced<Request> {
  private waiting: Request[] = [];
  private current: Promise<void> = Promise.resolve();
  private next: Promise<void> | null = null;

  constructor(
    private readonly task: (requests: readonly Request[]) => Promise<void>,
    /** Milliseconds in which further requests may join. */
    private readonly pause: number,
  ) {}

  /** Settles as a run of the task does that began after this call. */
  ask(request: Request): Promise<void> {
    this.waiting.push(request);
    this.next ??= this.afterThis();
    return this.next;
  }

  private async afterThis(): Promise<void> {
    await this.current.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, this.pause));
    const requests = this.waiting;
    this.waiting = [];
    this.next = null;
    this.current = this.task(requests);
    await this.current;
  }
}
