import { hostname, networkInterfaces } from "node:os";

/** What the operating system says of its names and addresses. */
export interface MachineFacts {
  hostname(): string;
  interfaces(): ReturnType<typeof networkInterfaces>;
}

const thisMachine: MachineFacts = { hostname, interfaces: networkInterfaces };

/** Names and addresses under which others reach this machine. */
export interface MachineNames {
  /** The host name, its first part, that with `.local` (RFC 6762), and `localhost`. */
  readonly names: readonly string[];
  /** Without those that hold on one link only: a browser has no way to write them. */
  readonly addresses: readonly string[];
}

/** Returns what is so at this moment: addresses come and go. */
export function machineNames(facts: MachineFacts = thisMachine): MachineNames {
  const name = facts.hostname().toLowerCase();
  const [first = name] = name.split(".", 1);
  const names = [name, first, `${first}.local`, "localhost"].filter((one) => isName(one));
  const found = Object.values(facts.interfaces()).flatMap((all) => all ?? []);
  const addresses = found.map(({ address }) => address).filter((one) => !one.startsWith("fe80:"));
  return {
    names: [...new Set(names)],
    addresses: [...new Set(["127.0.0.1", "::1", ...addresses])],
  };
}

function isName(text: string): boolean {
  return /^[a-z0-9_-][a-z0-9._-]{0,252}$/.test(text);
}
