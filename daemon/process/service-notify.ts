import { execFile } from "node:child_process";
import { writeSync } from "node:fs";

/** Messages to the service manager (sd_notify(3)). */
export interface ServiceNotify {
  /** The store is verified and the windows are armed. */
  ready(): void;
  stopping(): void;
  /** The configuration is being read again; followed by {@link ready}. */
  reloading(monotonicMs: number): void;
  /** Proof of progress: without it the service manager ends the process. */
  alive(): void;
  /** One line for `systemctl status`. */
  status(text: string): void;
  /** How often the service manager wants {@link alive}, ms; null = it does not watch. */
  readonly watchdogMs: number | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Time limit of the helper program. */
const helperTimeoutMs = 5_000;

/**
 * Returns the connection to the service manager that started this process, if one did.
 *
 * Node has no datagram unix sockets. The unit therefore starts the daemon through a few lines of perl that
 * connect one to `NOTIFY_SOCKET` and pass it on as descriptor `LATCHD_NOTIFY_FD`: a write to it is one
 * datagram of the main process. Without the descriptor the program `systemd-notify` is used, which needs
 * `NotifyAccess=all`.
 */
export function serviceNotify(env: Environment): ServiceNotify {
  const { LATCHD_NOTIFY_FD: descriptor, NOTIFY_SOCKET: socket } = env;
  const send =
    descriptor !== undefined && /^[0-9]{1,6}$/.test(descriptor)
      ? (message: string) => writeDatagram(Number(descriptor), message)
      : socket !== undefined && socket !== ""
        ? runHelper
        : () => undefined;
  return {
    ready: () => send("READY=1"),
    stopping: () => send("STOPPING=1"),
    reloading: (monotonicMs) =>
      send(`RELOADING=1\nMONOTONIC_USEC=${Math.round(monotonicMs * 1000)}`),
    alive: () => send("WATCHDOG=1"),
    status: (text) => send(`STATUS=${text.replaceAll("\n", " ")}`),
    watchdogMs: watchdogMsOf(env),
  };
}

function writeDatagram(descriptor: number, message: string): void {
  try {
    writeSync(descriptor, message);
  } catch {
    // The service manager is restarting or its queue is full. The next beat sends again, and the gateway
    // works without a watchdog meanwhile.
  }
}

function runHelper(message: string): void {
  const child = execFile(
    "systemd-notify",
    message.split("\n"),
    { timeout: helperTimeoutMs },
    () => {
      // The helper is not installed or was refused: nothing else depends on it.
    },
  );
  child.unref();
}

function watchdogMsOf({ WATCHDOG_USEC: period, WATCHDOG_PID: pid }: Environment): number | null {
  if (pid !== undefined && pid !== String(process.pid)) return null;
  const periodMs = Number(period) / 1000;
  return Number.isFinite(periodMs) && periodMs > 0 ? periodMs : null;
}
