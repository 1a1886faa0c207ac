import Type from "typebox";
import type { JsonObject } from "../../base/json.ts";
import { isLockId } from "../../core/model/door-lock.ts";
import type { NetworkReport } from "../../core/model/gateway/network.ts";
import type { CommandContext } from "../command.ts";
import { answer, readCommand } from "../definition.ts";
import { suspensionFields } from "../locks/lock-status.ts";
import { foundLocks } from "../locks/pairing/found-locks.ts";
import { oneOf, orNull, time, yesNo } from "../schema/reply-fields.ts";
import { flag } from "../schema/request-fields.ts";
import { networkOf } from "../work/network-of.ts";

export const getNetwork = readCommand({
  name: "get_network",
  summary:
    "The devices of the Zigbee network, how well the stick receives them, and the parent of each.",
  access: "technician",
  errors: [],
  resources: [{ method: "GET", path: "/api/network" }],
  phrases: [{ words: ["network"] }],
  input: Type.Object(
    { links: Type.Optional(flag("1 = ask the routers for their neighbours; takes seconds")) },
    { additionalProperties: false },
  ),
  output: Type.Object({
    devices: Type.Array(
      Type.Object({
        uuid: Type.String(),
        kind: oneOf(["coordinator", "router", "endDevice", "unknown"]),
        name: Type.String(),
        network_address: Type.Integer(),
        brand: Type.String(),
        model: Type.String(),
        link_quality: orNull(Type.Integer(), "0 … 255 of the last frame received"),
        last_seen: orNull(time("when the last frame came")),
        parent: orNull(Type.String(), "its parent's uuid, where that is known"),
        is_found: yesNo("1 = a lock that has no records here; adopt_lock adopts it"),
        grants_held: yesNo("1 = no code goes to this lock until release_grants"),
      }),
    ),
    links: Type.Array(
      Type.Object({
        from: Type.String(),
        to: Type.String(),
        link_quality: Type.Integer(),
        relation: oneOf(["parent", "child", "sibling", "other"], "what `to` is to `from`"),
      }),
    ),
    silent: Type.Array(Type.String(), {
      description: "devices that did not report their neighbours",
    }),
  }),
  async run(context, input) {
    const { site, signal } = context;
    const whole = await site.diagnostics.network(input.links === 1, signal);
    const network = networkOf(context, whole);
    return answer({
      devices: deviceFields(network, context),
      links: network.links.map((link) => ({
        from: link.from,
        to: link.to,
        link_quality: link.linkQuality,
        relation: link.relation,
      })),
      silent: network.silent,
    });
  },
});

function deviceFields(network: NetworkReport, context: CommandContext): readonly JsonObject[] {
  const { view } = context;
  const found = new Set(foundLocks(context).map(({ uuid }) => uuid));
  const parents = parentsOf(network);
  const names = new Map<string, string>([...view.list("lock")].map((at) => [at.lock, at.name]));
  return network.devices.map((device) => ({
    uuid: device.uuid,
    kind: device.kind,
    name: names.get(device.uuid) ?? "",
    network_address: device.networkAddress,
    brand: device.manufacturer,
    model: device.model,
    link_quality: device.linkQuality,
    last_seen: device.lastSeenMs === null ? null : Math.floor(device.lastSeenMs / 1000),
    parent: parents.get(device.uuid) ?? null,
    is_found: found.has(device.uuid) ? 1 : 0,
    grants_held: isLockId(device.uuid)
      ? (suspensionFields(view, device.uuid)["grants_held"] ?? 0)
      : 0,
  }));
}

function parentsOf({ links }: NetworkReport): ReadonlyMap<string, string> {
  const parents = new Map<string, string>();
  for (const { from, to, relation } of links) {
    if (relation === "child") parents.set(to, from);
    if (relation === "parent") parents.set(from, to);
  }
  return parents;
}
