import { once } from "node:events";
import { type DestinationStream, destination, type Logger, pino } from "pino";
import { GatewayError } from "../core/model/errors.ts";
import { LogLimit } from "./log-limit.ts";
import { RecentLines } from "./recent-lines.ts";

export interface LogOptions {
  readonly level: "trace" | "debug" | "info" | "warn" | "error" | "fatal";
  /** `auto` is pretty on a terminal and JSON lines everywhere else. */
  readonly format: "auto" | "json" | "pretty";
  /** File descriptor or path; stdout when not given. */
  readonly to?: number | string;
}

/** The daemon's log. Each part takes a child of `logger`; the main program flushes. */
export interface Log {
  readonly logger: Logger;
  /** Writes everything that is buffered before it returns. */
  flush(): void;
}

/**
 * Limit of the bytes that wait for a reader that does not read (journald stopped, a full disk). Further lines are
 * dropped: the locks matter more, and nothing important is in the log alone.
 */
const maxBufferedBytes = 1024 * 1024;

/** Names of fields that may hold a secret. `Secret` hides itself; this is the second protection. */
const secretNames = [
  "pin",
  "pinCode",
  "pin_code",
  "password",
  "passwords",
  "code",
  "token",
  "access_token",
  "accesst_token",
  "acccess_token",
  "accessToken",
  "secret",
  "client_secret",
  "clientSecret",
  "key",
  "networkKey",
  "network_key",
  "authorization",
] as const;

const redactPaths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/**
 * Makes the log. JSON lines go to an asynchronous descriptor without a worker thread: a stalled reader must not stall
 * the event loop. pino-pretty is loaded only when it is used.
 * @throws (rejects) when the file cannot be opened.
 */
export async function openLog(options: LogOptions): Promise<Log> {
  const to = options.to ?? 1;
  const isPretty =
    options.format === "pretty" || (options.format === "auto" && to === 1 && process.stdout.isTTY);
  if (isPretty) {
    const { default: pretty } = await import("pino-pretty");
    const stream = pretty({ destination: to, sync: true, ignore: "pid,hostname" });
    return { logger: createLogger(options.level, stream), flush: () => undefined };
  }
  const stream = destination({ dest: to, sync: false, maxLength: maxBufferedBytes });
  await once(stream, "ready");
  // A log that cannot be written (its disk is full) must not stop the work on the locks.
  stream.on("error", () => undefined);
  return {
    logger: createLogger(options.level, stream),
    flush: () => {
      stream.flushSync();
    },
  };
}

/** pino's number of `info`. Lines below it are not limited: somebody turned them on to see them all. */
const limitedFrom = 30;

/** Makes a logger over any stream, with the same redaction and the same limit. */
export function createLogger(level: LogOptions["level"], to: DestinationStream): Logger {
  const children: Logger[] = [];
  const recent = new RecentLines();
  const stream = {
    write(line: string): void {
      recent.note(line);
      to.write(line);
    },
  };
  const limit = new LogLimit();
  const logger = pino(
    {
      level,
      onChild: (child: Logger) => void children.push(child),
      hooks: {
        logMethod(inputs, method, lineLevel) {
          const [fields, message] = inputs;
          if (lineLevel < limitedFrom || typeof message !== "string") {
            method.apply(this, inputs);
            return;
          }
          const verdict = limit.admit(message, performance.now());
          if (verdict.kind === "leftOut") return;
          const { leftOut } = verdict;
          if (leftOut === 0) method.apply(this, inputs);
          else method.apply(this, [Object.assign({ leftOut }, fields), message]);
        },
      },
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redactPaths, censor: "[secret]" },
      serializers: { err: describeError, error: describeError },
    },
    stream,
  );
  families.set(logger, children);
  recentOf.set(logger, recent);
  return logger;
}

const recentOf = new WeakMap<Logger, RecentLines>();

/** Returns the newest lines of a logger that {@link createLogger} made, as JSON. */
export function recentLines(logger: Logger): readonly string[] {
  return recentOf.get(logger)?.lines ?? [];
}

/** The children of each logger: parts take them once, at the start. */
const families = new WeakMap<Logger, readonly Logger[]>();

/**
 * Returns a child for refused sign-ins and denied calls. It writes warnings whatever the level is set to: nobody can
 * quiet the lines about himself.
 */
export function securityLog(logger: Logger): Logger {
  const child = logger.child({ part: "security" }, { level: "warn" });
  unquietable.add(child);
  return child;
}

const unquietable = new WeakSet<Logger>();

/** Sets the level of a logger that {@link createLogger} made, and of every child of it. */
export function setLogLevel(logger: Logger, level: LogOptions["level"]): void {
  for (const member of [logger, ...(families.get(logger) ?? [])]) {
    if (!unquietable.has(member)) member.level = level;
  }
}

/** Describes an error. Its `code` is called `reason`, because fields with the name `code` are hidden. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const reason =
    error instanceof GatewayError ? error.code : "code" in error ? String(error.code) : undefined;
  return {
    type: error.name,
    message: error.message,
    reason,
    stack: error.stack,
    cause:
      error.cause === undefined || depth >= 4 ? undefined : describeError(error.cause, depth + 1),
  };
}
