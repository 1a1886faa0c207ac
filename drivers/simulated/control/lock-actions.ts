import { type Static, type TSchema, Type } from "typebox";
import type { SimulatedHouse } from "../house.ts";
import type { VirtualLock } from "../lock/virtual-lock.ts";
import { BadRequest, parseBody } from "./body.ts";

/** What a person does to a lock by HTTP; `POST /locks/:ieee/<name>`. */
export interface LockAction {
  readonly name: string;
  /** For the help listing. */
  readonly body: string;
  /** @throws BadRequest. @returns what happened, as JSON. */
  readonly run: (lock: VirtualLock, body: unknown, house: SimulatedHouse) => unknown;
}

function action<T extends TSchema>(
  name: string,
  body: string,
  schema: T,
  run: (lock: VirtualLock, body: Static<T>, house: SimulatedHouse) => unknown,
): LockAction {
  return { name, body, run: (lock, given, house) => run(lock, parseBody(schema, given), house) };
}

const closed = { additionalProperties: false } as const;
const nothing = Type.Object({}, closed);
const intent = Type.Union([Type.Literal("unlock"), Type.Literal("lock")]);
const code = Type.String({ minLength: 1, maxLength: 32 });
const userId = Type.Integer({ minimum: 0, maximum: 0xfffe });
const ppm = Type.Number({ minimum: -100_000, maximum: 100_000 });

export const lockActions: readonly LockAction[] = [
  action(
    "keypad",
    '{"code": "1234", "intent"?: "unlock" | "lock"}',
    Type.Object({ code, intent: Type.Optional(intent) }, closed),
    (lock, body) => ({ result: lock.keypad(body.code, body.intent) }),
  ),
  action(
    "rfid",
    '{"fob": "…", "intent"?: "unlock" | "lock"}',
    Type.Object({ fob: code, intent: Type.Optional(intent) }, closed),
    (lock, body) => ({ result: lock.rfid(body.fob, body.intent) }),
  ),
  action("one-touch", "{}", nothing, (lock) => ({ result: lock.lockKeypad() })),
  action(
    "program",
    '{"userId": 5, "code": "1234"}',
    Type.Object({ userId, code }, closed),
    (lock, body) => ({
      result: lock.programAtKeypad(body),
    }),
  ),
  action(
    "unprogram",
    '{"userId"?: 5}, without it all users',
    Type.Object({ userId: Type.Optional(userId) }, closed),
    (lock, body) => ({ result: lock.deleteAtKeypad(body.userId ?? null) }),
  ),
  action("master", '{"code": "123456"}', Type.Object({ code }, closed), (lock, body) => ({
    result: lock.changeMaster(body.code),
  })),
  action(
    "knob",
    '{"to": "lock" | "unlock"}',
    Type.Object({ to: intent }, closed),
    (lock, body) => ({
      result: lock.turnKnob(body.to),
    }),
  ),
  action("key", '{"to": "lock" | "unlock"}', Type.Object({ to: intent }, closed), (lock, body) => ({
    result: lock.useKey(body.to),
  })),
  action(
    "door",
    '{"position": "open" | "closed"}',
    Type.Object({ position: Type.Union([Type.Literal("open"), Type.Literal("closed")]) }, closed),
    (lock, body) => lock.door(body.position),
  ),
  action("force", "{}", nothing, (lock) => lock.forceDoor()),
  action("cover", "{}", nothing, (lock) => lock.removeCover()),
  action("jam", "{}", nothing, (lock) => lock.jam()),
  action(
    "battery",
    '{"percent": 7}',
    Type.Object({ percent: Type.Number({ minimum: 0, maximum: 100 }) }, closed),
    (lock, body) => lock.setBattery(body.percent),
  ),
  action("sleep", "{}", nothing, (lock) => lock.sleep()),
  action(
    "wake",
    '{"durationMs"?: 5000}',
    Type.Object(
      { durationMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 3_600_000 })) },
      closed,
    ),
    (lock, body) => lock.wake(body.durationMs),
  ),
  action("check-in", "{}", nothing, (lock) => lock.checkIn()),
  action(
    "range",
    '{"inRange": false}',
    Type.Object({ inRange: Type.Boolean() }, closed),
    (lock, body) => (body.inRange ? lock.comeBack() : lock.goOutOfRange()),
  ),
  action(
    "clock",
    '{"utcSeconds"?: since 2000, "localOffsetSeconds"?: 0, "driftPpm"?: 50, "lost"?: true}',
    Type.Object(
      {
        utcSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 0xfffffffe })),
        localOffsetSeconds: Type.Optional(Type.Integer({ minimum: -86_400, maximum: 86_400 })),
        driftPpm: Type.Optional(ppm),
        lost: Type.Optional(Type.Boolean()),
      },
      closed,
    ),
    (lock, body) => {
      if (body.lost === true) lock.loseClock();
      if (body.utcSeconds !== undefined) lock.setClock(body.utcSeconds, body.localOffsetSeconds);
      if (body.driftPpm !== undefined) lock.drift(body.driftPpm);
    },
  ),
  action(
    "join",
    '{"installCode"?: 32 or 36 hex digits}',
    Type.Object(
      { installCode: Type.Optional(Type.String({ pattern: "^([0-9a-fA-F]{2})+$" })) },
      closed,
    ),
    (lock, body, house) => {
      const octets =
        body.installCode === undefined ? undefined : Buffer.from(body.installCode, "hex");
      const refusal = house.join(lock, octets);
      return { result: refusal ?? "joined" };
    },
  ),
  action("leave", "{}", nothing, (lock) => lock.leave()),
  action("power-cycle", "{}", nothing, (lock, _body, house) => ({
    result: lock.powerCycle(house.stick) ?? "rejoined",
  })),
  action("factory-reset", "{}", nothing, (lock) => lock.factoryReset()),
];

/** @throws BadRequest (404) when there is no such action. */
export function lockActionNamed(name: string): LockAction {
  const found = lockActions.find((one) => one.name === name);
  if (found === undefined)
    throw new BadRequest(`${name}: no such thing can be done to a lock`, 404);
  return found;
}
