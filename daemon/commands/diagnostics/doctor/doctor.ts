import Type from "typebox";
import type { JsonObject } from "../../../base/json.ts";
import type { CommandContext } from "../../command.ts";
import { answer, readCommand } from "../../definition.ts";
import { yesNo } from "../../schema/reply-fields.ts";
import { noFields } from "../../schema/request-fields.ts";
import { type Finding, finding, findingReply } from "./findings.ts";
import {
  clockFindings,
  cloudFinding,
  daemonFindings,
  homeAssistantFindings,
  stickFindings,
  wellFindings,
} from "./gateway-findings.ts";
import { lockFindings } from "./lock-findings.ts";
import { apiFinding, storeFindings } from "./store-findings.ts";

/** It names locks, and never people or codes: whoever may call anything may call it. */
export const doctor = readCommand({
  name: "doctor",
  summary: "Checks everything that a technician would check, and says what to do.",
  access: "technician",
  errors: [],
  resources: [{ method: "GET", path: "/api/doctor" }],
  input: noFields,
  output: Type.Object({
    is_well: yesNo("0 = something is bad"),
    findings: Type.Array(findingReply),
  }),
  async run(context) {
    const findings = await examine(context);
    const isWell = findings.every(({ state }) => state !== "bad");
    return answer({ is_well: isWell ? 1 : 0, findings: findings.map(fieldsOf) });
  },
});

/** Returns everything that the doctor finds now. */
export async function examine(context: CommandContext): Promise<readonly Finding[]> {
  const { site } = context;
  const { diagnostics } = site;
  const stick = await diagnostics.stick();
  const storage = await diagnostics.storage();
  const { devices } = await diagnostics.network(false);
  const health = diagnostics.health();
  const linkQualities = new Map(
    devices.flatMap(({ uuid, linkQuality }) =>
      linkQuality === null ? [] : [[uuid, linkQuality] as const],
    ),
  );
  const isOpen = site.gateway().isPermittingJoin;
  return [
    ...daemonFindings(diagnostics.rollBack()),
    ...storeFindings(context, { store: health.store, storage }),
    ...wellFindings(health, stick),
    cloudFinding(health.cloud),
    ...homeAssistantFindings(health.homeAssistant),
    apiFinding(health.api, diagnostics.certificateEndMs(), context.time.nowMs),
    ...stickFindings(stick, { health: health.stick, isOpen }),
    ...clockFindings(diagnostics.clock()),
    ...lockFindings(context, { isOnline: stick.state === "online", linkQualities }),
    ...callbackFindings(context),
  ];
}

/** The whole URL may hold a key, and the server's own text anything: the finding names its host only. */
function callbackFindings({ view, site }: CommandContext): readonly Finding[] {
  const urls = new Map([...view.list("callback")].map(({ callbackId, url }) => [callbackId, url]));
  return site.diagnostics.callbacks().flatMap(({ callbackId, state, backlog }) => {
    if (state !== "waiting") return [];
    const url = urls.get(callbackId) ?? "";
    const callback = URL.canParse(url) ? new URL(url).host : callbackId;
    return [finding("callbackWaiting", { callback, backlog })];
  });
}

/** Returns a finding as callers get it. */
export function fieldsOf({ values, ...fields }: Finding): JsonObject {
  return { ...fields, values: { ...values } };
}
