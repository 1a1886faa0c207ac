import type { SimulationTime } from "../radio.ts";
import { ClusterId, DoorLockAttribute } from "../zcl/constants.ts";
import { ActLog } from "./body/act-log.ts";
import { Bolt } from "./body/bolt.ts";
import { CodeEntry } from "./body/code-entry.ts";
import { CodeTable } from "./body/code-table.ts";
import { Events } from "./body/events.ts";
import { LockClock } from "./body/lock-clock.ts";
import { LockLog } from "./body/lock-log.ts";
import type { MemoryFile } from "./body/memory.ts";
import { Schedules } from "./body/schedules.ts";
import type { Cluster } from "./cluster/cluster.ts";
import { doorLockCluster } from "./cluster/door-lock-cluster.ts";
import { applyRecord } from "./cluster/recorded-attributes.ts";
import { Reporting } from "./cluster/reporting.ts";
import { Settings } from "./cluster/settings.ts";
import {
  alarmsCluster,
  basicCluster,
  identifyCluster,
  otaCluster,
  powerCluster,
  vendorAttributes,
} from "./cluster/small-clusters.ts";
import { TimeClient, timeServerCluster } from "./cluster/time-cluster.ts";
import type { LockParts } from "./lock-parts.ts";
import { Polling } from "./polling.ts";
import type { Profile } from "./profiles.ts";
import type { Quirks } from "./quirks.ts";
import { Transmitter } from "./transmitter.ts";
import { vendorStateFrame } from "./vendor-state-frame.ts";

/** A lock put together. */
export interface AssembledLock {
  readonly parts: LockParts;
  readonly clusters: ReadonlyMap<number, Cluster>;
  readonly reporting: Reporting;
  readonly polling: Polling;
  /** null unless the lock asks the coordinator for the time. */
  readonly timeClient: TimeClient | null;
}

export interface AssemblyInput {
  readonly profile: Profile;
  readonly quirks: Quirks;
  readonly time: SimulationTime;
  readonly file: MemoryFile;
}

export function assembleLock({ profile, quirks, time, file }: AssemblyInput): AssembledLock {
  const clusters = new Map<number, Cluster>();
  const settings = new Settings(file, quirks);
  const clock = new LockClock(file, time, quirks.clock === "absent");
  const log = new LockLog(file, quirks.logRecords, () =>
    settings.is(DoorLockAttribute.enableLogging),
  );
  // Each sent frame wakes the radio. Polling is made last, because it needs all other parts.
  const transmitter = new Transmitter(quirks, time, file, {
    endpointOf: (clusterId) => endpointOf(profile, quirks, clusterId),
    afterSend: () => polling.afterSend(),
  });
  const reporting = new Reporting(clusters, file, time, transmitter);
  const events = new Events({
    quirks,
    time,
    clock,
    log,
    settings,
    transmitter,
    alarmCounted: () => reporting.changed(ClusterId.alarms, 0x0000),
  });
  const acts = new ActLog(time);
  const bolt = new Bolt({
    quirks,
    time,
    file,
    settings,
    events,
    acts,
    changed: (clusterId, attributeId) => reporting.changed(clusterId, attributeId),
    sayVendorState: (isLocked) => transmitter.send(vendorStateFrame(isLocked)),
    report: (clusterId, attributeId) => reporting.report({ clusterId, attributeId }),
  });
  const pins = new CodeTable("pins", file, quirks);
  const rfids = new CodeTable("rfids", file, quirks);
  const schedules = new Schedules(file);
  const entry = new CodeEntry({
    time,
    file,
    clock,
    pins,
    rfids,
    schedules,
    settings,
    events,
    bolt,
    acts,
  });
  const parts: LockParts = {
    profile,
    quirks,
    time,
    file,
    clock,
    pins,
    rfids,
    schedules,
    log,
    settings,
    transmitter,
    events,
    bolt,
    entry,
    acts,
  };
  const polling = new Polling(parts);
  for (const cluster of clustersOf(parts, polling)) clusters.set(cluster.id, cluster);
  if (profile.record !== undefined) applyRecord(profile.record, clusters, file);
  const timeClient = quirks.clock === "client" ? new TimeClient(parts) : null;
  return { parts, clusters, reporting, polling, timeClient };
}

/** The recorded endpoint that lists a cluster, else the lock's own. */
function endpointOf({ record }: Profile, quirks: Quirks, clusterId: number): number {
  const listing = record?.endpoints.find(({ inputClusters }) => inputClusters.includes(clusterId));
  return listing?.endpoint ?? quirks.endpoint;
}

function clustersOf(parts: LockParts, polling: Polling): Cluster[] {
  const { quirks } = parts;
  const doorLock = doorLockCluster(parts);
  const vendors = vendorAttributes(parts, ClusterId.doorLock).map((own) => [own.id, own] as const);
  const clusters = [
    basicCluster(parts),
    powerCluster(parts),
    identifyCluster(parts),
    { ...doorLock, attributes: new Map([...doorLock.attributes, ...vendors]) },
    otaCluster(parts),
  ];
  if (quirks.hasAlarms) clusters.push(alarmsCluster(parts));
  if (quirks.clock === "server") clusters.push(timeServerCluster(parts));
  if (quirks.checkInQuarterSeconds !== null) clusters.push(polling.cluster());
  return clusters;
}
