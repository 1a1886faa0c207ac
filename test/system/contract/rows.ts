import assert from "node:assert/strict";
import type { ErrorCode } from "../../../daemon/core/model/errors.ts";
import type { Answer } from "../../support/rest/rest-client.ts";
import type { ContractGateway } from "../../support/rigs/contract-gateway.ts";

export type Params = Readonly<Record<string, unknown>>;

/** Where the rows play: a gateway with locks that differ in what they can take. */
export interface World {
  readonly gateway: ContractGateway;
  /** At the outer door of home `h1`. */
  readonly front: string;
  /** In room `r1` of home `h1`, with an administrator password. */
  readonly flat: string;
  /** It has room for the administrator's code and one other. */
  readonly small: string;
  /** Takes codes of four digits only. */
  readonly short: string;
  /** Out of range once the rows begin. */
  readonly far: string;
}

/** One thing that a call does, or refuses to do. */
export interface Row {
  readonly call: string;
  readonly about: string;
  /** Absent = it succeeds. */
  readonly error?: ErrorCode;
  /** The field that is named. */
  readonly field?: string;
  /** As the cloud, over MQTT: only on a store that the test prepares. */
  readonly isOfCloud?: true;
  /** As a client of this scope. */
  readonly by?: "steward" | "installer";
  readonly params: (world: World) => Params;
  /** Needed first. */
  readonly before?: (world: World) => Promise<unknown>;
  readonly check?: (body: Answer["body"], world: World) => unknown;
}

/** Params that need nothing of the world. */
export const plain = (params: Params) => (): Params => params;

/** That a body is this and no more, ErrNo and ErrMsg aside. */
export function is(expected: Params | ((world: World) => Params)): NonNullable<Row["check"]> {
  return ({ ErrNo: _errNo, ErrMsg: _errMsg, ...fields }, world) => {
    assert.deepEqual(fields, typeof expected === "function" ? expected(world) : expected);
  };
}

export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** Checks a value for a Unix time of about now. */
export function isRecent(value: unknown, unit: "s" | "ms" = "s"): void {
  const seconds = Number(value) / (unit === "s" ? 1 : 1000);
  assert.ok(Math.abs(nowSeconds() - seconds) < 600, `${String(value)} ${unit} is not about now`);
}

export function records(value: unknown): readonly Params[] {
  assert.ok(Array.isArray(value));
  return value;
}

/** Returns parameters of a call about the lock `flat`. */
export const flat = (params: Readonly<Record<string, unknown>>) => (world: World) => ({
  uuid: world.flat,
  ...params,
});

/** Returns the record of a password of the lock `flat`. */
export async function recordOf({ gateway, flat: uuid }: World, id: number) {
  return (await gateway.passwords(uuid)).find((one) => one["id"] === id) ?? {};
}

export const day = 86_400;
/** The begin of the windows: an hour before the current one. */
export const begin = Math.floor(Date.now() / 1000 / 3600) * 3600 - 3600;
export const nextWeek = begin + 7 * day;
