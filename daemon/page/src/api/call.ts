import type { operations } from "../../../../dist/page-types/openapi.d.ts";

/** Name of a command of the gateway's table. */
export type CommandName = Extract<
  {
    [Name in keyof operations]: operations[Name] extends {
      responses: { 200: { content: { "application/json": { ErrNo: 0 } } } };
    }
      ? Name
      : never;
  }[keyof operations],
  string
>;

type BodyOf<Name extends CommandName> = operations[Name] extends {
  requestBody?: { content: { "application/json": infer Body } };
}
  ? Omit<Body, "access_token">
  : Record<string, never>;

/** The fields of a command, without the token, which the session stands for. */
export type Params<Name extends CommandName> =
  unknown extends BodyOf<Name> ? Record<string, never> : BodyOf<Name>;

/** The answer of a command that succeeded. */
export type Answer<Name extends CommandName> = operations[Name] extends {
  responses: { 200: { content: { "application/json": infer Body } } };
}
  ? Body
  : never;

/** The gateway refused a call. `errNo` is of V1.6's table; `message` is the gateway's own sentence. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly errNo: number;

  constructor(errNo: number, message: string) {
    super(message);
    this.errNo = errNo;
  }
}

/** The gateway did not answer: it is restarting, or the phone has left the network. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** Errors after which the caller has to sign in again (V1.6: token invalid, token expired). */
export const signInErrors: ReadonlySet<number> = new Set([101, 102]);

/** How long one request may take, ms. Work at a sleeping lock answers later by an event, not by its reply. */
const timeoutMs = 30_000;

/** Listeners for what every call may find: the session has ended, the gateway is away or back. */
interface Watch {
  signedOut(): void;
  reached(isReached: boolean): void;
}
const watches: Watch[] = [];

export function watchCalls(watch: Watch): void {
  watches.push(watch);
}

/** A person who has not touched the page for this long is not using it: refreshes keep no session alive. */
const attentionMs = 60_000;
let touchedAtMs = Date.now();
for (const kind of ["pointerdown", "keydown", "input", "scroll"]) {
  addEventListener(
    kind,
    () => {
      touchedAtMs = Date.now();
    },
    { capture: true, passive: true },
  );
}

/** Sends one request with the session's cookie. @throws Refusal, Unreachable */
export async function request(
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: unknown,
): Promise<unknown> {
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(path, {
      method,
      headers: {
        "x-latchd": "1",
        ...(Date.now() - touchedAtMs < attentionMs ? {} : { "x-latchd-idle": "1" }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      credentials: "same-origin",
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    answer = await response.json();
  } catch (cause) {
    for (const watch of watches) watch.reached(false);
    throw new Unreachable("the gateway does not answer", { cause });
  }
  for (const watch of watches) watch.reached(true);
  const { ErrNo, ErrMsg } = outcomeOf(answer, response.status);
  if (ErrNo === 0) return answer;
  if (signInErrors.has(ErrNo)) for (const watch of watches) watch.signedOut();
  throw new Refusal(ErrNo, ErrMsg);
}

/** Calls a command of the gateway. @throws Refusal, Unreachable */
export async function call<Name extends CommandName>(
  name: Name,
  params: Params<Name>,
): Promise<Answer<Name>> {
  const answer = await request("POST", `/openapi/v1/${name}`, params);
  // The gateway checks each answer against the schema that this type is generated from.
  return answer as Answer<Name>;
}

function outcomeOf(answer: unknown, status: number): { ErrNo: number; ErrMsg: string } {
  if (typeof answer === "object" && answer !== null && "ErrNo" in answer) {
    const message = "ErrMsg" in answer ? String(answer.ErrMsg) : "";
    return { ErrNo: Number(answer.ErrNo), ErrMsg: message };
  }
  return { ErrNo: status, ErrMsg: `the gateway answered ${status}` };
}
