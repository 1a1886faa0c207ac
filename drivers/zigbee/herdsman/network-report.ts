import { type Controller, type Models, Zdo, ZSpec } from "zigbee-herdsman";
import { delay } from "../../../daemon/base/delay.ts";
import { cleanText } from "../../../daemon/core/input/plain-text.ts";
import type {
  NetworkDevice,
  NetworkLink,
  NetworkReport,
} from "../../../daemon/core/model/gateway/network.ts";
import { clusterIds } from "../frames/zcl-frame.ts";
import { hasNoAddress } from "./device-database.ts";

/** A router must list its neighbours within this time; herdsman asks page by page. */
const linksTimeoutMs = 3_000;
/** Limit of routers asked in one report; further ones are listed as silent. */
const maxAsked = 32;
const pingTimeoutMs = 2_000;

/** Returns what herdsman knows of the network; with links, also the neighbours that its routers list. */
export async function networkReport(
  controller: Controller | null,
  withLinks: boolean,
  signal?: AbortSignal,
): Promise<NetworkReport> {
  if (controller === null) return { devices: [], links: [], silent: [] };
  const devices = [...controller.getDevicesIterator()];
  const links: NetworkLink[] = [];
  const silent: string[] = [];
  if (withLinks) {
    const routers = devices.filter(({ type }) => type === "Coordinator" || type === "Router");
    for (const [at, router] of routers.entries()) {
      const isAsked = at < maxAsked && !hasNoAddress(router) && signal?.aborted !== true;
      const heard = isAsked ? await linksOf(router) : null;
      if (heard === null) silent.push(router.ieeeAddr);
      else links.push(...heard);
    }
  }
  return { devices: devices.map(deviceOf), links, silent };
}

/** Devices with a Door Lock cluster that are not among `known`. */
export function foundLocks(
  controller: Controller | null,
  known: ReadonlySet<string>,
): readonly NetworkDevice[] {
  if (controller === null) return [];
  return [...controller.getDevicesIterator()]
    .filter(
      ({ ieeeAddr, type, endpoints }) =>
        type !== "Coordinator" &&
        !known.has(ieeeAddr) &&
        endpoints.some(({ inputClusters }) => inputClusters.includes(clusterIds.doorLock)),
    )
    .map(deviceOf);
}

function deviceOf(device: Models.Device): NetworkDevice {
  return {
    uuid: device.ieeeAddr,
    kind: kindOf(device.type),
    networkAddress: device.networkAddress,
    manufacturer: cleanText(device.manufacturerName ?? ""),
    model: cleanText(device.modelID ?? ""),
    linkQuality: device.linkquality ?? null,
    lastSeenMs: device.lastSeen ?? null,
  };
}

function kindOf(type: string): NetworkDevice["kind"] {
  switch (type) {
    case "Coordinator":
      return "coordinator";
    case "Router":
      return "router";
    case "EndDevice":
      return "endDevice";
    default:
      return "unknown";
  }
}

async function linksOf(router: Models.Device): Promise<readonly NetworkLink[] | null> {
  const asked = router.lqi().then(
    (table) =>
      table.map(
        (entry): NetworkLink => ({
          from: router.ieeeAddr,
          to: entry.eui64,
          linkQuality: entry.lqi,
          relation: relationOf(entry.relationship),
        }),
      ),
    () => null,
  );
  return withinTime(asked, linksTimeoutMs);
}

/** Zigbee specification, table 2-130: relationship of a neighbour. */
function relationOf(relationship: number): NetworkLink["relation"] {
  switch (relationship) {
    case 0:
      return "parent";
    case 1:
      return "child";
    case 2:
      return "sibling";
    default:
      return "other";
  }
}

/** The same question as at every start: the stick's own endpoints. */
export async function pingStick(controller: Controller | null): Promise<number | null> {
  const coordinator = controller?.getDevicesByType("Coordinator")[0];
  if (controller === null || coordinator === undefined) return null;
  const beganMs = performance.now();
  const answered = controller
    .sendRaw({
      ieeeAddress: coordinator.ieeeAddr,
      networkAddress: ZSpec.COORDINATOR_ADDRESS,
      profileId: Zdo.ZDO_PROFILE_ID,
      clusterKey: Zdo.ClusterId.ACTIVE_ENDPOINTS_REQUEST,
      zdoParams: [ZSpec.COORDINATOR_ADDRESS],
    })
    .then(
      () => Math.round(performance.now() - beganMs),
      () => null,
    );
  return withinTime(answered, pingTimeoutMs);
}

async function withinTime<T>(task: Promise<T | null>, limitMs: number): Promise<T | null> {
  const over = new AbortController();
  const result = await Promise.race([task, delay(limitMs, over.signal).then(() => null)]);
  over.abort();
  return result;
}
