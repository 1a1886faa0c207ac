import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type MachineFacts, machineNames } from "../../../../daemon/tls/machine-names.ts";

type Interfaces = ReturnType<MachineFacts["interfaces"]>;

function interfacesWith(...addresses: readonly string[]): Interfaces {
  const common = { netmask: "", mac: "", internal: false, cidr: null };
  const eth0 = addresses.map((address) =>
    address.includes(":")
      ? { ...common, address, family: "IPv6" as const, scopeid: 0 }
      : { ...common, address, family: "IPv4" as const },
  );
  return { eth0, wlan0: undefined };
}

function namesOf(hostname: string): readonly string[] {
  return machineNames({ hostname: () => hostname, interfaces: () => ({}) }).names;
}

describe("the names of a machine", () => {
  it("are its host name, that in .local and localhost", () => {
    assert.deepEqual(namesOf("Staircase-B"), ["staircase-b", "staircase-b.local", "localhost"]);
  });

  it("have .local after the first part of a longer host name", () => {
    assert.deepEqual(namesOf("gw.lan"), ["gw.lan", "gw", "gw.local", "localhost"]);
  });

  it("do not include what no URL can have as its host", () => {
    for (const odd of ["", "a b", "gw,x", "türe", "-\u0000", "*"]) {
      const names = namesOf(odd);
      assert.ok(
        names.every((name) => /^[a-z0-9_-][a-z0-9._-]*$/.test(name)),
        `${odd}: ${names}`,
      );
    }
  });

  it("come with the addresses of every interface, without those of one link only", () => {
    const { addresses } = machineNames({
      hostname: () => "gw",
      interfaces: () => interfacesWith("192.168.1.20", "fd00::7", "fe80::1", "127.0.0.1"),
    });
    assert.deepEqual(addresses, ["127.0.0.1", "::1", "192.168.1.20", "fd00::7"]);
  });
});
