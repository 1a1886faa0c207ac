import { replaceFile } from "../../base/durable-file.ts";
import type { JsonObject } from "../../base/json.ts";
import type { CommandReply } from "../../commands/execution.ts";
import { DaemonUnreachable } from "../daemon-client.ts";
import type { Session } from "../session.ts";
import { silentFindings } from "./doctor.ts";

/**
 * Writes a file for who helps from afar: what the doctor finds, store, disk, network, locks and the last lines of the log,
 * without anything secret. If the daemon does not answer, the file has what latchctl finds itself.
 */
export async function writeSupport(session: Session, file: string): Promise<CommandReply> {
  const { ErrNo, ErrMsg, ...bundle } = await bundleOf(session);
  if (ErrNo !== 0) return { ErrNo, ErrMsg };
  const text = `${JSON.stringify(bundle, null, 1)}\n`;
  await replaceFile(file, text);
  const findings = Array.isArray(bundle["doctor"]) ? bundle["doctor"].length : 0;
  return { ErrNo, ErrMsg, file, bytes: Buffer.byteLength(text), findings };
}

async function bundleOf(session: Session): Promise<CommandReply> {
  const client = session.client();
  try {
    return await client.command("support_bundle", {});
  } catch (cause) {
    if (!(cause instanceof DaemonUnreachable)) throw cause;
    const doctor: readonly JsonObject[] = await silentFindings(client.socketPath, cause.message);
    return { ErrNo: 0, ErrMsg: "", doctor };
  }
}
