import { isIPv6 } from "node:net";

/** Returns the IPv4 address of an IPv4-mapped one (`::ffff:a.b.c.d`), any other address as it is. */
export function unmapped(address: string): string {
  if (!isIPv6(address)) return address;
  const groups = groupsOf(address);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return isMapped ? dotted(groups[6] ?? 0, groups[7] ?? 0) : address;
}

/** Returns the IPv4 addresses in an IPv6 address of one form; null if it has another form. */
type Form = (groups: readonly number[]) => readonly string[] | null;

const forms: readonly Form[] = [
  // IPv4-translated (RFC 2765).
  (groups) =>
    isZero(groups, 0, 4) && begins(groups.slice(4), 0xffff, 0) ? [pair(groups, 6)] : null,
  // IPv4-compatible (RFC 4291), without :: and ::1.
  (groups) => {
    if (!isZero(groups, 0, 6)) return null;
    return isZero(groups, 6, 7) && (groups[7] ?? 0) <= 1 ? [] : [pair(groups, 6)];
  },
  // NAT64 (RFC 6052, and RFC 8215 with its /48).
  (groups) => {
    if (!begins(groups, 0x64, 0xff9b)) return null;
    return groups[2] === 1 ? [pair(groups, 6), nat64Of48(groups)] : [pair(groups, 6)];
  },
  // 6to4 (RFC 3056).
  (groups) => (begins(groups, 0x2002) ? [pair(groups, 1)] : null),
  // Teredo (RFC 4380): the server, and the client with its bits inverted.
  (groups) => {
    const inverted = groups.map((group) => ~group & 0xffff);
    return begins(groups, 0x2001, 0) ? [pair(groups, 2), pair(inverted, 6)] : null;
  },
  // ISATAP (RFC 5214).
  (groups) => {
    const [, , , , universal = 0, marker] = groups;
    return (universal & 0xfdff) === 0 && marker === 0x5efe ? [pair(groups, 6)] : null;
  },
];

/**
 * Returns the IPv4 addresses that an IPv6 address carries, in every form that a router or tunnel may unpack.
 * Empty for any other address.
 */
export function embeddedIpv4(address: string): readonly string[] {
  if (!isIPv6(address)) return [];
  const groups = groupsOf(address);
  for (const form of forms) {
    const found = form(groups);
    if (found !== null) return found;
  }
  return [];
}

function isZero(groups: readonly number[], from: number, to: number): boolean {
  return groups.slice(from, to).every((group) => group === 0);
}

function begins(groups: readonly number[], ...first: readonly number[]): boolean {
  return first.every((group, index) => groups[index] === group);
}

function pair(groups: readonly number[], index: number): string {
  return dotted(groups[index] ?? 0, groups[index + 1] ?? 0);
}

/** RFC 6052 2.2: in a /48 the address is split by the octet of bits 64 to 71. */
function nat64Of48(groups: readonly number[]): string {
  const [high = 0, low = 0, next = 0] = groups.slice(3, 6);
  return dotted(high, ((low & 0xff) << 8) | (next >> 8));
}

/** Returns the eight numbers of 16 bits. */
function groupsOf(address: string): readonly number[] {
  const text = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [front = "", back] = text.split("::");
  const head = numbersOf(front);
  const tail = numbersOf(back ?? "");
  return [...head, ...Array<number>(Math.max(0, 8 - head.length - tail.length)).fill(0), ...tail];
}

function numbersOf(text: string): readonly number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
}
