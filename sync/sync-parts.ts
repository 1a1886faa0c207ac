import { JournalMaintenance } from "../daemon/journal/journal-maintenance.ts";
import type { CloudSyncPorts } from "./cloud-sync-ports.ts";
import { Incoming } from "./down/incoming.ts";
import { parseBody } from "./down/message-body.ts";
import { RefusedMessageAlarm } from "./down/refused-message-alarm.ts";
import type { Reader, SyncSettings } from "./options.ts";
import { Announcer } from "./presence/announcer.ts";
import { CloudSilence } from "./presence/cloud-silence.ts";
import { OfflinePeriods } from "./presence/offline-periods.ts";
import { OwnState } from "./presence/own-state.ts";
import { type Topics, topicsOf } from "./topics.ts";
import { Backlog } from "./up/backlog.ts";
import { SyncCursor } from "./up/cursor.ts";
import { Encoder } from "./up/encoding/encoder.ts";
import { recordGap } from "./up/journal-gap.ts";
import { Outgoing } from "./up/outgoing.ts";
import { TooLargeAlarm } from "./up/too-large-alarm.ts";

/** What the synchronisation is made of, beside the connection itself. */
export interface SyncParts {
  readonly topics: Topics;
  readonly cursor: SyncCursor;
  readonly outgoing: Outgoing;
  readonly incoming: Incoming;
  readonly backlog: Backlog;
  readonly journal: JournalMaintenance;
  readonly announcer: Announcer;
  readonly own: OwnState;
  readonly offline: OfflinePeriods;
  readonly silence: CloudSilence;
  readonly refusals: RefusedMessageAlarm;
  readonly tooLarge: TooLargeAlarm;
}

/** Builds the parts and connects them. Nothing runs yet. */
export function buildParts(
  ports: CloudSyncPorts,
  settings: SyncSettings,
  isConnected: () => boolean,
): SyncParts {
  const { store, clock, identity, logger } = ports;
  const { gatewayId, boot, versions } = identity;
  const { digest, protection } = settings;
  const topics = topicsOf(settings.prefix, gatewayId);
  const logFailure = (text: string) => (err: unknown) => logger.error({ err }, text);
  const cursor = new SyncCursor(store, clock, logFailure("the store did not write the cursor"));
  const tooLarge = new TooLargeAlarm({ store, clock, logger });
  const encoder = new Encoder(
    { gatewayId, nameOf: ports.nameOf, openSealed: ports.openSealed },
    { topics, seal: protection?.sealer(gatewayId) ?? null, logger },
  );
  const outgoing = new Outgoing(store, cursor, {
    acknowledge: settings.acknowledge,
    cloudTimeoutMs: settings.cloudTimeoutMs,
    unheardWaitMs: settings.unheardWaitMs,
    encode: (record, maximumBytes, form) => encoder.encode(record, maximumBytes, form),
    onTooLarge: (seq, bytes) => tooLarge.raise(seq, bytes),
    onGap: (from, to) => recordGap(ports, from, to),
    onUnheard: () => announcer.refresh(),
    onResendDropped: (seq) => logger.warn({ seq }, "a stored reply was not sent again"),
  });
  const backlog = new Backlog({
    store,
    cursor,
    clock,
    limits: settings.backlog,
    onFolded: (seq) => outgoing.skip(seq),
    logger,
  });
  const own = new OwnState({ store, clock, gatewayId, boot, digest, logger });
  const announcer = new Announcer({
    store,
    clock,
    topic: topics.state,
    digest,
    unheard: () => outgoing.unheard,
    gatewayId,
    boot,
    start: own.start,
    versions,
    refreshMs: settings.refreshMs,
    ...(protection === undefined ? {} : { protection }),
    random: ports.random,
    sendOnce: (publication) => outgoing.sendOnce(publication),
    maximumBytes: () => outgoing.maximumBytes,
    // The birth shares the window with the journal: an acknowledgement makes room for records.
    onAcknowledged: (bytes) => {
      outgoing.noteOtherAccepted(bytes);
      outgoing.wake();
    },
  });
  const silence = new CloudSilence({
    store,
    clock,
    limitMs: settings.cloudSilenceMs,
    isConnected,
    onFailure: logFailure("the store did not write the cloud's silence"),
  });
  const refusals = new RefusedMessageAlarm({ store, clock, logger });
  const incoming = new Incoming({
    store,
    commands: ports.commands,
    clock,
    outgoing,
    topics,
    commandRate: settings.commandRate,
    isFull: () => backlog.isFull,
    read: readerOf(ports, settings, silence),
    isSigned: protection?.isSigned ?? false,
    sendOnce: (topic, body) => outgoing.sendOnce({ topic: topics[topic], body }),
    announcer,
    noteRefused: (kind, refused) => {
      refusals.note(kind, refused);
      if (kind === "forged") announcer.noteForged();
    },
    logger,
  });
  return {
    topics,
    cursor,
    outgoing,
    incoming,
    backlog,
    journal: journalOf(ports, settings, { cursor, backlog }),
    announcer,
    own,
    offline: new OfflinePeriods(store, clock, {
      alarmAfterMs: settings.offlineAlarmAfterMs,
      onFailure: logFailure("the store did not write a loss of the connection"),
    }),
    silence,
    refusals,
    tooLarge,
  };
}

/** Reads messages as they are, or only those that the cloud has signed. */
function readerOf(
  { store, clock, identity }: CloudSyncPorts,
  { protection }: SyncSettings,
  silence: CloudSilence,
): Reader {
  const signed = protection?.reader({
    gatewayId: identity.gatewayId,
    store,
    clock,
    onVouched: (signedAtMs) => silence.noteSignedMessage(signedAtMs),
  });
  return signed ?? ((_kind, payload) => parseBody(payload));
}

function journalOf(
  { store, clock, logger, callbacksDeliveredThrough }: CloudSyncPorts,
  { retention }: SyncSettings,
  { cursor, backlog }: { readonly cursor: SyncCursor; readonly backlog: Backlog },
): JournalMaintenance {
  return new JournalMaintenance({
    store,
    clock,
    retention,
    deliveredThrough: () => Math.min(cursor.seq, callbacksDeliveredThrough?.() ?? Infinity),
    limit: () => backlog.limit(),
    logger,
  });
}
