import type { LockId } from "../../../../daemon/core/model/door-lock.ts";
import type { Findings } from "../checks/findings.ts";
import type { RunningGateway } from "../gateway.ts";
import type { House } from "../house.ts";
import type { Cloud } from "../life/cloud.ts";
import type { KnownGrant } from "./grant-books.ts";

/** Checks what the gateway says of a grant against the locks and the cloud's own books. */
export class GrantChecks {
  readonly #house: House;
  readonly #cloud: Cloud;
  readonly #findings: Findings;

  constructor(house: House, cloud: Cloud, findings: Findings) {
    this.#house = house;
    this.#cloud = cloud;
    this.#findings = findings;
  }

  /** A grant that says `done` has every door, and after its revocation opens none. */
  look({ store }: RunningGateway): void {
    for (const known of this.#cloud.grants.known.values()) {
      const record = store.get("grant", [known.id]);
      if (record === undefined) {
        if (!known.isRevoked) this.#findings.add("grantWrong", `grant ${known.id} is not there`);
        continue;
      }
      if (record.reported.outcome !== "done") continue;
      for (const [lock, id] of known.doors) {
        if (known.isRevoked) this.#opensStill(known, lock, id);
        else this.#lacksDoor(store, known, [lock, id]);
      }
    }
  }

  #opensStill({ id, code }: KnownGrant, lock: LockId, password: number): void {
    const books = this.#cloud.of(lock);
    if (books.owners.get(code) !== password || books.takenAway.has(code)) return;
    const placement = this.#house.placement(lock);
    const isLive = [...placement.lock.live()].some((one) => one.code === code);
    if (isLive) this.#findings.add("grantWrong", `${lock} opens for grant ${id}, revoked and done`);
  }

  #lacksDoor(
    store: RunningGateway["store"],
    { id }: KnownGrant,
    [lock, password]: readonly [LockId, number],
  ): void {
    const door = store
      .get("grant", [id])
      ?.doors.find((one) => one.lock === lock && one.passwordId === password);
    const record = store.get("password", [lock, password]);
    const isDone = record?.operationStage === "done" && !record.isDeleted;
    if (door === undefined || (door.gone === null && !isDone)) {
      this.#findings.add("grantWrong", `${lock} is missing in grant ${id}, which says done`);
    }
  }
}
