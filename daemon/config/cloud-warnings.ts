import type { Config } from "./config.ts";

/** Returns what a second client of the broker could do because the line is not protected; empty = nothing. */
export function cloudWarnings({ cloud, sync }: Pick<Config, "cloud" | "sync">): readonly string[] {
  if (cloud === undefined) return [];
  const { commands, codes } = sync.protection;
  const isPlain = cloud.urls.some((url) => /^(mqtt|ws):/.test(url));
  return [
    ...(commands === "off"
      ? ["commands are not signed: whoever may publish at the broker can open the locks"]
      : []),
    ...(codes === "off" ? ["codes are readable for everybody who may read at the broker"] : []),
    ...(isPlain && cloud.isPlainAllowed ? ["the line to the broker is not encrypted"] : []),
  ];
}
