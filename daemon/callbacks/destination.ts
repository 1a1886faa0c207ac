import { lookup as systemLookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { networkInterfaces } from "node:os";
import { embeddedIpv4, unmapped } from "./embedded-ipv4.ts";

/** What the configuration allows beyond https to the internet and http on this machine. */
export interface DestinationRules {
  /** Plain http to other machines. */
  readonly isHttpAllowed: boolean;
  /** Addresses of private networks. */
  readonly isPrivateAllowed: boolean;
  /**
   * This machine itself. False for a URL that came over the network: services on loopback trust everybody on
   * the machine, but a remote manager is not on the machine. Absent = true.
   */
  readonly isThisMachineAllowed?: boolean;
}

const loopback = listOf(["127.0.0.0/8", "::1/128"]);
/** Link-local, reserved and multicast addresses, at which routers and cloud hosts may answer with secrets. */
const never = listOf([
  "0.0.0.0/8",
  "169.254.0.0/16",
  "224.0.0.0/4",
  "192.0.2.0/24",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "240.0.0.0/4",
  "::/128",
  // Discard, Teredo, ORCHID, documentation: no partner has a server there.
  "100::/64",
  "2001::/32",
  "2001:10::/28",
  "2001:20::/28",
  "2001:db8::/32",
  "3fff::/20",
  "fe80::/10",
  "ff00::/8",
]);
/** RFC 1918, 6598, 2544, 4193, 3879; NAT64 and 6to4, which carry an IPv4 address. */
const privateNetworks = listOf([
  "10.0.0.0/8",
  "100.64.0.0/10",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "2002::/16",
  "fc00::/7",
  "fec0::/10",
]);

/** Returns why events may not go to this URL, judged by its text alone; null = they may. */
export function urlFault(url: URL, rules: DestinationRules): string | null {
  if (url.username !== "" || url.password !== "") return "must not hold a user or password";
  if (url.hash !== "") return "must not hold a fragment";
  const isHttp = url.protocol === "http:";
  if (!isHttp && url.protocol !== "https:") return "must begin with https://";
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (isHttp && !isThisMachine(host) && !rules.isHttpAllowed) {
    return "must begin with https://: events may hold codes";
  }
  if (isThisMachine(host) && rules.isThisMachineAllowed === false) {
    return "must not be this machine: such a URL is registered on the gateway itself, by latchctl";
  }
  return isIP(host) === 0 ? null : addressFault(host, host, rules);
}

/**
 * Returns why events may not go to this address; null = they may. A name other than `localhost` must not
 * lead to this machine, whatever DNS says, because services on loopback do not expect remote callers.
 */
export function addressFault(
  host: string,
  address: string,
  rules: DestinationRules,
): string | null {
  const plain = unmapped(address.replace(/%.*$/, ""));
  const family = isIP(plain) === 6 ? "ipv6" : "ipv4";
  if (never.check(plain, family)) return `${address} is no address for callbacks`;
  for (const inner of embeddedIpv4(plain)) {
    if (never.check(inner, "ipv4") || loopback.check(inner, "ipv4")) {
      return `${address} carries ${inner}, which is no address for callbacks`;
    }
  }
  if (isOwn(plain)) {
    return isThisMachine(host) && rules.isThisMachineAllowed !== false
      ? null
      : `${address} is this machine, which ${host} must not name`;
  }
  const isPrivate = [plain, ...embeddedIpv4(plain)].some((one) =>
    privateNetworks.check(one, isIP(one) === 6 ? "ipv6" : "ipv4"),
  );
  return isPrivate && !rules.isPrivateAllowed
    ? `${address} is of a private network: callbacks.allow_private is not set`
    : null;
}

/** Returns a lookup that leaves out the addresses to which events may not go. */
export function checkedLookup(
  rules: DestinationRules,
  lookup: LookupFunction = systemLookup,
): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, found, family) => {
      if (error !== null) {
        callback(error, "");
        return;
      }
      const addresses =
        typeof found === "string" ? [{ address: found, family: family ?? 4 }] : found;
      const faults = addresses.map(({ address }) => addressFault(host, address, rules));
      const allowed = addresses.filter((_, at) => faults[at] === null);
      const [first] = allowed;
      if (first === undefined) {
        callback(new Error(faults[0] ?? `${host} has no address`), "");
      } else if (options.all === true) {
        callback(null, allowed);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || (isIP(host) !== 0 && isOwn(host));
}

/** Returns whether it is loopback or an address of this machine, where the same services may listen. */
function isOwn(address: string): boolean {
  if (loopback.check(address, isIP(address) === 6 ? "ipv6" : "ipv4")) return true;
  return Object.values(networkInterfaces()).some((all) =>
    (all ?? []).some((own) => own.address === address),
  );
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits = ""] = network.split("/");
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? "ipv6" : "ipv4");
  }
  return list;
}
