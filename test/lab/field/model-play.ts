import type { Capabilities } from "../../../daemon/core/model/door-lock.ts";
import { administratorId } from "../../../daemon/core/model/password.ts";
import type { PairingStep } from "../../../drivers/lock-driver.ts";
import { profileFromField } from "../../../drivers/simulated/lock/field-profile.ts";
import type { FieldLock } from "../../../drivers/simulated/lock/field-record.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { idOf } from "../../support/radio/zigbee-rig.ts";
import type { KeeperRig } from "../../support/rigs/keeper-rig.ts";
import { ReportRequests } from "./battery-frames.ts";
import { playBattery } from "./battery-play.ts";
import { pairingFault } from "./pairing-judgement.ts";
import { PlayedLock, powerConfiguration, WrongStep } from "./played-lock.ts";

/** Nothing takes this long when all is well. */
const pairingMs = 120_000;

const doorLock = 0x0101;
const unsupported = 16008;
const lockFull = 16001;

/** Plays one model from its pairing to its removal, and compares each step with the state of the simulated door. */
export class ModelPlay {
  readonly notes: string[] = [];
  readonly #rig: KeeperRig;
  readonly #model: FieldLock;
  readonly #lock: VirtualLock;
  readonly #requests: ReportRequests;
  readonly #played: PlayedLock;

