import { GatewayError } from "../../daemon/core/model/errors.ts";
import type { SyncSettings } from "../options.ts";

/** The limit of the list of brokers. */
const maxBrokers = 8;
const protocols: ReadonlySet<string> = new Set(["mqtt:", "mqtts:", "ws:", "wss:"]);

/** @throws GatewayError `badParameters` for options that can never make a connection. */
export function checkSettings({ urls, window, prefix }: SyncSettings): void {
  if (urls.length < 1 || urls.length > maxBrokers || !urls.every(isBroker)) {
    const text = `url must be mqtt://, mqtts://, ws:// or wss:// with host:port; 1 … ${maxBrokers}`;
    throw new GatewayError("badParameters", text, { field: "url" });
  }
  if (!Number.isInteger(window) || window < 1 || window > 1000) {
    throw new GatewayError("badParameters", "window must be 1 … 1000", { field: "window" });
  }
  if (!/^[^/+#\0][^+#\0]*[^/+#\0]$|^[^/+#\0]$/.test(prefix)) {
    throw new GatewayError("badParameters", "prefix must be a topic without wildcards", {
      field: "prefix",
    });
  }
}

function isBroker(url: string): boolean {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  return parsed !== null && protocols.has(parsed.protocol) && parsed.hostname !== "";
}
