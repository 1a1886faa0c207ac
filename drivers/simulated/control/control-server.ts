import type { ServerResponse } from "node:http";
import Fastify, { type FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { SimulatedHouse } from "../house.ts";
import type { DoorAct } from "../lock/body/act-log.ts";
import { isProfileName, profileNames } from "../lock/profiles.ts";
import type { VirtualLock } from "../lock/virtual-lock.ts";
import { BadRequest, parseBody } from "./body.ts";
import { lockActionNamed, lockActions } from "./lock-actions.ts";
import { quirksSchema } from "./quirks-schema.ts";

/** Listeners of `GET /events`; one more is refused with 503. */
const maxListeners = 16;
const maxBodyOctets = 16 * 1024;

const closed = { additionalProperties: false } as const;
const share = Type.Optional(Type.Number({ minimum: 0, maximum: 1 }));
const status = Type.Integer({ minimum: 0, maximum: 255 });
const faultsSchema = Type.Object(
  {
    lossToDevice: share,
    lossFromDevice: share,
    garbageToHost: share,
    radioDelayMs: Type.Optional(
      Type.Object({ min: Type.Number({ minimum: 0 }), max: Type.Number({ minimum: 0 }) }, closed),
    ),
    isMute: Type.Optional(Type.Boolean()),
    commands: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.Literal("unanswered"), status])),
    ),
    confirms: Type.Optional(Type.Union([Type.Literal("normal"), Type.Literal("withheld"), status])),
    baudRate: Type.Optional(Type.Union([Type.Number({ minimum: 300 }), Type.Null()])),
  },
  closed,
);
const addLockSchema = Type.Object(
  {
    profile: Type.String(),
    ieee: Type.Optional(Type.String({ pattern: "^[0-9a-f]{16}$" })),
    quirks: Type.Optional(quirksSchema),
    driftPpm: Type.Optional(Type.Number({ minimum: -100_000, maximum: 100_000 })),
  },
  closed,
);
const unplugSchema = Type.Object(
  { durationMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400_000 })) },
  closed,
);
const restartSchema = Type.Object(
  {
    reason: Type.Optional(
      Type.Union([Type.Literal("powerUp"), Type.Literal("external"), Type.Literal("watchdog")]),
    ),
    isFlashLost: Type.Optional(Type.Boolean()),
    noise: Type.Optional(Type.String({ pattern: "^([0-9a-f]{2}){0,256}$" })),
  },
  closed,
);
const stallSchema = Type.Object(
  { durationMs: Type.Integer({ minimum: 1, maximum: 600_000 }) },
  closed,
);

/** HTTP control of a house, for loopback only: it has no authentication. */
export class ControlServer {
  readonly #house: SimulatedHouse;
  readonly #server: FastifyInstance;
  readonly #listeners = new Set<ServerResponse>();
  readonly #stopWatching: () => void;

