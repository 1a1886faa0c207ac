import type { JsonObject } from "../../base/json.ts";
import { commonErrors } from "../../commands/call-errors.ts";
import type { Command } from "../../commands/command.ts";
import { type ErrorCode, errorTable } from "../../core/model/errors.ts";
import type { StatusPolicy } from "../ports.ts";
import type { Success } from "./openapi-examples.ts";

/** Errors of a call that needs a token. */
export const ofAnyCaller: readonly ErrorCode[] = [
  "tokenInvalid",
  "tokenExpired",
  "permissionDenied",
];

/** Returns every error that a call may answer, with those of any call. */
export function allErrorsOf(command: Command): readonly ErrorCode[] {
  const common = commonErrors.filter(
    (code) => command.access !== "open" || !ofAnyCaller.includes(code),
  );
  return [...common, ...command.errors];
}

/** Returns the same as a sentence. */
export function errorSentence(command: Command): string {
  const numbers = [...allErrorsOf(command)].sort(byNumber).map((code) => errorTable[code].errNo);
  return `Errors: ${numbers.join(", ")}.`;
}

/** The envelope of a refusal; its number and text have other names in calls and in actions. */
export interface RefusalForm {
  /** Begins the names of its components. */
  readonly name: string;
  /** The schema of a refusal with any error. */
  readonly component: string;
  /** A refusal with one of these errors. */
  schema(codes: readonly ErrorCode[]): JsonObject;
}

function errorNumber(codes: readonly ErrorCode[]): JsonObject {
  const errors = codes.map((code) => errorTable[code]);
  return {
    type: "integer",
    enum: errors.map(({ errNo }) => errNo),
    description: errors.map(({ errNo, text }) => `${errNo} ${text}`).join("; "),
  };
}

const errMsg: JsonObject = { type: "string", description: "begins with the field at fault" };

/** The refusal of calls and resources. */
export const callRefusal: RefusalForm = {
  name: "Refused",
  component: "Refusal",
  schema: (codes) => ({
    type: "object",
    properties: { ErrNo: errorNumber(codes), ErrMsg: errMsg },
    required: ["ErrNo", "ErrMsg"],
  }),
};

/** The refusal of `POST /api.json`. */
export const actionRefusal: RefusalForm = {
  name: "ActionRefused",
  component: "ActionRefusal",
  schema: (codes) => ({
    type: "object",
    properties: {
      success: { type: "boolean", const: false },
      errorCode: errorNumber(codes),
      errorMsg: errMsg,
      t: { type: "integer", description: "the gateway's time, Unix ms" },
    },
    required: ["success", "errorCode", "errorMsg", "t"],
  }),
};

/** Returns the responses of a call: a success with this schema, and its errors. */
export function answers(
  policy: StatusPolicy,
  { schema, ...example }: Success,
  codes: readonly ErrorCode[],
): JsonObject {
  const success = "done, or accepted and on disk";
  if (policy === "http") {
    return { "200": jsonAnswer(success, { schema, ...example }), ...refusals(callRefusal, codes) };
  }
  const either = { anyOf: [schema, callRefusal.schema([...codes].sort(byNumber))] };
  const what = `${success}; or refused, and nothing has changed: ErrNo is not 0`;
  return {
    "200": jsonAnswer(what, { schema: either, ...example }),
    // Of requests whose call is not known yet: too large, another host, another method.
    "4XX": reference(callRefusal.name),
    default: reference(callRefusal.name),
  };
}

function jsonAnswer(description: string, content: JsonObject): JsonObject {
  return { description, content: { "application/json": content } };
}

/**
 * Returns the refusals of an operation: its errors by their HTTP status, and as `default` the errors of any
 * request before its call is known (its size, its method, its host).
 */
export function refusals(form: RefusalForm, codes: readonly ErrorCode[]): JsonObject {
  const groups = byStatus(codes).map(
    ([status, group]) => [String(status), reference(nameOf(form, group))] as const,
  );
  return {
    ...Object.fromEntries(groups),
    "429": reference(`${form.name}.wait`),
    default: reference(form.name),
  };
}

/** Returns `components.responses` for everything that {@link refusals} refers to. */
export function refusalResponses(
  form: RefusalForm,
  operations: readonly (readonly ErrorCode[])[],
): JsonObject {
  const groups = operations.flatMap(byStatus).map(([, group]) => group);
  const named = groups.map((group) => [nameOf(form, group), responseOf(form, group)] as const);
  return {
    [form.name]: responseOf(form, everyError),
    [`${form.name}.wait`]: {
      ...responseOf(form, ["busy"]),
      headers: { "Retry-After": { description: "seconds", schema: { type: "integer" } } },
    },
    ...Object.fromEntries(named),
  };
}

export const everyError: readonly ErrorCode[] = Object.keys(errorTable).filter(isCode);

function isCode(name: string): name is ErrorCode {
  return Object.hasOwn(errorTable, name);
}

function responseOf(form: RefusalForm, codes: readonly ErrorCode[]): JsonObject {
  const texts = codes.map((code) => `${errorTable[code].errNo} ${errorTable[code].text}`);
  const schema: JsonObject =
    codes === everyError ? { $ref: `#/components/schemas/${form.component}` } : form.schema(codes);
  const what = codes === everyError ? "refused" : texts.join("; ");
  return {
    description: `${what}; nothing has changed`,
    content: { "application/json": { schema } },
  };
}

/** Groups errors by HTTP status, each group by number. */
function byStatus(codes: readonly ErrorCode[]): readonly (readonly [number, ErrorCode[]])[] {
  const groups = new Map<number, ErrorCode[]>();
  for (const code of [...new Set(codes)].sort(byNumber)) {
    const { httpStatus } = errorTable[code];
    if (code !== "busy") groups.set(httpStatus, [...(groups.get(httpStatus) ?? []), code]);
  }
  return [...groups].sort(([left], [right]) => left - right);
}

function byNumber(left: ErrorCode, right: ErrorCode): number {
  return errorTable[left].errNo - errorTable[right].errNo;
}

function nameOf(form: RefusalForm, codes: readonly ErrorCode[]): string {
  return [form.name, ...codes.map((code) => errorTable[code].errNo)].join(".");
}

function reference(component: string): JsonObject {
  return { $ref: `#/components/responses/${component}` };
}
