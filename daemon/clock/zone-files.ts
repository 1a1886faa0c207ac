import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { isTimeZone } from "../core/time/time-zone.ts";
import { readZoneFile } from "../core/time/zone-file.ts";
import type { ZoneOffsets } from "../core/time/zone-offsets.ts";

/** Where Debian's tzdata puts its zones. */
export const zoneDirectory = "/usr/share/zoneinfo";

/** No step of a name begins with a dot: it never leads out of the directory. */
const zoneName = /^[A-Za-z][A-Za-z0-9+_-]*(?:\/[A-Za-z0-9+_-]+){0,2}$/;
/** Copies of other zones, and zones that count leap seconds. */
const notZones = /^(?:posix|right)\/|^(?:Factory|localtime|posixrules)$/;
const maxFileBytes = 64 * 1024;
const utcNames = /^(?:Etc\/)?(?:UTC|UCT|Universal|Zulu)$/;

/**
 * Zones by name, out of a directory of TZif files.
 * @returns a source for `useZones`; it has no zone where there is no file, or none that can be read
 */
export function zoneFiles(directory: string): (name: string) => ZoneOffsets | null {
  return (name) => {
    if (!zoneName.test(name) || notZones.test(name)) return null;
    try {
      const file = readFileSync(join(directory, name));
      return file.length > maxFileBytes ? null : readZoneFile(file);
    } catch {
      return null;
    }
  };
}

/** This machine's zone: TZ, else the one `/etc/localtime` leads to, else what Intl makes of both. */
export function localTimeZone(
  env: Readonly<Record<string, string | undefined>>,
  link = "/etc/localtime",
): string {
  const named = env["TZ"]?.replace(/^:/, "") ?? linkedZone(link);
  if (named === null || !isTimeZone(named)) return Intl.DateTimeFormat().resolvedOptions().timeZone;
  return utcNames.test(named) ? "UTC" : named;
}

function linkedZone(link: string): string | null {
  try {
    return /\/zoneinfo\/(.+)$/.exec(readlinkSync(link))?.[1] ?? null;
  } catch {
    return null;
  }
}
