import { type Signal, signal } from "@preact/signals";
import type { PairingEvent } from "./pairing-feed.ts";

/** A step of the lock that is being let in, and when it began. */
export interface Step {
  readonly name: "waiting" | PairingEvent["step"];
  readonly startedAtMs: number;
  /** Why it was refused, or has failed; English. */
  readonly reason: string;
}

/** A device that was not let in while another is awaited. */
export interface Stranger {
  readonly uuid: string;
  readonly reason: string;
}

/**
 * The steps of one lock. While the network is open for one device only, others are refused and change nothing; open
 * for any device, the first that joins is the lock, and one that is no lock leaves the place free.
 */
export class JoiningSteps {
  readonly steps: Signal<readonly Step[]> = signal([]);
  readonly strangers: Signal<readonly Stranger[]> = signal([]);
  #expected: string | null = null;
  #device: string | null = null;

  /** The network is being opened. */
  begin(): void {
    this.#expected = null;
    this.#device = null;
    this.strangers.value = [];
    this.steps.value = [stepNow("waiting", "")];
  }

  /** @param device the only one that is let in; undefined = any */
  expect(device: string | undefined): void {
    this.#expected = device ?? null;
  }

  /** @returns whether the step is one of the lock's */
  take({ step, uuid, reason }: PairingEvent): boolean {
    if (!this.#isOurs(step, uuid)) {
      if (step === "refused") this.#refuse({ uuid, reason });
      return false;
    }
    this.#device = step === "failed" ? null : uuid;
    const before = step === "joined" ? this.steps.value.slice(0, 1) : this.steps.value;
    this.steps.value = [...before, stepNow(step, reason)];
    return true;
  }

  #isOurs(step: Step["name"], uuid: string): boolean {
    const wanted = this.#expected ?? this.#device;
    if (wanted !== null) return uuid === wanted;
    return step !== "refused";
  }

  /** A device that asks again and again is one line. */
  #refuse(stranger: Stranger): void {
    const others = this.strangers.value.filter(({ uuid }) => uuid !== stranger.uuid);
    this.strangers.value = [...others, stranger].slice(-strangersShown);
  }
}

const strangersShown = 3;

function stepNow(name: Step["name"], reason: string): Step {
  return { name, startedAtMs: Date.now(), reason };
}
