import { signal } from "@preact/signals";

/** One live event of the gateway: V1.6's name, and its body. */
export interface LiveEvent {
  readonly event: string;
  readonly body: Readonly<Record<string, unknown>>;
}

type Listener = (event: LiveEvent) => void;
const listeners = new Set<Listener>();
let source: EventSource | null = null;

/** Whether live events arrive. False for a moment after the gateway restarts. */
export const isLive = signal(false);

/** Calls `listener` at each live event. @returns what ends it */
export function onLiveEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Pause before a stream that the gateway refused is opened again, ms. The browser itself retries a broken one. */
const reopenMs = 5_000;

/** Opens the stream of the session. The browser sends Last-Event-ID, so that no event is lost meanwhile. */
export function openLiveEvents(): void {
  closeLiveEvents();
  const opened = new EventSource("/api/events");
  source = opened;
  opened.onopen = () => {
    isLive.value = true;
  };
  opened.onerror = () => {
    isLive.value = false;
    if (opened.readyState === EventSource.CLOSED) {
      setTimeout(() => {
        if (source === opened) openLiveEvents();
      }, reopenMs);
    }
  };
  for (const name of eventNames) opened.addEventListener(name, received);
}

export function closeLiveEvents(): void {
  source?.close();
  source = null;
  isLive.value = false;
}

function received(message: MessageEvent<string>): void {
  const body: unknown = JSON.parse(message.data);
  if (typeof body !== "object" || body === null) return;
  const event = { event: message.type, body: { ...body } };
  for (const listener of listeners) listener(event);
}

/** Every event of the gateway's journal: a server-sent event is only heard by its name. A test compares the two lists. */
const eventNames = [
  "batteryAlarm",
  "clearBattryAlarm",
  "brokenAlarm",
  "wrongPwdAlarm",
  "pwdSync",
  "pwdAddLocal",
  "pwdUpdateLocal",
  "pwdDelLocal",
  "lockerOpenAlarm",
  "centerOfflineAlarm",
  "clearCenterOfflineAlarm",
  "lockOfflineAlarm",
  "clearLockOfflineAlarm",
  "pwdOperation",
  "pwdRevokeOverdue",
  "duressAlarm",
  "lockJammedAlarm",
  "lockNotMovedAlarm",
  "outOfWindowOpen",
  "accessRefused",
  "slotDrift",
  "pwdRetired",
  "pwdRestored",
  "grantOutcome",
  "lockPaired",
  "lockRemoved",
  "lockRejoinedAlarm",
  "clearLockRejoinedAlarm",
  "lockFound",
  "joiningClosed",
  "stickOfflineAlarm",
  "clearStickOfflineAlarm",
  "apiOfflineAlarm",
  "clearApiOfflineAlarm",
  "clockAlarm",
  "refusedMessageAlarm",
  "cloudSilentAlarm",
  "clearCloudSilentAlarm",
  "duplicateGatewayAlarm",
  "upgradeRolledBack",
  "recordTooLargeAlarm",
  "messageRequest",
  "activity",
  "signInRefused",
  "callDenied",
  "journalGap",
] as const;
