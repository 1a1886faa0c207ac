import { createHash, randomBytes, randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import { type Static, Type } from "typebox";
import { type Api, startApi } from "../../../daemon/api/api.ts";
import type { ApiOptions, CommandTable } from "../../../daemon/api/options.ts";
import type {
  CredentialStore,
  LiveEvent,
  LiveEventSource,
  MetricSample,
  MissedEvents,
} from "../../../daemon/api/ports.ts";
import type { JsonObject } from "../../../daemon/base/json.ts";
import { clientAdd } from "../../../daemon/commands/access/client-add.ts";
import { clientList } from "../../../daemon/commands/access/client-list.ts";
import { clientRemove } from "../../../daemon/commands/access/client-remove.ts";
import type { Access, Caller } from "../../../daemon/commands/caller.ts";
import type { Command, Decision } from "../../../daemon/commands/command.ts";
import { CommandDispatcher } from "../../../daemon/commands/dispatch.ts";
import type { CodeSealer, SitePort } from "../../../daemon/commands/ports.ts";
import { type TimeReading, timestampOf } from "../../../daemon/core/model/clock.ts";
import { GatewayError } from "../../../daemon/core/model/errors.ts";
import type { HealthReport } from "../../../daemon/core/model/gateway/health.ts";
import { AccessRefusals } from "../../../daemon/diagnostics/access-refusals.ts";
import { createLogger } from "../../../daemon/process/log.ts";
import { put, type Store } from "../../../daemon/store/store.ts";
import { TestDiagnostics } from "../diagnostics.ts";

const echoInput = Type.Object(
  {
    count: Type.Optional(Type.Integer({ minimum: 0, maximum: 10, description: "how many" })),
    text: Type.Optional(Type.String({ description: "any text" })),
    flag: Type.Optional(Type.Boolean()),
    level: Type.Optional(Type.Union([Type.Literal(0), Type.Literal(1)])),
    list: Type.Optional(Type.Array(Type.Integer())),
    window: Type.Optional(
      Type.Object({ begin: Type.Integer(), end: Type.Integer() }, { additionalProperties: false }),
    ),
  },
  { additionalProperties: false },
);

/** Returns a command that answers with the parameters it received. Tests send it over each transport. */
function echo(name: string, access: Access, isReadOnly: boolean): Command<typeof echoInput> {
  return {
    name,
    summary: `Say what ${name} got`,
    access,
    isReadOnly,
    errors: [],
    input: echoInput,
    output: Type.Object({}),
    run(context, input: Static<typeof echoInput>): Decision {
      const got: JsonObject = JSON.parse(JSON.stringify(input));
      return {
        changes: [],
        journal: [],
        result: { got, transport: context.caller.transport },
        wake: [],
      };
    },
  };
}

const nothing = Type.Object({}, { additionalProperties: false });

const breakDown: Command<typeof nothing> = {
  name: "break_down",
  summary: "Break an invariant",
  access: "technician",
  isReadOnly: false,
  errors: [],
  input: nothing,
  output: nothing,
  run() {
    throw new Error("the inner secret of the gateway");
  },
};

/** Commands of the tests, and the product's own for clients. */
export const testCommands: readonly Command[] = [
  echo("look", "technician", true),
  echo("pair", "installer", false),
  echo("manage", "manager", false),
  echo("steward_events", "steward", true),
  echo("greet", "open", true),
  breakDown,
  clientAdd,
  clientList,
  clientRemove,
];

const noSealer: CodeSealer = {
  seal: unused,
  open: unused,
  mark: unused,
  oneTimeCode: unused,
};

const noSite: SitePort = {
  permitJoin: unused,
  addInstallCode: unused,
  adoptLock: unused,
  removeLock: unused,
  operate: unused,
  gateway: () => ({
    ...{ gatewayId: "gw-1", homeId: "", name: "the gateway", version: "1.2.3" },
    ...{ zigbeeFirmware: "", isCloudConnected: false, cloudChangedAtMs: null },
    isPermittingJoin: false,
  }),
  diagnostics: new TestDiagnostics(),
};

const hostileName = 'Front "door"\\\n{x="1"} 2';
const metricSamples: readonly MetricSample[] = [
  gaugeOf("lock_online", { lock: "0x1" }, 1),
  gaugeOf("lock_online", { lock: "0x2" }, 0),
  gaugeOf("lock_info", { lock: "0x2", name: hostileName }, 1),
  { ...gaugeOf("lock_frames_total", { lock: "0x2" }, 7), type: "counter" },
];

function gaugeOf(name: string, labels: MetricSample["labels"], value: number): MetricSample {
  return { name, type: "gauge", help: "for a test", labels, value };
}

function unused(): never {
  throw new GatewayError("unsupported", "not asked in these tests");
}

/** Live events that a test publishes. */
export class RecordedEvents implements LiveEventSource {
  readonly #listeners = new EventEmitter();
  readonly #told: LiveEvent[] = [];

  subscribe(listener: (event: LiveEvent) => void): () => void {
    this.#listeners.on("event", listener);
    return () => this.#listeners.off("event", listener);
  }

  get watchers(): number {
    return this.#listeners.listenerCount("event");
  }

  position(): string {
    return `e:${this.#told.at(-1)?.seq ?? 0}`;
  }

  missed(id: string): Promise<MissedEvents> {
    const seq = Number(id.slice(2));
    const events = this.#told.filter((event) => event.seq > seq);
    return Promise.resolve({ events, through: this.position() });
  }

  /** Tells an event with the next number, which also becomes its id. */
  tell({ event, body, lock = null }: Pick<LiveEvent, "event" | "body"> & Partial<LiveEvent>): void {
    const seq = this.#told.length + 1;
    const told = { id: `e:${seq}`, seq, event, lock, body };
    this.#told.push(told);
    this.#listeners.emit("event", told);
  }
}

export interface RunningApi {
  readonly api: Api;
  readonly tcp: { readonly port: number };
  readonly clock: { nowMs: number };
  readonly events: RecordedEvents;
  readonly pairing: RecordedEvents;
  readonly health: { report: HealthReport };
  readonly logLines: string[];
  /** Puts a client into the store. @returns its secret. */
  addClient(clientId: string, scope: Caller["scope"]): Promise<string>;
}

export function credentialsOf(store: Store, now: () => TimeReading): CredentialStore {
  return {
    view: store,
    write: async (changes, noted = []) => {
      const journal = noted.map(({ event }) => event);
      const activities = noted.map(({ entry }) => entry);
      await store.commit({ changes, journal, activities }, timestampOf(now()));
    },
  };
}

/** The real API over a store and the test commands, on a free port. */
export async function runApi(
  store: Store,
  options: Omit<Partial<ApiOptions>, "table"> &
    Partial<CommandTable> & { readonly startMs?: number; readonly site?: Partial<SitePort> } = {},
): Promise<RunningApi> {
  const clock = { nowMs: options.startMs ?? 1_800_000_000_000 };
  const now = (): TimeReading => ({ nowMs: clock.nowMs, state: "synced" });
  const logLines: string[] = [];
  const log = createLogger("trace", { write: (line: string) => void logLines.push(line) });
  const events = new RecordedEvents();
  const pairing = new RecordedEvents();
  const fine = { state: "ok", reason: "" } as const;
  const health: RunningApi["health"] = {
    report: {
      store: fine,
      stick: fine,
      network: fine,
      clock: fine,
      cloud: fine,
      api: fine,
      slots: fine,
    },
  };
  const { startMs: _startMs, site = {}, commands = testCommands, actions = [], ...rest } = options;
  const api = await startApi({
    socket: false,
    host: "127.0.0.1",
    port: 0,
    allowedHosts: [],
    page: false,
    v16Status: "http",
    ownNames: () => [],
    tls: null,
    table: () => Promise.resolve({ commands, actions }),
    executor: new CommandDispatcher({
      commands,
      store,
      sealer: noSealer,
      site: { ...noSite, ...site },
      reading: now,
      newId: randomUUID,
      wake: () => undefined,
      onFault: (command, err) => {
        log.error({ command, err }, "a command failed");
      },
    }),
    credentials: credentialsOf(store, now),
    clock: now,
    health: { health: () => health.report },
    events,
    pairing,
    metrics: { samples: () => metricSamples },
    version: "1.2.3",
    facts: () => ({ version: "1.2.3", gateway: "gateway", time_zone: "Europe/Berlin" }),
    log,
    refusals: new AccessRefusals({
      store,
      reading: now,
      gateway: () => ({ id: "gw-1", name: "the gateway" }),
      onFault: (err) => log.error({ err }, "a refusal could not be kept"),
    }),
    ...rest,
  });
  return {
    api,
    tcp: { port: api.tcp?.port ?? 0 },
    clock,
    events,
    pairing,
    health,
    logLines,
    addClient: async (clientId, scope) => {
      const secret = randomBytes(32).toString("base64url");
      const secretHash = createHash("sha256").update(secret).digest("base64url");
      await store.commit(
        {
          changes: [
            put("client", [clientId], { clientId, secretHash, scope, createdAtMs: clock.nowMs }),
          ],
          journal: [],
        },
        { atMs: clock.nowMs, clock: "synced" },
      );
      return secret;
    },
  };
}
