import assert from "node:assert/strict";
import type { LockId, UserId } from "../../../daemon/core/model/door-lock.ts";
import { PinCode } from "../../../daemon/core/model/secret.ts";
import type { OperationArgs, OperationName, Outcome } from "../../../drivers/lock-driver.ts";
import type { DriverBench, Role } from "./driver-bench.ts";

/** Time of an operation in which every lock that answers has answered. */
export const plentyMs = 5_000;
/** The work beside the waiting takes less than this. */
export const slackMs = 500;
/** No bench has a lock with this id. */
export const strangersId: LockId = "0x00124b00000f0f0f";

export const done = (reply: unknown) => ({ kind: "done", reply });
export const timeout = { kind: "unreachable", cause: "timeout", wasSent: true } as const;
export const noRoute = { kind: "unreachable", cause: "noRoute", wasSent: false } as const;
export const aborted = (wasSent: boolean) => ({ kind: "unreachable", cause: "aborted", wasSent });
export const stickOffline = (wasSent: boolean) => ({
  kind: "unreachable",
  cause: "stickOffline",
  wasSent,
});

export function setPin(userId: UserId, code: string) {
  const pinCode = PinCode.parse(code);
  assert.ok(pinCode !== null);
  const head = { name: "setPinCode", userId, userStatus: "occupiedEnabled" } as const;
  return { ...head, userType: "unrestricted", pinCode } as const;
}

interface Extra {
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  readonly onSent?: (sequence: number) => void;
}

/** A bench with the shorthand in which the behaviours are written. */
export class Trial {
  #bench: DriverBench | null = null;

  get bench(): DriverBench {
    assert.ok(this.#bench !== null, "the bench is not open");
    return this.#bench;
  }

  open(bench: DriverBench): void {
    this.#bench = bench;
  }

  /** Begins an operation; {@link perform} waits for its outcome too. */
  begin<K extends OperationName>(
    role: Role,
    operation: { readonly name: K } & OperationArgs[K],
    { deadlineMs = plentyMs, ...extra }: Extra = {},
  ): Promise<Outcome<K>> {
    const { id, endpoint } = this.bench.lock(role);
    return this.bench.driver.perform(id, operation, { deadlineMs, endpoint, ...extra });
  }

  perform<K extends OperationName>(
    role: Role,
    operation: { readonly name: K } & OperationArgs[K],
    extra: Extra = {},
  ): Promise<Outcome<K>> {
    return this.bench.passing(this.begin(role, operation, extra));
  }

  /** @returns the outcome, and how long it took by the clock of the driver's deadlines */
  async timed<K extends OperationName>(
    role: Role,
    operation: { readonly name: K } & OperationArgs[K],
    extra: Extra = {},
  ): Promise<{ readonly outcome: Outcome<K>; readonly tookMs: number }> {
    const startedMs = this.bench.nowMs();
    const outcome = await this.perform(role, operation, extra);
    return { outcome, tookMs: this.bench.nowMs() - startedMs };
  }

  events(role: Role) {
    return this.bench.listener.reported(this.bench.lock(role).id);
  }

  openings(role: Role) {
    return this.events(role).filter(
      (event) => event.kind === "operationEvent" && event.code === "unlock",
    );
  }

  /** Waits until a lock has sent this many openings in all. */
  async untilOpenings(role: Role, count: number): Promise<void> {
    await this.bench.until(`opening ${count} of ${role}`, () =>
      this.openings(role).length >= count ? true : undefined,
    );
  }

  async radioBecomes(kind: "online" | "offline", from: number): Promise<void> {
    const { listener } = this.bench;
    await this.bench.until(`the radio to be ${kind}`, () =>
      listener.radioStates.slice(from).find((state) => state.kind === kind),
    );
  }
}
