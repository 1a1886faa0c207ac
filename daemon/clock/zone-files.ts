import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { isTimeZone } from "../core/time/time-zone.ts";
import { readZoneFile } from "../core/time/zone-file.ts";
import type { ZoneOffsets } from "../core/time/zone-offsets.ts";

/** The folder of Debian's tzdata. */
export const zoneDirectory = "/usr/share/zoneinfo";

/** No part of a name begins with a dot, so that a name cannot lead out of the directory. */
const zoneName = /^[A-Za-z][A-Za-z0-9+_-]*(?:\/[A-Za-z0-9+_-]+){0,2}$/;
/** Files that are copies of other zones or count leap seconds. */
const notZones = /^(?:posix|right)\/|^(?:Factory|localtime|posixrules)$/;
const maxFileBytes = 64 * 1024;
const utcNames = /^(?:Etc\/)?(?:UTC|UCT|Universal|Zulu)$/;

/**
 * Reads zones by name from a directory of TZif files.
 * @returns a source for `useZones`; it returns null if there is no file or it cannot be read
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

/** Returns this machine's zone: TZ, else the target of `/etc/localtime`, else the zone of Intl. */
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
