import { setImmediate as turn } from "node:timers/promises";
import { pino } from "pino";
import { LockRemovals } from "../../../daemon/assembly/lock-removals.ts";
import { Site } from "../../../daemon/assembly/site.ts";
import { Clock, type TimeMachine, type TimeTrust } from "../../../daemon/clock/clock.ts";
import { SetBackRecovery } from "../../../daemon/clock/set-back-recovery.ts";
import { storedTimeMark } from "../../../daemon/clock/stored-time-mark.ts";
import { CommandDispatcher } from "../../../daemon/commands/dispatch.ts";
import { commands } from "../../../daemon/commands/table.ts";
import type { LockId } from "../../../daemon/core/model/door-lock.ts";
import type { PinCode } from "../../../daemon/core/model/secret.ts";
import { TimeForLocks } from "../../../daemon/core/time/served-time.ts";
import { LockKeeper } from "../../../daemon/locks/lock-keeper.ts";
import { openStore } from "../../../daemon/store/opening/open-store.ts";
import type { MasterKey } from "../../../daemon/store/secrets/master-key.ts";
import { CodeVault } from "../../../daemon/store/secrets/sealing.ts";
import { TestDiagnostics } from "../../support/diagnostics.ts";
import { FieldRadio } from "./field/field-radio.ts";
import type { SendObserver } from "./field/sent-operation.ts";
import type { House } from "./house.ts";
import type { Life } from "./life/life.ts";
import type { Random } from "./life/random.ts";
import { MortalStore } from "./mortal-store.ts";

const deadlineMs = 10_000;
const auditsPerDay = "auto";

/** The parts that outlive a gateway's process: its disk, its key, the machine's clock and the house. */
export interface Ground {
  readonly directory: string;
  readonly masterKey: MasterKey;
  readonly house: House;
  readonly random: Random;
  readonly machine: Pick<TimeMachine, "systemMs" | "monotonicMs" | "isSynchronized" | "boot">;
  readonly trust: TimeTrust;
  readonly buildMs: number;
  readonly observer: SendObserver;
  /** IANA zone of the place, as it is configured when a gateway starts. */
  timeZone(): string;
  /** A line of the log. */
  print(text: string): void;
  newId(): string;
  randomDigits(count: number): string;
  randomCode(digits: number): PinCode;
  /** Reports an internal fault of the gateway, which no command must ever cause. */
  onFault(text: string, cause: unknown): void;
}

/** The parts of the daemon between the command transport and the lock driver, in one process. */
export interface RunningGateway {
  readonly life: Life;
  readonly store: MortalStore;
  readonly clock: Clock;
  readonly radio: FieldRadio;
  readonly executor: CommandDispatcher;
  readonly vault: CodeVault;
  /** IANA zone of the place, as it was when the process started. */
  readonly timeZone: string;
}

/** Wires the parts as the daemon does and starts them; a kill can interrupt a start like anything else. */
export async function startGateway(ground: Ground, life: Life): Promise<RunningGateway> {
  const opened = await openStore({
    directory: ground.directory,
    mode: "auto",
    masterKey: ground.masterKey,
  });
  const store = new MortalStore(opened, life, ground.directory);
  const clock = openClock(ground, store, life);
  const vault = new CodeVault(ground.masterKey, store);
  const reading = () => clock.reading();
  const { newId } = ground;
  const timeZone = ground.timeZone();
  const timeForLocks = new TimeForLocks(timeZone);
  const radio = new FieldRadio(ground, life, () => timeForLocks.at(reading()));
  const print = (fields: object, message: string) =>
    ground.print(`${message} ${JSON.stringify(fields)}`);
  const log = { debug: print, info: print, warn: noteFault(ground) };
  const keeper = new LockKeeper({
    store,
    driver: radio,
    codes: vault,
    timers: life,
    reading,
    monotonicMs: () => clock.monotonicMs(),
    newId,
    randomDigits: ground.randomDigits,
    log,
    deadlineMs,
    timeZone,
    auditsPerDay,
  });
  const disowned = new SetBackRecovery({ clock, store, log: clockLog(ground) });
  clock.onChange(() => {
    if (!life.isOver) void disowned.restore().then(() => keeper.wakeAll());
  });
  const site = new Site({
    diagnostics: new TestDiagnostics(),
    driver: radio,
    keeper,
    gateway: () => ({
      gatewayId: "simulated",
      homeId: "",
      name: "simulated",
      version: "0",
      isCloudConnected: true,
      cloudChangedAtMs: 0,
    }),
  });
  const removals = new LockRemovals({
    store,
    reading,
    removeLock: (lock) => site.removeLock(lock),
    onFault: (lock, cause) => ground.onFault(`the removal of ${lock}`, cause),
  });
  const wake = (lock: LockId) => {
    removals.check();
    keeper.waker.wake(lock);
  };
  const executor = new CommandDispatcher({
    commands,
    store,
    sealer: vault,
    site,
    reading,
    newId,
    randomCode: ground.randomCode,
    wake,
    onFault: (command, cause) => ground.onFault(`command ${command}`, cause),
  });
  disowned
    .restore()
    .then(() => keeper.start())
    .then(() => removals.check())
    .catch((cause: unknown) => ground.onFault("the start", cause));
  return { life, store, clock, radio, executor, vault, timeZone };
}

/** A warning about a caught error has a cause; only such warnings are faults. */
function noteFault(ground: Ground) {
  return (fields: object, message: string) => {
    ground.print(`${message} ${JSON.stringify(fields)}`);
    if ("cause" in fields && fields.cause instanceof Error) ground.onFault(message, fields.cause);
  };
}

/** A time that could not be restored is a fault. */
function clockLog(ground: Ground) {
  const write = (line: string) => {
    ground.print(line);
    if (line.includes('"level":50')) ground.onFault("disowned time", line);
  };
  return pino({ base: null, timestamp: false }, { write });
}

function openClock(ground: Ground, store: MortalStore, life: Life): Clock {
  return new Clock({
    trust: ground.trust,
    buildMs: ground.buildMs,
    marks: storedTimeMark(store),
    onSaveFailed: (cause) => ground.onFault("keeping the time", cause),
    machine: {
      ...ground.machine,
      hasSystemd: () => true,
      every: (everyMs, work) => {
        const stop = ground.house.time.every(everyMs, () => {
          if (life.isOver) stop();
          else work();
        });
        return stop;
      },
    },
  });
}

/** Waits until only time can cause anything new: the disk has every commit, and no promise is left to settle. */
export async function quiet({ store, life }: RunningGateway): Promise<void> {
  do {
    await turn();
    if (life.isOver) return;
    await store.drained();
    await turn();
  } while (store.pending.size > 0 && !life.isOver);
}
