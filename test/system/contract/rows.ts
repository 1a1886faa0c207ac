import assert from "node:assert/strict";
import type { ErrorCode } from "../../../daemon/core/model/errors.ts";
import type { Answer } from "../../support/rest/rest-client.ts";
import type { ContractGateway } from "../../support/rigs/contract-gateway.ts";

export type Params = Readonly<Record<string, unknown>>;

/** What the rows run against: a gateway and locks with different capabilities. */
export interface World {
  readonly gateway: ContractGateway;
  /** At the outer door of home `h1`. */
  readonly front: string;
  /** In room `r1` of home `h1`, with an administrator password. */
  readonly flat: string;
  /** A lock with room for the administrator's code and one other. */
  readonly small: string;
  /** A lock that takes only codes of four digits. */
  readonly short: string;
  /** A lock that is out of range when the rows begin. */
  readonly far: string;
}

/** One case: a call that succeeds, or that the gateway refuses. */
export interface Row {
  readonly call: string;
  readonly about: string;
  /** The expected error; absent if the call succeeds. */
  readonly error?: ErrorCode;
  /** The field that the error names. */
  readonly field?: string;
  /** True if the cloud makes the call over MQTT, which needs a store that the test prepares. */
  readonly isOfCloud?: true;
  /** The scope of the client that makes the call. */
  readonly by?: "steward" | "installer";
  readonly params: (world: World) => Params;
  /** Prepares the case before the call. */
  readonly before?: (world: World) => Promise<unknown>;
  readonly check?: (body: Answer["body"], world: World) => unknown;
}

/** Returns a function that gives these parameters, for calls that do not depend on the world. */
export const plain = (params: Params) => (): Params => params;

/** Returns a check that a body has exactly these fields besides ErrNo and ErrMsg. */
export function is(expected: Params | ((world: World) => Params)): NonNullable<Row["check"]> {
  return ({ ErrNo: _errNo, ErrMsg: _errMsg, ...fields }, world) => {
    assert.deepEqual(fields, typeof expected === "function" ? expected(world) : expected);
  };
}

export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** Checks that a value is a Unix time within 10 minutes of now. */
export function isRecent(value: unknown, unit: "s" | "ms" = "s"): void {
  const seconds = Number(value) / (unit === "s" ? 1 : 1000);
  assert.ok(Math.abs(nowSeconds() - seconds) < 600, `${String(value)} ${unit} is not about now`);
}

export function records(value: unknown): readonly Params[] {
  assert.ok(Array.isArray(value));
  return value;
}

/** Returns the parameters of a call about the lock `flat`. */
export const flat = (params: Readonly<Record<string, unknown>>) => (world: World) => ({
  uuid: world.flat,
  ...params,
});

/** Returns the record of a password of the lock `flat`. */
export async function recordOf({ gateway, flat: uuid }: World, id: number) {
  return (await gateway.passwords(uuid)).find((one) => one["id"] === id) ?? {};
}

export const day = 86_400;
/** The begin of the windows: one hour before the start of the current hour. */
export const begin = Math.floor(Date.now() / 1000 / 3600) * 3600 - 3600;
export const nextWeek = begin + 7 * day;
