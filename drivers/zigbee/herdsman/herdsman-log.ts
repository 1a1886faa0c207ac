import { setLogger } from "zigbee-herdsman";

/** The part of a pino logger that the driver uses. */
export interface DriverLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A line longer than this is cut: herdsman puts whole frames into some. */
const maxLength = 400;

/** Herdsman's and the converters' form of a logger. */
export interface HerdsmanLogger {
  debug(message: string | (() => string), namespace: string): void;
  info(message: string | (() => string), namespace: string): void;
  warning(message: string | (() => string), namespace: string): void;
  error(message: string | (() => string), namespace: string): void;
}

/**
 * A logger for herdsman that writes no secrets. Debug lines are dropped unread: they contain every byte on
 * the wire. The others are information for people; of those, one that carries payload or keys is
 * replaced by a remark.
 */
export function redactingLogger(logger: DriverLogger): HerdsmanLogger {
  return {
    debug: () => {},
    info: (message, namespace) => logger.debug({ namespace }, redacted(textOf(message))),
    warning: (message, namespace) => logger.warn({ namespace }, redacted(textOf(message))),
    error: (message, namespace) => logger.error({ namespace }, redacted(textOf(message))),
  };
}

/** Makes herdsman speak to `logger` instead of to the console. */
export function routeHerdsmanLog(logger: DriverLogger): void {
  setLogger(redactingLogger(logger));
}

function textOf(message: string | (() => string)): string {
  return typeof message === "function" ? message() : message;
}

/**
 * Texts that may carry a code or a key: command payloads (`cluster.command({…})`), serialised buffers,
 * byte lists and 16 bytes in hexadecimal.
 */
const telling = /pincode|closuresDoorLock|"data":\s*\[|\[\s*\d+\s*(,\s*\d+\s*){3,}\]|[0-9a-f]{32}/i;

export function redacted(text: string): string {
  if (telling.test(text)) return "[a message of zigbee-herdsman with payload, left out]";
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}…`;
}
