/**
 * Keeps the right server running: starts it, replaces it when another one is meant, and brings it back when it crashes.
 *
 * Whoever thinks that something changed calls `ensure`; that costs nothing if the server that is meant is running.
 */

import { isDeepStrictEqual } from "node:util";
import type { LanguageClient } from "vscode-languageclient/node";
import type { Channels } from "../channels";
import type { ServerStatus, State } from "../statusText";
import { Backoff } from "./backoff";
import { createClient } from "./client";
import { Coalesced } from "./coalesced";
import type { Surroundings } from "./isolation";
import type { Failure, Launch, Resolution } from "./resolve";

const PAUSE = 50;

interface Request {
  readonly reason: string;
  /** Start anew even if the same server is meant. */
  readonly anew: boolean;
}

interface Run {
  readonly client: LanguageClient;
  readonly launch: Launch;
  readonly since: number;
}

export interface Window {
  readonly resolve: () => Promise<Resolution>;
  readonly show: (state: State) => void;
  readonly tellFailure: (failure: Failure) => void;
  readonly tellCrash: (givenUp: boolean) => void;
}

export class Supervisor {
  private run: Run | null = null;
  private problem: string | null = null;
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;
  private readonly backoff = new Backoff();
  private readonly runs = new Coalesced<Request>((requests) => this.work(requests), PAUSE);

  constructor(
    private readonly window: Window,
    private readonly around: Surroundings,
    private readonly channels: Channels,
  ) {}

  /** The client of the server that runs, if one does. */
  get client(): LanguageClient | null {
    return this.run?.client.isRunning() ? this.run.client : null;
  }

  get launch(): Launch | null {
    return this.run?.launch ?? null;
  }

  /** Have the server running that is meant now. */
  ensure(reason: string): Promise<void> {
    return this.runs.ask({ reason, anew: false });
  }

  /** Have a new server, whatever runs. */
  restart(reason: string): Promise<void> {
    this.backoff.reset();
    return this.runs.ask({ reason, anew: true });
  }

  /** End the server, and start none any more. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.end();
  }

  private async work(requests: readonly Request[]): Promise<void> {
    if (this.stopped) {
      return;
    }
    const { log } = this.channels;
    log.info(`Looking for the server: ${[...new Set(requests.map((each) => each.reason))].join(", ")}.`);
    const resolution = await this.window.resolve();
    if ("failure" in resolution) {
      await this.end();
      this.fail(resolution.failure);
      return;
    }
    this.problem = null;
    const same = this.client !== null && isDeepStrictEqual(this.run?.launch, resolution.launch);
    if (same && !requests.some((each) => each.anew)) {
      log.info("The server that runs is the right one.");
      return;
    }
    await this.end();
    await this.start(resolution.launch);
  }

  private async start(launch: Launch): Promise<void> {
    const { log } = this.channels;
    log.info(`Starting the server (${launch.origin}): ${[launch.command, ...launch.args].join(" ")}`);
    this.window.show({ kind: "starting" });
    const { origin } = launch;
    // The server may tell its status before `start` is over, and tells it again only when it changes.
    let told: ServerStatus | null = null;
    const client = createClient(launch, this.around, this.channels, {
      status: (status) => {
        told = status;
        this.window.show({ kind: "running", origin, version: status.version, status });
      },
      crashed: () => {
        this.crashed(run);
      },
    });
    const run: Run = (this.run = { client, launch, since: Date.now() });
    try {
      await client.start();
    } catch (error) {
      log.error(`The server did not start: ${String(error)}`);
      this.crashed(run);
      return;
    }
    const version = client.initializeResult?.serverInfo?.version ?? "";
    log.info(`The server runs: Sessile ${version}.`);
    this.window.show({ kind: "running", origin, version, status: told });
  }

  private async end(): Promise<void> {
    if (this.timer) {
      clearTimeout(this.timer);
      this.timer = null;
    }
    const { run } = this;
    this.run = null;
    await run?.client.dispose().catch((error: unknown) => {
      this.channels.log.warn(`The server did not end as it should: ${String(error)}`);
    });
  }

  private fail(failure: Failure): void {
    this.window.show({ kind: "stopped", problem: failure.problem });
    if (this.problem !== failure.problem) {
      this.problem = failure.problem;
      this.channels.log.error(failure.problem);
      this.window.tellFailure(failure);
    }
  }

  private crashed(run: Run): void {
    if (this.run !== run || this.stopped) {
      return;
    }
    this.run = null;
    const wait = this.backoff.crashed(Date.now() - run.since);
    this.channels.log.warn(
      `The server ended by itself; ${wait === null ? "it is given up" : `${wait} ms to the next start`}.`,
    );
    this.window.show(wait === null ? { kind: "stopped", problem: "the server keeps crashing" } : { kind: "starting" });
    if (wait === null || this.backoff.first) {
      this.window.tellCrash(wait === null);
    }
    void run.client.dispose().catch(() => undefined);
    if (wait !== null) {
      this.timer = setTimeout(() => {
        this.ensure("a crash").catch(() => undefined);
      }, wait);
    }
  }
}
