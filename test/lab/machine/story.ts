import { within } from "../../support/within.ts";
import type { Machine } from "./machine.ts";

const patienceMs = 120_000;

/** Runs the commands of docs/operations.md on a Debian that has booted systemd, and looks at what they did. */
export class Story {
  readonly #machine: Machine;
  readonly #architecture: string;
  #seen = 0;

  constructor(machine: Machine, architecture: string) {
    this.#machine = machine;
    this.#architecture = architecture;
  }

  get seen(): number {
    return this.#seen;
  }

  chapter(title: string): void {
    process.stdout.write(`\n== ${title}\n`);
  }

  /** Runs a command of the page. @returns its output @throws Error unless it ends with `status` */
  async does(command: string, status = 0): Promise<string> {
    const line = command.replaceAll("_arm64.deb", `_${this.#architecture}.deb`);
    process.stdout.write(`  $ ${line}\n`);
    const reported = await this.#machine.run(line);
    if (reported.status === status) return reported.text;
    throw new Error(`"${line}" ended with ${reported.status}, not ${status}:\n${reported.text}`);
  }

  /** Requires something to be true now. */
  sees(what: string, isSo: boolean): void {
    if (!isSo) throw new Error(`not so: ${what}`);
    this.#seen += 1;
    process.stdout.write(`    ✓ ${what}\n`);
  }

  /** Waits until something is true. */
  async waits(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    await within(patienceMs, what, async () => {
      while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 500));
    });
    this.sees(what, true);
  }

  async asks(line: string): Promise<string> {
    return (await this.#machine.run(line)).text;
  }
}

/** Waits until systemd shows the service as active. */
export async function waitsForService(story: Story): Promise<void> {
  await story.waits(
    "it is active",
    async () => (await story.asks("systemctl is-active latchd")).trim() === "active",
  );
}
