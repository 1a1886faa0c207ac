import type { LockId } from "../../daemon/core/model/door-lock.ts";
import type { ZigbeeDriverOptions } from "./driver-options.ts";
import { NetworkFiles } from "./herdsman/network-files.ts";
import { openSession, type SessionOptions } from "./herdsman/session.ts";
import { defaultTiming, Radio, type RadioObserver } from "./stick/radio.ts";

export interface DriverRadioParts
  extends Pick<SessionOptions, "attach" | "onBegun" | "acceptsDevice" | "eventsStored" | "folded">,
    RadioObserver {
  readonly options: ZigbeeDriverOptions;
  /** The driver's own set: it grows with each lock that is paired. */
  readonly knownLocks: ReadonlySet<LockId>;
}

/** Makes the radio of a driver: each of its sessions is a controller of herdsman on the same network files. */
export function makeRadio(parts: DriverRadioParts): Radio {
  const { options, knownLocks, attach, onBegun, acceptsDevice, changed } = parts;
  const { eventsStored, folded } = parts;
  const { stick, channel, logger } = options;
  const timing = { ...defaultTiming, ...options.timing };
  const session: SessionOptions = {
    stick,
    channel,
    logger,
    attach,
    onBegun,
    acceptsDevice,
    eventsStored,
    folded,
    files: new NetworkFiles(options.directory),
    ownLocks: { locks: knownLocks, describe: options.describe ?? (() => null) },
    timing: { answerMs: timing.probeTimeoutMs, confirmMs: timing.confirmMs },
    ownFrames: { isAccepted: false, isConfirmed: false },
  };
  return new Radio((signal) => openSession(session, signal), { changed }, timing, logger);
}
