import { isObject } from "../../../daemon/base/json.ts";
import type { LockId } from "../../../daemon/core/model/door-lock.ts";
import { isLockId } from "../../../daemon/core/model/door-lock.ts";
import { gatewayTopicsOf, lockTopicsOf } from "../dialect/topics.ts";
import type { HomeSettings } from "../settings.ts";
import { discoveryTopic } from "./discovery-base.ts";
import { gatewayDevice } from "./gateway-discovery.ts";
import { lockDevice } from "./lock-discovery.ts";

/**
 * What the broker retains because of this gateway. It is on disk before the first message is sent, so that a lock that
 * was unpaired, or a feature that was switched off, can be removed later.
 */
export interface Announced {
  readonly discoveryPrefix: string;
  readonly baseTopic: string;
  /** The gateway's id if it is announced itself. */
  readonly gatewayId: string | null;
  /** Names of locks in topics. */
  readonly locks: ReadonlyMap<LockId, string>;
}

export function announcedText(all: readonly Announced[]): string {
  return JSON.stringify(all.map((one) => ({ ...one, locks: Object.fromEntries(one.locks) })));
}

/** Reads a stored text. A text that is damaged counts as nothing: the broker keeps what it has. */
export function announcedIn(text: unknown): readonly Announced[] {
  if (typeof text !== "string") return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.flatMap((one) => announcedOf(one) ?? []) : [];
  } catch {
    return [];
  }
}

function announcedOf(value: unknown): Announced | null {
  if (!isObject(value) || !isObject(value["locks"])) return null;
  const { discoveryPrefix, baseTopic, gatewayId } = value;
  if (typeof discoveryPrefix !== "string" || typeof baseTopic !== "string") return null;
  const locks = new Map<LockId, string>();
  for (const [lock, name] of Object.entries(value["locks"])) {
    if (isLockId(lock) && typeof name === "string") locks.set(lock, name);
  }
  return {
    discoveryPrefix,
    baseTopic,
    gatewayId: typeof gatewayId === "string" ? gatewayId : null,
    locks,
  };
}

/** Returns every topic that the broker may retain for what was announced. */
export function retainedTopics(one: Announced): readonly string[] {
  const settings: HomeSettings = {
    ...one,
    isEnabled: true,
    gatewayId: one.gatewayId ?? "",
    gatewayName: "",
    version: "",
    managesCodes: false,
    hasNames: false,
    isRemoteAllowed: false,
  };
  const topics: string[] = [];
  for (const [lock, name] of one.locks) {
    const { state, availability } = lockTopicsOf(one.baseTopic, name);
    const { id, entities } = lockDevice(nameless(lock), { settings, name, page: null });
    topics.push(...entities.map((entity) => discoveryTopic(one.discoveryPrefix, id, entity)));
    topics.push(state, availability);
  }
  if (one.gatewayId !== null) {
    const { state, availability } = gatewayTopicsOf(one.gatewayId);
    const { id, entities } = gatewayDevice(settings, null);
    topics.push(...entities.map((entity) => discoveryTopic(one.discoveryPrefix, id, entity)));
    topics.push(state, availability);
  }
  return topics;
}

function nameless(lock: LockId) {
  return { lock, manufacturer: "", model: "", firmware: "" };
}

/** Returns the topics that the broker must forget: those of before that are not wanted now. */
export function topicsToClear(
  before: readonly Announced[],
  wanted: Announced | null,
): readonly string[] {
  const kept = new Set(wanted === null ? [] : retainedTopics(wanted));
  return [...new Set(before.flatMap(retainedTopics))].filter((topic) => !kept.has(topic));
}
