import type { Json, JsonObject } from "../../../daemon/base/json.ts";
import type { CallExample } from "../../../daemon/commands/examples/call-example.ts";
import type { Answers } from "./calls-story.ts";
import type { ConversationStep } from "./conversation-story.ts";
import { stable } from "./stable-values.ts";
import type { WireTap } from "./wire-tap.ts";

export type CallTexts = CallExample;

/** The examples of a run by name: of each event the one with the most in its detail. */
export class ExampleRecord {
  readonly startMs = Date.now();
  readonly events = new Map<string, JsonObject>();

  /** Records the events that a tap has heard. */
  take(tap: WireTap): void {
    for (const body of tap.of("up/event")) {
      const { event } = body;
      if (typeof event !== "string") continue;
      const known = this.events.get(event);
      if (known !== undefined && sizeOf(known["detail"]) >= sizeOf(body["detail"])) continue;
      this.events.set(event, stable(body, this.startMs));
    }
  }

  /** Returns the calls of a run as their examples have them. */
  callTexts(answers: Answers): ReadonlyMap<string, CallTexts> {
    return new Map(
      [...answers].map(([name, { params, mqtt, rest }]): [string, CallTexts] => {
        const isRefused = mqtt.ErrNo !== 0 && rest.ErrNo === 0;
        const { ErrNo, ErrMsg } = mqtt;
        return [
          name,
          {
            request: this.#textOf(params),
            reply: this.#textOf(rest),
            ...(isRefused ? { refusal: this.#textOf({ ErrNo, ErrMsg }) } : {}),
          },
        ];
      }),
    );
  }

  /** Returns the steps with stable times and ids. */
  stableSteps(steps: readonly ConversationStep[]): readonly ConversationStep[] {
    return steps.map(({ text, message: { channel, body } }) => {
      return { text, message: { channel, body: stable(body, this.startMs) } };
    });
  }

  #textOf(value: object): string {
    const object: JsonObject = JSON.parse(JSON.stringify(value));
    return JSON.stringify(stable(object, this.startMs));
  }
}

function sizeOf(detail: Json | undefined): number {
  return Object.keys(Object(detail)).length;
}
