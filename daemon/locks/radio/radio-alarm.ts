import type { RadioState } from "../../../drivers/lock-driver.ts";
import { stickOfflineSetting } from "../../core/contact/stick-alarm.ts";
import { put, type Transaction } from "../../store/store.ts";
import { commit, type LockPorts } from "../lock-ports.ts";

/** With this many faults in a row the alarm stays until some minutes have passed without one. */
const unsteadyFaults = 5;

/**
 * Reports `stickOfflineAlarm` once when the radio is lost, and `clearStickOfflineAlarm` once when it is back: at
 * once after a single fault, after some minutes without one where one fault follows the other.
 */
export class RadioAlarm {
  readonly #ports: Pick<LockPorts, "store" | "reading" | "log">;

  constructor(ports: Pick<LockPorts, "store" | "reading" | "log">) {
    this.#ports = ports;
  }

  radio(state: RadioState): void {
    const { log } = this.#ports;
    switch (state.kind) {
      case "starting":
        log.info({}, "the radio is starting");
        return;
      case "online":
        log.info({ channel: state.channel, firmware: state.firmware }, "the radio is online");
        if ((state.faults ?? 0) < unsteadyFaults) this.#report(false, {});
        return;
      case "offline":
        if (state.cause === "stopped") return;
        log.warn({ cause: state.cause }, `the radio is offline: ${state.detail}`);
        this.#report(true, { cause: state.cause, text: state.detail });
    }
  }

  #report(isOffline: boolean, detail: { readonly cause?: string; readonly text?: string }): void {
    const { store, log } = this.#ports;
    const wasOffline = store.get("setting", stickOfflineSetting)?.value === true;
    if (isOffline === wasOffline) return;
    const event = isOffline ? "stickOfflineAlarm" : "clearStickOfflineAlarm";
    const transaction: Transaction = {
      changes: [put("setting", stickOfflineSetting, { value: isOffline })],
      journal: [{ kind: "event", event, lock: null, detail: isOffline ? { ...detail } : null }],
    };
    commit(this.#ports, transaction).catch((cause: unknown) => {
      log.warn({ cause }, "failed to store an alarm of the radio");
    });
  }
}