  constructor(house: SimulatedHouse) {
    this.#house = house;
    this.#server = Fastify({ bodyLimit: maxBodyOctets, forceCloseConnections: true });
    this.#stopWatching = house.onAct((ieee, act) => this.#publish(ieee, act));
    this.#server.setErrorHandler((error, _request, reply) => {
      const isCallers = error instanceof BadRequest || error instanceof RangeError;
      const given = error instanceof Error && "statusCode" in error ? error.statusCode : 500;
      const statusCode = isCallers && typeof given !== "number" ? 400 : given;
      const message = error instanceof Error ? error.message : "failed";
      const isRange = error instanceof RangeError;
      reply.code(isRange ? 400 : Number(statusCode)).send({ error: message });
    });
    this.#lockRoutes();
    this.#stickRoutes();
    this.#server.get("/events", (_request, reply) => {
      if (this.#listeners.size >= maxListeners) {
        reply.code(503).send({ error: `${maxListeners} listeners already` });
        return;
      }
      reply.hijack();
      this.#listen(reply.raw);
    });
  }

  /** Listens on 127.0.0.1. @returns the real port. @throws socket errors */
  async open(port: number): Promise<number> {
    await this.#server.listen({ host: "127.0.0.1", port });
    const address = this.#server.server.address();
    return address !== null && typeof address === "object" ? address.port : port;
  }

  async close(): Promise<void> {
    this.#stopWatching();
    for (const listener of this.#listeners) listener.end();
    await this.#server.close();
  }

  #lockRoutes(): void {
    this.#server.get("/", () => help());
    this.#server.get("/locks", () => this.#house.locks().map(summary));
    this.#server.post("/locks", (request, reply) => {
      const { profile, ...rest } = parseBody(addLockSchema, request.body);
      if (!isProfileName(profile)) {
        throw new BadRequest(`profile: must be one of ${profileNames.join(", ")}`);
      }
      reply.code(201);
      return summary(this.#house.addLock({ profile, ...rest }));
    });
    this.#server.get<{ Params: { ieee: string } }>("/locks/:ieee", (request) =>
      detail(this.#lockOf(request.params.ieee)),
    );
    this.#server.post<{ Params: { ieee: string; action: string } }>(
      "/locks/:ieee/:action",
      (request) => {
        const lock = this.#lockOf(request.params.ieee);
        const { run } = lockActionNamed(request.params.action);
        return run(lock, request.body, this.#house) ?? { result: "done" };
      },
    );
  }

  #stickRoutes(): void {
    const { stick } = this.#house;
    this.#server.get("/stick", () => ({
      isFormed: stick.isFormed,
      isPermittingJoin: stick.isPermittingJoin,
      isConnected: stick.isConnected,
      faults: stick.faults,
    }));
    this.#server.post("/stick/faults", (request) => {
      stick.setFaults(parseBody(faultsSchema, request.body));
      return stick.faults;
    });
    this.#server.post("/stick/unplug", async (request) => {
      await stick.unplug(parseBody(unplugSchema, request.body).durationMs);
      return { result: "unplugged" };
    });
    this.#server.post("/stick/plug-in", async () => {
      await stick.plugIn();
      return { result: "pluggedIn" };
    });
    this.#server.post("/stick/restart", (request) => {
      const { noise, ...rest } = parseBody(restartSchema, request.body);
      stick.restartFirmware({
        ...rest,
        ...(noise === undefined ? {} : { noise: Buffer.from(noise, "hex") }),
      });
      return { result: "restarted" };
    });
    this.#server.post("/stick/stall", (request) => {
      stick.stallLine(parseBody(stallSchema, request.body).durationMs);
      return { result: "stalled" };
    });
    this.#server.post("/stick/power-cycle", () => {
      stick.powerCycle();
      return { result: "powerCycled" };
    });
  }

  /** @throws BadRequest (404). */
  #lockOf(ieee: string): VirtualLock {
    const lock = this.#house.lock(ieee.replace(/^0x/, ""));
    if (lock === null) throw new BadRequest(`ieee: no lock has the address ${ieee}`, 404);
    return lock;
  }

  #listen(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(": what happens at the doors\n\n");
    this.#listeners.add(response);
    response.on("close", () => this.#listeners.delete(response));
  }

  /** A listener that does not read is disconnected, so that nothing is buffered for it. */
  #publish(ieee: string, act: DoorAct): void {
    for (const listener of this.#listeners) {
      if (listener.writableNeedDrain) listener.destroy();
      else listener.write(`data: ${JSON.stringify({ ieee, ...act })}\n\n`);
    }
  }
}

function help(): unknown {
  return {
    "GET /locks": "all locks",
    "POST /locks": '{"profile", "ieee"?, "quirks"?, "driftPpm"?}',
    "GET /locks/:ieee": "state, users (codes are not shown), log",
    ...Object.fromEntries(lockActions.map(({ name, body }) => [`POST /locks/:ieee/${name}`, body])),
    "GET /events": "server-sent events: what happens at the doors",
    "GET /stick": "state and faults",
    "POST /stick/faults":
      '{"lossToDevice"?, "lossFromDevice"?, "radioDelayMs"?, "garbageToHost"?, "isMute"?, "baudRate"?, "commands"?: {"AF_DATA_REQUEST": "unanswered" or status}, "confirms"?: "normal", "withheld" or status}',
    "POST /stick/restart":
      '{"reason"?: "external", "watchdog" or "powerUp", "isFlashLost"?: false, "noise"?: hex digits}',
    "POST /stick/stall": '{"durationMs"}',
    "POST /stick/unplug": '{"durationMs"?}',
    "POST /stick/plug-in": "{}",
    "POST /stick/power-cycle": "{}",
    profiles: profileNames,
  };
}

function summary(lock: VirtualLock): Record<string, unknown> {
  return {
    ieee: lock.ieee,
    profile: lock.profileName,
    isJoined: lock.isJoined,
    isConnected: lock.isConnected,
    isReachable: lock.isReachable(),
    lockState: lock.lockState,
    doorState: lock.doorState,
    batteryPercent: lock.batteryPercent,
    users: lock.users().length,
  };
}

function detail(lock: VirtualLock): Record<string, unknown> {
  return {
    ...summary(lock),
    localSeconds: lock.localSeconds,
    operatingMode: lock.operatingMode,
    users: lock.users().map((user) => ({ ...user, pinLength: user.pinCode.length })),
    log: lock.log().map(({ code: _code, ...record }) => record),
    acts: lock.acts(),
    quirks: lock.quirks,
  };
}
