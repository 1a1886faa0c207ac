import type { CloudCommand } from "../../../../daemon/commands/execution.ts";
import { parseCommandEnvelope } from "../../../../sync/down/command-envelope.ts";
import { parseBody } from "../../../../sync/down/message-body.ts";
import { MessageVerifier } from "../../../../sync/down/message-verifier.ts";
import { KeyRing } from "../../../../sync/keys/key-ring.ts";
import { CloudKeys } from "../../../support/cloud/cloud-keys.ts";
import type { RunningGateway } from "../gateway.ts";

const gatewayId = "simulated";
/** As `sync/keys/protection.ts` has it. */
const maxAgeMs = 25 * 3_600_000;

/** What the cloud sends: its envelope, and when it was issued, ms UTC. */
export interface Envelope {
  readonly id: string;
  readonly command: string;
  readonly params: object;
  readonly issuedMs: number;
  /** Unix seconds; a command that acts at once must have it. */
  readonly exp?: number;
}

/** Without a signature, or with one by a key that is not the cloud's. */
export type ForgeryKind = "plain" | "foreignKey";

/** Both ends of the line between cloud and gateway, with the real signatures where they are asked for. */
export class CloudLine {
  readonly #keys: CloudKeys | null;
  readonly #stranger: CloudKeys | null;
  readonly #ring: KeyRing | null;

  private constructor(keys: CloudKeys | null, stranger: CloudKeys | null, ring: KeyRing | null) {
    this.#keys = keys;
    this.#stranger = stranger;
    this.#ring = ring;
  }

  /** @param isSigned whether the gateway takes only what the cloud has signed */
  static async open(isSigned: boolean): Promise<CloudLine> {
    if (!isSigned) return new CloudLine(null, null, null);
    const keys = await CloudKeys.make();
    const ring = await KeyRing.open({
      ownFile: keys.gatewayFile,
      cloudFile: keys.file,
      nowMs: () => 0,
    });
    return new CloudLine(keys, await CloudKeys.make(), ring);
  }

  get isSigned(): boolean {
    return this.#keys !== null;
  }

  async close(): Promise<void> {
    await this.#keys?.remove();
    await this.#stranger?.remove();
  }

  /** The cloud's message as it goes to the broker. */
  async written(envelope: Envelope): Promise<string> {
    return this.#keys === null
      ? JSON.stringify(fieldsOf(envelope))
      : await this.#keys.signed(gatewayId, "command", fieldsOf(envelope));
  }

  /** Returns a message as forged by an adversary who can publish on the broker but has no key of the cloud. */
  async forged(envelope: Envelope, kind: ForgeryKind): Promise<string> {
    const fields = fieldsOf(envelope);
    return kind === "plain" || this.#stranger === null
      ? JSON.stringify(fields)
      : await this.#stranger.signed(gatewayId, "command", fields);
  }

  /** The gateway's end. @returns null when it refuses the message. */
  async read({ store, clock }: RunningGateway, payload: string): Promise<CloudCommand | null> {
    const bytes = Buffer.from(payload);
    const body =
      this.#ring === null
        ? parseBody(bytes)
        : await new MessageVerifier({
            ring: this.#ring,
            mode: "signed",
            gatewayId,
            maxAgeMs,
            store,
            clock,
            onVouched: () => {},
          }).read("command", bytes);
    if (!body.ok) return null;
    const parsed = parseCommandEnvelope(body.value);
    if (!parsed.ok) return null;
    return this.isSigned ? { ...parsed.command, isSigned: true } : parsed.command;
  }
}

function fieldsOf({ id, command, params, issuedMs, exp }: Envelope) {
  const iat = Math.floor(issuedMs / 1000);
  return { id, command, params, iat, ...(exp === undefined ? {} : { exp }) };
}
