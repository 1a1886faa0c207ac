/** ErrNo of the open platform API V1.6, "Error codes", and latchd's own above 16000. */
export const errorTable = {
  tokenInvalid: { errNo: 101, httpStatus: 401, text: "token invalid" },
  tokenExpired: { errNo: 102, httpStatus: 401, text: "token expired" },
  duplicate: { errNo: 11000, httpStatus: 409, text: "duplicate object" },
  badParameters: { errNo: 14001, httpStatus: 400, text: "bad parameters" },
  store: { errNo: 14003, httpStatus: 503, text: "database operation failed" },
  internal: { errNo: 15000, httpStatus: 500, text: "internal error" },
  notFound: { errNo: 15006, httpStatus: 404, text: "record does not exist" },
  notImplemented: { errNo: 15007, httpStatus: 404, text: "method not implemented" },
  roomTaken: { errNo: 15008, httpStatus: 409, text: "the room already has a lock bound" },
  homeTaken: { errNo: 15009, httpStatus: 409, text: "the home already has a gateway bound" },
  deviceExists: { errNo: 15010, httpStatus: 409, text: "device record already exists" },
  deviceTaken: { errNo: 15011, httpStatus: 409, text: "device is bound by somebody else" },
  roomMissing: { errNo: 15012, httpStatus: 404, text: "room does not exist" },
  administratorProtected: {
    errNo: 15013,
    httpStatus: 409,
    text: "the administrator password cannot be deleted or frozen",
  },
  permissionDenied: { errNo: 15014, httpStatus: 403, text: "permission denied" },
  lockFull: { errNo: 16001, httpStatus: 409, text: "the lock has no free slot" },
  busy: { errNo: 16002, httpStatus: 429, text: "busy, try again later" },
  expired: { errNo: 16003, httpStatus: 410, text: "the command has expired" },
  unreachable: { errNo: 16004, httpStatus: 504, text: "the lock cannot be reached" },
  refusedByLock: { errNo: 16005, httpStatus: 502, text: "the lock refused" },
  stickOffline: { errNo: 16006, httpStatus: 503, text: "the Zigbee stick is not available" },
  clockLost: {
    errNo: 16007,
    httpStatus: 503,
    text: "the time is not known; nothing new is granted",
  },
  unsupported: { errNo: 16008, httpStatus: 409, text: "the lock cannot do this" },
  confirmationNeeded: { errNo: 16009, httpStatus: 409, text: "needs an explicit confirm" },
  stale: { errNo: 16010, httpStatus: 409, text: "a newer revision is stored already" },
} as const satisfies Record<string, { errNo: number; httpStatus: number; text: string }>;

export type ErrorCode = keyof typeof errorTable;

/**
 * A caller's fault, or a condition that a caller must know. Its message names the field.
 * Any other error that is thrown is a broken invariant.
 */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  readonly code: ErrorCode;
  /** The input field that is wrong, if there is one. */
  readonly field: string | undefined;

  constructor(code: ErrorCode, detail: string, options: { field?: string; cause?: unknown } = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.field = options.field;
  }

  get errNo(): number {
    return errorTable[this.code].errNo;
  }

  get httpStatus(): number {
    return errorTable[this.code].httpStatus;
  }
}
