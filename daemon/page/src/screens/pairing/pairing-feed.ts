/** What the gateway says of a device that is joining (`/api/pairing/events`). */
export interface PairingEvent {
  readonly step: "joined" | "interviewing" | "probing" | "paired" | "refused" | "failed";
  readonly uuid: string;
  readonly brand: string;
  readonly model: string;
  /** Codes that were in the lock already. */
  readonly codesFound: number;
  /** Why it was refused, or has failed; English. */
  readonly reason: string;
}

const steps = ["joined", "interviewing", "probing", "paired", "refused", "failed"] as const;

/**
 * Listens to the steps of pairings. `onOpen` is called when the gateway has begun to send them: a network that is
 * opened afterwards loses no step. @returns what ends it
 */
export function listenToPairing(
  onOpen: () => void,
  onStep: (event: PairingEvent) => void,
): () => void {
  const source = new EventSource("/api/pairing/events");
  source.onopen = onOpen;
  for (const step of steps) {
    source.addEventListener(step, (message: MessageEvent<string>) => {
      const body: unknown = JSON.parse(message.data);
      const fields = new Map(typeof body === "object" && body !== null ? Object.entries(body) : []);
      const text = (name: string): string => {
        const value: unknown = fields.get(name);
        return typeof value === "string" ? value : "";
      };
      onStep({
        step,
        uuid: text("uuid"),
        brand: text("brand"),
        model: text("model"),
        codesFound: Number(fields.get("codes_found") ?? 0),
        reason: text("reason"),
      });
    });
  }
  return () => source.close();
}
