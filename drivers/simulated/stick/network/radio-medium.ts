import type { ApsFrame, Ieee, RadioDevice, SimulationTime } from "../../radio.ts";
import type { Audience } from "./broadcast.ts";
import { type DeviceTable, type KnownDevice, relation } from "./device-table.ts";
import { IndirectQueue } from "./indirect.ts";
import { Intruders } from "./intruders.ts";
import type { Network } from "./network.ts";
import type { ObservedFrame, RadioHost } from "./radio-host.ts";
import { Station } from "./station.ts";

/** How a transmission ends, in the stack's own status codes (ZComDef.h). */
export const transmissionStatus = {
  success: 0x00,
  macNoResources: 0x1a,
  apsNoAck: 0xb7,
  noRoute: 0xcd,
  macNoAck: 0xe9,
  transactionExpired: 0xf0,
  transactionOverflow: 0xf1,
} as const;

/** A router that does not answer: the MAC's retries and the network layer's own. */
const noAckMs = 100;
/** A route request that nobody answers. */
const routeDiscoveryMs = 500;

export interface RadioParts {
  readonly time: SimulationTime;
  readonly network: Network;
  readonly devices: DeviceTable;
}

/** The radio between the stick and the devices: delay, loss, sleep and acknowledgement. */
export class RadioMedium {
  readonly #parts: RadioParts;
  readonly #host: RadioHost;
  readonly #indirect: IndirectQueue;
  readonly #stations = new Map<Ieee, Station>();
  /** Devices that have the network's key and never joined. */
  readonly intruders: Intruders;

  constructor(parts: RadioParts, host: RadioHost) {
    this.#parts = parts;
    this.#host = host;
    this.intruders = new Intruders(host, { time: parts.time, delayMs: () => this.delayMs() });
    this.#indirect = new IndirectQueue(parts.time);
  }

  /** Puts a device on the network as `known`; an older link of the same device goes dead. */
  attach(device: RadioDevice, known: KnownDevice): Station {
    this.#indirect.drop(known.ieee);
    const station = new Station(device, {
      known,
      time: this.#parts.time,
      networkIdentity: this.#parts.network.identity,
      coordinatorIeee: this.#host.coordinatorIeee,
      radio: this,
    });
    this.#stations.set(known.ieee, station);
    return station;
  }

  /** Takes a device off the network. @returns it, or undefined when it was not on it. */
  detach(ieee: Ieee): RadioDevice | undefined {
    const station = this.#stations.get(ieee);
    this.#stations.delete(ieee);
    this.#indirect.drop(ieee);
    return station?.device;
  }

  /** The device behind this entry, if it is on this network. */
  deviceOf(known: KnownDevice): RadioDevice | undefined {
    return this.#stationOf(known)?.device;
  }

  /** The network has another key; the devices on it have taken it over. */
  rename(previous: string | null, identity: string | null): void {
    for (const station of this.#stations.values()) {
      if (station.networkIdentity === previous) station.networkIdentity = identity;
    }
  }

