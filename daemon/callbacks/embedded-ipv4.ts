import { isIPv6 } from "node:net";

/** Returns the IPv4 address of an IPv4-mapped one (`::ffff:a.b.c.d`), any other address as it is. */
export function unmapped(address: string): string {
  if (!isIPv6(address)) return address;
  const groups = groupsOf(address);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return isMapped ? dotted(groups[6] ?? 0, groups[7] ?? 0) : address;
}

/**
 * Returns the IPv4 addresses that an IPv6 address carries, by every form that some router or tunnel
 * unpacks: IPv4-compatible (RFC 4291), IPv4-translated (RFC 2765), NAT64 (RFC 6052, 8215),
 * 6to4 (RFC 3056), Teredo's server and client (RFC 4380), ISATAP (RFC 5214). Empty for any other address.
 */
export function embeddedIpv4(address: string): readonly string[] {
  if (!isIPv6(address)) return [];
  const groups = groupsOf(address);
  const at = (index: number): number => groups[index] ?? 0;
  const pair = (index: number): string => dotted(at(index), at(index + 1));
  const isZero = (from: number, to: number) => groups.slice(from, to).every((group) => group === 0);
  if (isZero(0, 4) && at(4) === 0xffff && at(5) === 0) return [pair(6)];
  if (isZero(0, 6)) return isZero(6, 7) && at(7) <= 1 ? [] : [pair(6)];
  if (at(0) === 0x64 && at(1) === 0xff9b)
    return at(2) === 1 ? [pair(6), nat64Of48(groups)] : [pair(6)];
  if (at(0) === 0x2002) return [pair(1)];
  if (at(0) === 0x2001 && at(1) === 0) return [pair(2), dotted(~at(6) & 0xffff, ~at(7) & 0xffff)];
  if ((at(4) & 0xfdff) === 0 && at(5) === 0x5efe) return [pair(6)];
  return [];
}

/** RFC 6052 2.2: in a /48 the address stands around the octet of bits 64 to 71. */
function nat64Of48(groups: readonly number[]): string {
  const [high = 0, low = 0, next = 0] = groups.slice(3, 6);
  return dotted(high, ((low & 0xff) << 8) | (next >> 8));
}

/** Eight numbers of 16 bits. */
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
