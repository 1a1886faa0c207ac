import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { type Fault, maxFileBytes } from "./document.ts";

/** What a person does who may not read what the service may. */
const asService = "check it as the service does: sudo -u latchd latchd --check";

/** Returns whether a file exists and may be read. */
export function isReadable(file: string): boolean {
  return unreadableReason(file) === null;
}

/** Returns why a file cannot be read, as the end of a sentence that begins with its name; null if it can. */
export function unreadableReason(file: string): string | null {
  try {
    if (!statSync(file).isFile()) return "is no file";
    closeSync(openSync(file, "r"));
    return null;
  } catch (cause) {
    return reasonOf(cause);
  }
}

/**
 * Returns whether there is surely no file of that name. One in a folder that this user may not look into may be
 * there: reading it tells the fault.
 */
export function isAbsent(file: string): boolean {
  try {
    statSync(file);
    return false;
  } catch (cause) {
    return ["ENOENT", "ENOTDIR"].includes(codeOf(cause));
  }
}

/** Returns the text of a configuration file; an empty one with a fault if it cannot be read. */
export function readConfigFile(file: string, faults: Fault[]): string {
  try {
    if (statSync(file).size > maxFileBytes) {
      faults.push({ key: file, problem: `is longer than ${maxFileBytes} bytes` });
      return "";
    }
    return readFileSync(file, "utf8");
  } catch (cause) {
    faults.push({ key: file, problem: reasonOf(cause) });
    return "";
  }
}

function reasonOf(cause: unknown): string {
  const code = codeOf(cause);
  if (code === "ENOENT") return "does not exist";
  if (code !== "EACCES") return `cannot be read (${code})`;
  return `cannot be read by this user (EACCES); ${asService}`;
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
}
