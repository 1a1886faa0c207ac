import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { clientOptionsOf, type SessionWish } from "../../../../sync/link/client-options.ts";

const identity = { clientId: "gw-1", will: { topic: "state", body: "offline" } };

function optionsOf(protocol: 5 | 4, wish: SessionWish) {
  const reconnect = { baseMs: 1, maxMs: 2, firstMaxMs: 3 };
  const limits = { window: 16, connectTimeoutMs: 1_000, acknowledgeTimeoutMs: 1_000 };
  const link = { urls: ["mqtt://b"], keepaliveSeconds: 30, willDelaySeconds: 0, reconnect };
  const { clean, properties } = clientOptionsOf({ protocol, ...link, ...limits }, identity, wish);
  return { clean, expiry: properties?.sessionExpiryInterval };
}

describe("the session of a link at its broker", () => {
  it("is not stored if old commands must not come later", () => {
    const wish = { isFresh: true, isKept: false };
    assert.deepEqual(optionsOf(5, wish), { clean: true, expiry: 0 });
    assert.deepEqual(optionsOf(4, wish), { clean: true, expiry: undefined });
  });

  it("is stored for a day if messages must not be lost", () => {
    const wish = { isFresh: false, isKept: true };
    assert.deepEqual(optionsOf(5, wish), { clean: false, expiry: 86_400 });
    assert.deepEqual(optionsOf(4, wish), { clean: false, expiry: undefined });
  });
});
