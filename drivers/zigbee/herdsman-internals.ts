/**
 * Where the driver has to reach behind herdsman's public interface. Each of these is needed because
 * herdsman leaves something undone; all of them bear with a herdsman that looks different.
 */
import { EventEmitter } from "node:events";
import type { Controller } from "zigbee-herdsman";

interface Closeable {
  stop(): Promise<void>;
}

/** How far a failed start had come. */
export type StartProgress = "notOpened" | "opened" | "answered";

/** Was the port open, and did the stick answer anything? Herdsman tells it by message text only. */
export function startProgress(controller: Controller): StartProgress {
  const adapter = member(controller, "adapter");
  const znp = member(adapter, "znp");
  const isInitialized = member(znp, "isInitialized");
  if (typeof isInitialized !== "function" || Reflect.apply(isInitialized, znp, []) !== true) {
    return "notOpened";
  }
  return member(adapter, "version") === undefined ? "opened" : "answered";
}

/**
 * Closes the port of a controller whose start has failed or whose stick is silent. Herdsman leaves it
 * open, and the next start would find it in use.
 */
export async function closePort(controller: Controller): Promise<void> {
  const adapter = member(controller, "adapter");
  if (!isCloseable(adapter)) return;
  // Tells the controller that the link is gone, so that its own stop does not wait for the stick.
  if (adapter instanceof EventEmitter) adapter.emit("disconnected");
  await adapter.stop();
}

/**
 * Listens for errors of the port for good. Herdsman listens for one only; a second one, as an unplugged
 * stick gives, would end the process.
 */
export function listenForPortErrors(
  controller: Controller,
  onError: (error: unknown) => void,
): void {
  const znp = member(member(controller, "adapter"), "znp");
  const serialPort = member(znp, "serialPort");
  if (serialPort instanceof EventEmitter) serialPort.on("error", onError);
}

/**
 * Calls back for each whole frame from the stick, also for one that herdsman cannot read, such as the
 * error a stick gives for a command it does not know. @returns a function that ends it.
 */
export function listenForFrames(controller: Controller, onFrame: () => void): () => void {
  const parser = member(member(member(controller, "adapter"), "znp"), "unpiParser");
  if (!(parser instanceof EventEmitter)) return () => {};
  parser.on("parsed", onFrame);
  return () => parser.off("parsed", onFrame);
}

/**
 * Takes away the timers that herdsman leaves running when it has stopped: the end of joining, and a minute
 * after a device has announced itself. They would keep the process from ending.
 */
export function clearTimers(controller: Controller): void {
  const permitJoinTimer = member(controller, "permitJoinTimer");
  const close = member(permitJoinTimer, "close");
  if (typeof close === "function") Reflect.apply(close, permitJoinTimer, []);
  const debouncers = member(
    member(controller, "adapter"),
    "deviceAnnounceRouteDiscoveryDebouncers",
  );
  if (!(debouncers instanceof Map)) return;
  for (const debouncer of debouncers.values()) {
    const clear = typeof debouncer === "function" ? Reflect.get(debouncer, "clear") : undefined;
    if (typeof clear === "function") Reflect.apply(clear, debouncer, []);
  }
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Reflect.get(value, name);
}

function isCloseable(value: unknown): value is Closeable {
  return typeof member(value, "stop") === "function";
}