  constructor(rig: KeeperRig, model: FieldLock) {
    this.#rig = rig;
    this.#model = model;
    this.#lock = rig.house.addLock({
      profile: profileFromField(model),
      // Nobody has moved in yet; fast polls last through the play.
      quirks: { awakeAfterJoinMs: 600_000 },
    });
    this.#requests = new ReportRequests(this.#lock);
    this.#played = new PlayedLock(rig, model, this.#lock);
  }

  /** Checks that the gateway refuses a device that is not a ZCL lock. @returns what is wrong, or null */
  async asStranger(): Promise<string | null> {
    const last = await this.#pair();
    if (last.step !== "refused") return `pairing ended as ${last.step}`;
    this.notes.push("sent away");
    return null;
  }

  /** Plays the model as a ZCL lock. @returns what is wrong, or null */
  async asLock(): Promise<string | null> {
    try {
      const capabilities = await this.#paired();
      const codes = await this.#codes(capabilities);
      await this.#opening(codes);
      await this.#byHand();
      await this.#wrongCode();
      await this.#keypadEdit(capabilities);
      await playBattery(this.#played, this.#model, this.#lock, this.notes);
      await this.#clear(codes);
      await this.#unpair();
      return null;
    } catch (error) {
      if (error instanceof WrongStep) return error.message;
      throw error;
    }
  }

  async #pair(): Promise<PairingStep> {
    const id = idOf(this.#lock);
    const over = new Promise<PairingStep>((resolve) => {
      this.#rig.keeper.pairings.onStep((step) => {
        const isLast = ["paired", "refused", "failed"].includes(step.step);
        if (isLast && step.device === id) resolve(step);
      });
    });
    if (!this.#rig.house.stick.isPermittingJoin) {
      await this.#rig.call("permit_join", { seconds: 254 });
    }
    const refusal = this.#rig.house.join(this.#lock);
    if (refusal !== null) throw new WrongStep(`the stick did not let it in: ${refusal}`);
    const late = new Promise<never>((_resolve, reject) => {
      setTimeout(() => reject(new WrongStep("pairing did not end")), pairingMs).unref();
    });
    return Promise.race([over, late]);
  }

  async #paired(): Promise<Capabilities> {
    const last = await this.#pair();
    if (last.step !== "paired") throw new WrongStep(`pairing ended as ${JSON.stringify(last)}`);
    await this.#played.until(() => this.#rig.store.get("lock", [idOf(this.#lock)]) !== undefined);
    const { capabilities } = last.description;
    const fault = pairingFault(this.#model, capabilities, this.#lock);
    if (fault !== null) throw new WrongStep(`paired: ${fault}`);
    const { batteryUnit, batteryUnitBasis, isSleepy, isSleepyBasis } = capabilities;
    this.notes.push(
      `paired (endpoint ${capabilities.endpoint}, ${capabilities.pinUsers} codes, ` +
        `${batteryUnit} by ${batteryUnitBasis}, ${isSleepy ? "sleepy" : "awake"} by ${isSleepyBasis})`,
    );
    this.#judgeReporting(capabilities);
    return capabilities;
  }

  /** A battery that answers is asked to report; a state that is false is not. */
  #judgeReporting({ lockStateSource }: Capabilities): void {
    const asksState = this.#requests.has(doorLock, 0x0000);
    if (asksState === (lockStateSource === "vendorFrames")) {
      throw new WrongStep(
        `paired: the report of LockState was ${asksState ? "" : "not "}asked for`,
      );
    }
    const hasBattery = this.#model.battery !== null;
    if (hasBattery && !this.#requests.has(powerConfiguration, 0x0021)) {
      throw new WrongStep("paired: the battery's report was not asked for");
    }
  }

  /** The administrator's code, then another. @returns the ids of those that open */
  async #codes(capabilities: Capabilities): Promise<Codes> {
    const digits =
      capabilities.minPinLength <= 6 && capabilities.maxPinLength >= 6
        ? 6
        : capabilities.maxPinLength;
    if (digits !== 6) await this.#sixDigitsRefused();
    const administrator = await this.#add(
      "administrator's code",
      "91827364".slice(0, digits),
      true,
    );
    if (administrator === null) return { administrator: null, guest: null };
    const guest = await this.#add("code", "27182818".slice(0, digits), false);
    return { administrator, guest };
  }

  async #sixDigitsRefused(): Promise<void> {
    const reply = await this.#played.call(
      "add_password",
      { is_default: 1, password: "112233" },
      "rest",
    );
    if (reply.ErrNo !== unsupported) {
      throw new WrongStep(`six digits: ${reply.ErrNo} ${String(reply.ErrMsg)}`);
    }
    this.notes.push("six digits refused");
  }

  /** What the gateway reports of a code must be true at the door. */
  async #add(what: string, password: string, isAdministrator: boolean): Promise<Code | null> {
    const wanted = isAdministrator ? { is_default: 1, password } : { password };
    const reply = await this.#played.call("add_password", wanted);
    if (reply.ErrNo === unsupported && this.#lock.quirks.pinUsers === 0) {
      this.notes.push(`${what}: takes none`);
      return null;
    }
    if (reply.ErrNo === lockFull && this.#played.isFull()) {
      this.notes.push(`${what}: no room`);
      return null;
    }
    if (reply.ErrNo !== 0) throw new WrongStep(`${what}: ${reply.ErrNo} ${String(reply.ErrMsg)}`);
    const id = isAdministrator ? administratorId : Number(reply["password_id"]);
    const stage = await this.#played.operationEnds(id, 1);
    const isHeld = this.#played.holds(password);
    if ((stage === 3) !== isHeld) {
      throw new WrongStep(
        `${what}: reported as stage ${stage}, ${isHeld ? "and opens" : "does not open"}`,
      );
    }
    this.notes.push(`${what} ${isHeld ? "set" : "reported as failed"}`);
    return isHeld ? { id, password } : null;
  }

  async #opening({ administrator, guest }: Codes): Promise<void> {
    const code = guest ?? administrator;
    if (code === null || this.#played.hasNoKeypad) return;
    const from = await this.#played.head();
    if (this.#lock.keypad(code.password) !== "opened")
      throw new WrongStep("opening: the door stays shut");
    const event = await this.#played.event("lockerOpenAlarm", from);
    if (event === null) throw new WrongStep("opening: not reported");
    const { operationEvents, activityAttributes } = this.#lock.quirks;
    const isNamed = operationEvents !== "none" || activityAttributes !== "none";
    if (isNamed && event.detail?.["sourceid"] !== code.id) {
      throw new WrongStep(`opening: reported as ${JSON.stringify(event.detail)}`);
    }
    this.#lock.turnKnob("lock");
    this.notes.push(`opening reported${isNamed ? " with its user" : ""}`);
  }

  /** The real state of the bolt counts, whatever the lock reports. */
  async #byHand(): Promise<void> {
    for (const [to, state] of [
      ["unlock", "unlocked"],
      ["lock", "locked"],
    ] as const) {
      this.#lock.turnKnob(to);
      const isShown = await this.#played.until(
        () => this.#rig.store.get("lock", [idOf(this.#lock)])?.lockState === state,
      );
      if (!isShown) throw new WrongStep(`by hand: ${state} is not shown`);
    }
    this.notes.push("state by hand shown");
  }

  async #wrongCode(): Promise<void> {
    if (this.#played.hasNoKeypad) return;
    const from = await this.#played.head();
    for (let tries = 0; tries < 3; tries++)
      this.#lock.keypad("0000000".slice(0, this.#lock.quirks.minPinLength));
    const { operationEvents, activityAttributes, hasAlarms } = this.#lock.quirks;
    const isReported = (operationEvents === "all" && activityAttributes === "none") || hasAlarms;
    if (!isReported) {
      this.notes.push("wrong codes: the lock says nothing");
      return;
    }
    if ((await this.#played.event("wrongPwdAlarm", from)) === null)
      throw new WrongStep("wrong codes: not reported");
    this.notes.push("wrong codes reported");
  }

  async #keypadEdit({ firstUserId, lastUserId }: Capabilities): Promise<void> {
    const taken = new Set(this.#lock.users().map(({ userId }) => userId));
    const free = Array.from({ length: 8 }, (_, index) => firstUserId + 7 - index).find(
      (userId) => userId <= lastUserId && !taken.has(userId),
    );
    if (this.#played.hasNoKeypad || free === undefined) return;
    const from = await this.#played.head();
    const code = "5551234567".slice(0, this.#lock.quirks.minPinLength);
    if (this.#lock.programAtKeypad({ userId: free, code }) !== "done") return;
    if (this.#lock.quirks.programmingEvents === "none") {
      this.notes.push("keypad edit: the lock says nothing");
      return;
    }
    if ((await this.#played.event("pwdAddLocal", from)) === null)
      throw new WrongStep("keypad edit: not reported");
    this.notes.push("keypad edit reported");
  }

  async #clear({ guest }: Codes): Promise<void> {
    if (guest === null) return;
    const reply = await this.#played.call("delete_password", { password_id: guest.id });
    if (reply.ErrNo !== 0) throw new WrongStep(`clear: ${reply.ErrNo} ${String(reply.ErrMsg)}`);
    const stage = await this.#played.operationEnds(guest.id, 2);
    if (stage !== 3 || this.#played.holds(guest.password)) {
      throw new WrongStep(
        `clear: reported as stage ${stage}, ${this.#played.holds(guest.password) ? "still opens" : "is gone"}`,
      );
    }
    this.notes.push("code cleared");
  }

  async #unpair(): Promise<void> {
    const id = idOf(this.#lock);
    const reply = await this.#played.call("remove_lock", {});
    if (reply.ErrNo !== 0) throw new WrongStep(`unpair: ${reply.ErrNo} ${String(reply.ErrMsg)}`);
    const isGone = await this.#played.until(
      () => !this.#lock.isJoined && this.#rig.store.get("lock", [id]) === undefined,
    );
    if (!isGone) throw new WrongStep("unpair: the lock is still there");
    this.notes.push("unpaired");
  }
}

interface Code {
  readonly id: number;
  readonly password: string;
}

interface Codes {
  readonly administrator: Code | null;
  readonly guest: Code | null;
}
