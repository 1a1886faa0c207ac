import type { CommandContext } from "../commands/command.ts";
import type { PasswordRecord } from "../core/model/password.ts";
import type { ActionPorts } from "./ports.ts";

/** Hands a password's code to the messenger. Returns true only when it was handed over. */
export async function sendCode(
  { messages }: ActionPorts,
  { newId, view }: CommandContext,
  password: PasswordRecord,
): Promise<boolean> {
  const { lock, id, code, sealedFor, sendTo, window } = password;
  if (code === null || sendTo === "") return false;
  return await messages.handOver({
    messageId: newId(),
    kind: "temporaryPassword",
    to: sendTo,
    countryCode: view.get("message", [lock, id])?.countryCode ?? "",
    lock,
    lockName: view.get("lock", [lock])?.name ?? "",
    name: password.name,
    code,
    boundTo: sealedFor,
    validFromMs: window.beginMs,
    validUntilMs: window.endMs,
  });
}
