import { lookup as systemLookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** What the configuration allows beyond https to the internet and http on this machine. */
export interface DestinationRules {
  /** Plain http to other machines. */
  readonly isHttpAllowed: boolean;
  /** Addresses of private networks. */
  readonly isPrivateAllowed: boolean;
}

const loopback = listOf(["127.0.0.0/8", "::1/128"]);
/** Addresses of a link, of nobody or of many: routers and cloud hosts answer there with secrets. */
const never = listOf([
  "0.0.0.0/8",
  "169.254.0.0/16",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "::/128",
  "fe80::/10",
  "ff00::/8",
]);
/** RFC 1918, 6598, 2544, 4193, 3879; NAT64 and 6to4, which hide an IPv4 address. */
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

/** Why events may not go to this URL, as far as its text tells; null = they may. */
export function urlFault(url: URL, rules: DestinationRules): string | null {
  if (url.username !== "" || url.password !== "") return "must not hold a user or password";
  if (url.hash !== "") return "must not hold a fragment";
  const isHttp = url.protocol === "http:";
  if (!isHttp && url.protocol !== "https:") return "must begin with https://";
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (isHttp && !isThisMachine(host) && !rules.isHttpAllowed) {
    return "must begin with https://: events may hold codes";
  }
  return isIP(host) === 0 ? null : addressFault(host, host, rules);
}

/**
 * Why events may not go to this address; null = they may. A name other than `localhost` never
 * reaches this machine, whatever its DNS says: what listens on loopback expects nobody from outside.
 */
export function addressFault(
  host: string,
  address: string,
  rules: DestinationRules,
): string | null {
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  if (never.check(address, family)) return `${address} is no address for callbacks`;
  if (loopback.check(address, family)) {
    return isThisMachine(host) ? null : `${address} is this machine, which ${host} must not name`;
  }
  return privateNetworks.check(address, family) && !rules.isPrivateAllowed
    ? `${address} is of a private network: callbacks.allow_private is not set`
    : null;
}

/** A name's addresses, without those that events may not go to. */
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
  return host === "localhost" || (isIP(host) !== 0 && inLoopback(host));
}

function inLoopback(address: string): boolean {
  return loopback.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits = ""] = network.split("/");
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? "ipv6" : "ipv4");
  }
  return list;
}