  /** The stick lost its RAM: waiting frames are gone, the devices are not. */
  reset(): void {
    this.#indirect.clear();
    for (const station of this.#stations.values()) station.silence();
  }

  /** Time on the air of the next frame, ms. */
  delayMs(): number {
    const { min, max } = this.#host.faults.radioDelayMs;
    return min + this.#parts.time.random() * (max - min);
  }

  /** Whether the next frame from a device is lost. */
  isUplinkLost(): boolean {
    return this.#isLost(this.#host.faults.lossFromDevice);
  }

  /** Link quality of a device, 1 to 255: steady, as nobody moves. */
  linkQualityOf(known: KnownDevice): number {
    return 120 + (Number.parseInt(known.ieee.slice(-2), 16) % 120);
  }

  /** Sends to one device. @param confirm called once, with a {@link transmissionStatus}. */
  unicast(address: number, frame: ApsFrame, confirm: (status: number) => void): void {
    this.#parts.network.countFrame();
    if (this.intruders.take(address, frame)) {
      confirm(transmissionStatus.success);
      return;
    }
    const known = this.#parts.devices.byAddress(address);
    if (known === undefined || known.relation === relation.none) {
      this.#parts.time.after(routeDiscoveryMs, () => confirm(transmissionStatus.noRoute));
      return;
    }
    if (this.#isSleepy(known)) {
      this.#putIndirect(known, frame, confirm);
      return;
    }
    const station = this.#stationOf(known);
    if (station === undefined) {
      this.#parts.time.after(noAckMs, () => confirm(transmissionStatus.macNoAck));
      return;
    }
    if (station.downlink.isFull) {
      this.#parts.time.after(0, () => confirm(transmissionStatus.macNoResources));
      return;
    }
    station.downlink.push(this.delayMs(), () => {
      if (this.#isHeard(station)) {
        confirm(transmissionStatus.success);
        this.#deliver(station, frame);
      } else {
        this.#parts.time.after(noAckMs, () => confirm(transmissionStatus.macNoAck));
      }
    });
  }

  /** Sends to all that listen; sleepers get it when they poll, if it is for them too. */
  broadcast(frame: ApsFrame, audience: Audience): void {
    this.#parts.network.countFrame();
    for (const known of this.#parts.devices.children()) {
      if (audience === "routers" && known.relation !== relation.routerChild) continue;
      if (this.#isSleepy(known)) {
        if (audience === "all") this.#putIndirect(known, frame, () => {});
        continue;
      }
      const station = this.#stationOf(known);
      if (station === undefined || station.downlink.isFull) continue;
      station.downlink.push(this.delayMs(), () => {
        if (this.#isHeard(station)) this.#deliver(station, frame);
      });
    }
  }

  /** A device sends; called by its link. */
  transmitted(station: Station, frame: ApsFrame): void {
    if (!this.#isOnAir(station) || station.uplink.isFull || this.isUplinkLost()) return;
    station.uplink.push(this.delayMs(), () => {
      if (!this.#isCurrent(station)) return;
      this.#observe(station, "fromDevice", frame);
      this.#host.arrived(station.known, frame);
    });
  }

  /** A device answers a ZDP request by itself, as every node's stack does. */
  respond(known: KnownDevice, frame: ApsFrame): void {
    if (this.intruders.respond(known, frame)) return;
    const station = this.#stationOf(known);
    if (station !== undefined) this.transmitted(station, frame);
  }

  /** Runs once all that the device has sent so far has arrived. */
  afterUplink(known: KnownDevice, run: () => void): void {
    const station = this.#stations.get(known.ieee);
    if (station === undefined) run();
    else station.uplink.push(this.delayMs(), run);
  }

  /** A device asks for what waits; called by its link. */
  polled(station: Station): void {
    if (!this.#isOnAir(station) || station.uplink.isFull || this.isUplinkLost()) return;
    station.uplink.push(this.delayMs(), () => {
      if (!this.#isCurrent(station)) return;
      this.#indirect.poll(station.known.ieee, (frame, acknowledged) => {
        station.downlink.push(this.delayMs(), () => {
          const isHeard = this.#isHeard(station);
          acknowledged(isHeard);
          if (isHeard) this.#deliver(station, frame);
        });
      });
    });
  }

  /** A device goes by itself; called by its link. */
  left(station: Station, isRejoining: boolean): void {
    if (!this.#isCurrent(station)) return;
    this.#host.departed(station.known, isRejoining);
  }

  /** What the device is counts; what the table says of it, only while it is away. */
  #isSleepy(known: KnownDevice): boolean {
    const device = this.deviceOf(known);
    if (device === undefined) return known.relation === relation.sleepyChild;
    return !device.node.isReceiverOnWhenIdle;
  }

  #putIndirect(known: KnownDevice, frame: ApsFrame, confirm: (status: number) => void): void {
    const isQueued = this.#indirect.put(known.ieee, {
      frame,
      ended: (outcome) => {
        const { success, transactionExpired } = transmissionStatus;
        confirm(outcome === "taken" ? success : transactionExpired);
      },
    });
    if (!isQueued) {
      this.#parts.time.after(0, () => confirm(transmissionStatus.transactionOverflow));
    }
  }

  #deliver(station: Station, frame: ApsFrame): void {
    if (!station.takes(this.#parts.network.frameCounter)) return;
    this.#observe(station, "toDevice", frame);
    if (frame.profileId === 0) this.#host.requested(station.device, station.known, frame);
    else station.device.receive(frame);
  }

  #observe(station: Station, direction: ObservedFrame["direction"], frame: ApsFrame): void {
    const timeMs = this.#parts.time.nowMs();
    this.#host.observed({ timeMs, ieee: station.known.ieee, direction, frame });
  }

  #isLost(share: number): boolean {
    return share > 0 && this.#parts.time.random() < share;
  }

  #isHeard(station: Station): boolean {
    return this.#isOnAir(station) && !this.#isLost(this.#host.faults.lossToDevice);
  }

  #isOnAir(station: Station): boolean {
    return this.#isCurrent(station) && station.device.isReachable();
  }

  #stationOf(known: KnownDevice): Station | undefined {
    const station = this.#stations.get(known.ieee);
    return station !== undefined && this.#isCurrent(station) ? station : undefined;
  }

  /** The station's network runs here, and still knows it under the address it was given. */
  #isCurrent(station: Station): boolean {
    const { network, devices } = this.#parts;
    if (this.#stations.get(station.known.ieee) !== station || !network.isRunning) return false;
    if (network.identity !== station.networkIdentity) return false;
    const known = devices.byIeee(station.known.ieee);
    return known !== undefined && known.networkAddress === station.networkAddress;
  }
}
