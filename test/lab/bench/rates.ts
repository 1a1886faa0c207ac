import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { within } from "../../support/within.ts";
import { type Figure, spreadOf } from "./figures.ts";
import { LineProcess, numberIn } from "./processes/line-process.ts";
import { gatewayId, lockCount, type Rig } from "./rig.ts";

const publications = 3_000;
const puts = 300;
/** What the gateway has on its way at one time. */
const window = 16;
const floodLimitMs = 60_000;

/** How many a second the bare parts do, each by itself. */
export interface BareRates {
  readonly publish: number;
  readonly put: number;
}

/** A bare MQTT.js publisher, and a bare LevelDB that syncs each put. */
export async function measureBareRates({ broker }: Rig): Promise<BareRates> {
  const folder = mkdtempSync(join(tmpdir(), "latchd-rates-"));
  const bare = LineProcess.start("rates-process", [broker.url, folder]);
  try {
    await bare.next("the bare parts", (fields) => fields["ready"] === true);
    // The first of each only warms up.
    await bare.ask("publish", { count: publications / 10, window });
    await bare.ask("put", { count: puts / 10 });
    const published = await bare.ask("publish", { count: publications, window });
    const put = await bare.ask("put", { count: puts });
    return {
      publish: publications / (numberIn(published, "tookNs") / 1e9),
      put: puts / (numberIn(put, "tookNs") / 1e9),
    };
  } finally {
    await bare.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A rate of ours beside both bare ones. */
export function besideBare(ours: Figure, { publish, put }: BareRates): readonly Figure[] {
  return [
    { ...ours, name: `${ours.name}, beside bare publications`, bare: spreadOf([publish]) },
    { ...ours, name: `${ours.name}, beside bare synced puts`, bare: spreadOf([put]) },
  ];
}

/**
 * Changes of codes for all locks in turn, all published at once: from the first publication to the last
 * reply, each durable before it is reported. The locks are served at the same time.
 */
export async function measureCommandRate({ cloud, ours }: Rig, count: number): Promise<Figure> {
  const targets: { readonly uuid: string; readonly id: unknown }[] = [];
  for (const [lock, ieee] of ours.ieees.entries()) {
    const uuid = `0x${ieee}`;
    const params = { uuid, password: String(400_000 + lock), name: "rate" };
    const reply = await cloud.command(gatewayId, "add_password", params);
    if (reply.ErrNo !== 0) throw new Error(`add_password: ${reply.ErrMsg}`);
    targets.push({ uuid, id: reply["password_id"] });
  }
  const { asides, records } = cloud.gateway(gatewayId);
  const known = records.length;
  const codes = floodCodes(count);
  const startedMs = performance.now();
  for (const [number, password] of codes.entries()) {
    const target = targets[number % lockCount];
    const params = {
      uuid: target?.uuid,
      password_id: target?.id,
      password,
    };
    void cloud.send(gatewayId, "update_password", params, { id: `rate-${number}` });
  }
  let seen = known;
  let replies = 0;
  await within(floodLimitMs, `${count} replies`, () =>
    cloud.until(
      () => `${count} replies; there are ${replies}`,
      () => {
        for (; seen < records.length; seen += 1) {
          const fields = records[seen]?.fields ?? {};
          if (!String(fields["id"]).startsWith("rate-")) continue;
          if (fields["ErrNo"] !== 0) throw new Error(String(fields["ErrMsg"]));
          replies += 1;
        }
        return replies === count ? true : null;
      },
      floodLimitMs,
    ),
  );
  const tookS = (performance.now() - startedMs) / 1_000;
  if (asides.length > 0) throw new Error("commands were refused as busy");
  const ours_ = spreadOf([count / tookS]);
  return { name: "commands", unit: "1/s", ours: ours_, bare: null, parts: {}, target: null };
}

/** Returns this many codes that are not refused as too easy to guess, such as 500500. */
function floodCodes(count: number): readonly string[] {
  const codes: string[] = [];
  for (let code = 500_000; codes.length < count; code += 1) {
    if (!/^(?:(...)\1|(..)\2\2)$/.test(String(code))) codes.push(String(code));
  }
  return codes;
}
