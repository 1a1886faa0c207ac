import { parseUpTopic } from "../../../sync/topics.ts";
import { type CloudRecord, type Fields, GatewayView } from "../gateway-view.ts";
import { ReplyPages } from "../rest/reply-pages.ts";
import { type CloudEvent, fieldsOf, isEvent, isReply, lostIn } from "./cloud-words.ts";

/** How a cloud handles the messages of its gateways. */
export interface IntakeOptions {
  /** First words of all topics; `latch/1` by default. */
  readonly prefix?: string;
  /** Tell each gateway on `down/sync` how far its journal has arrived. Off by default. */
  readonly acknowledges?: boolean;
  /** Ask for a replay after a gap, or after a birth that names records that never came. Off by default. */
  readonly fillsGaps?: boolean;
  /** Ask a gateway that is met for the first time for all that it keeps. Off by default. */
  readonly catchesUp?: boolean;
  /** Where to continue: what had arrived of each gateway when the previous cloud ended. */
  readonly positions?: ReadonlyMap<string, CloudPosition>;
  /**
   * Called with how far a gateway's journal has arrived, before the acknowledgement. Store it in the same
   * transaction as the records.
   */
  readonly onPosition?: (gatewayId: string, position: CloudPosition) => void;
  /** Called once for every event, without repeats. */
  readonly onEvent?: (event: CloudEvent, gatewayId: string) => void;
  /** Records kept per gateway for {@link Cloud.event} and {@link Cloud.reply}. */
  readonly keep?: number;
}

/** Everything up to `head` of this epoch has arrived. */
export interface CloudPosition {
  readonly epoch: string;
  readonly head: number;
}

/** What a cloud sends by itself in response to a message. */
export interface IntakeLine {
  acknowledge(gatewayId: string, epoch: string, seq: number): Promise<void>;
  replay(gatewayId: string, from: number): Promise<void>;
}

/** Sorts the gateways' messages, detects gaps and repeats, and asks for missing records. */
export class CloudIntake {
  readonly prefix: string;
  readonly #options: IntakeOptions;
  readonly #line: IntakeLine;
  readonly #pages = new ReplyPages();
  readonly #views = new Map<string, GatewayView>();

  constructor(options: IntakeOptions, line: IntakeLine) {
    this.prefix = options.prefix ?? "latch/1";
    this.#options = options;
    this.#line = line;
  }

  /** What is known of a gateway; empty before it was heard. */
  gateway(gatewayId: string): GatewayView {
    let view = this.#views.get(gatewayId);
    if (view === undefined) {
      view = new GatewayView(gatewayId, this.#options.keep ?? 20_000);
      const known = this.#options.positions?.get(gatewayId);
      if (known !== undefined) view.startAt(known.epoch, known.head);
      this.#views.set(gatewayId, view);
    }
    return view;
  }

  /** Handles one message from the broker; it ignores messages that come from no gateway. */
  receive(topic: string, payload: Buffer, isRetained: boolean): void {
    const source = parseUpTopic(this.prefix, topic);
    if (source === null) return;
    const view = this.gateway(source.gatewayId);
    const fields = fieldsOf(payload);
    if (fields === null) {
      view.malformed.push(payload.toString());
    } else if (source.kind === "state") {
      const { state } = fields;
      if (state === "online" || state === "offline") {
        view.presences.push({ state, isRetained, fields });
        this.#fillUpTo(view, fields, isRetained && view.presences.length === 1);
      } else view.malformed.push(payload.toString());
    } else {
      this.#take(view, source.kind, fields);
    }
  }

  /**
   * A broker confirms records even if nobody is subscribed. Only the birth shows that records are missing at the
   * journal's end. @param isFirst the broker had kept the message before this cloud connected
   */
  #fillUpTo(view: GatewayView, { epoch, head, tail }: Fields, isFirst: boolean): void {
    const { catchesUp = false, fillsGaps = false } = this.#options;
    if (catchesUp && typeof epoch === "string" && epoch !== view.epoch) {
      view.startAt(epoch, typeof tail === "number" ? tail - 1 : 0);
    }
    const isBehind = epoch === view.epoch && typeof head === "number" && head > view.head;
    if (!(fillsGaps && isBehind) && !(catchesUp && isFirst)) return;
    void this.#line.replay(view.gatewayId, view.head + 1).catch(() => {});
  }

  #take(view: GatewayView, kind: CloudRecord["kind"], came: Fields): void {
    if (came["page"] !== undefined) view.pages += 1;
    const fields = this.#pages.take(came);
    if (fields === null) return;
    const { epoch, seq } = fields;
    if (kind === "reply" && epoch === undefined && isReply(fields)) {
      view.asides.push(fields);
      return;
    }
    if (typeof epoch !== "string" || typeof seq !== "number") {
      view.malformed.push(JSON.stringify(fields));
      return;
    }
    this.#record(view, { kind, epoch, seq, fields });
  }

  #record(view: GatewayView, record: CloudRecord): void {
    const { kind, epoch, fields } = record;
    const wasWhole = view.isWhole;
    const isNew = view.take(record);
    if (isNew && kind === "event" && isEvent(fields)) {
      const lost = lostIn(fields);
      if (lost !== null) view.close(lost);
      this.#options.onEvent?.(fields, view.gatewayId);
    }
    if (isNew) this.#options.onPosition?.(view.gatewayId, { epoch, head: view.head });
    if (this.#options.fillsGaps && wasWhole && !view.isWhole) {
      void this.#line.replay(view.gatewayId, view.head + 1).catch(() => {});
    }
    if (this.#options.acknowledges && isNew) {
      void this.#line.acknowledge(view.gatewayId, epoch, view.head).catch(() => {});
    }
  }
}
