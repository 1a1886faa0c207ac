import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Cloud } from "../../support/cloud/cloud.ts";
import type { Mosquitto } from "../../support/cloud/mosquitto.ts";

export interface FleetPlan {
  readonly processes: number;
  readonly gatewaysEach: number;
  /** Events of each gateway: a third before, during and after the broker is away. */
  readonly eventsEach: number;
  /** Ceiling of the first wait after the broker was lost. */
  readonly firstMaxMs: number;
  readonly limitMs: number;
}

export interface FleetReport {
  readonly gateways: number;
  readonly events: number;
  /**
   * Connects within the busiest second after the restart, by the times that the gateways drew: a machine that stands still
   * for a second lets them all go at once afterwards.
   */
  readonly peakConnectsPerSecond: number;
  /** Births at the cloud within the busiest second after the restart. */
  readonly peakBirthsPerSecond: number;
  /** The births a second that the configuration is made for: all gateways within half of the first wait. */
  readonly configuredPerSecond: number;
  /** From the restart until all are back and their journals are empty. */
  readonly recoveryMs: number;
}

const gatewaysFile = fileURLToPath(new URL("./gateways.js", import.meta.url));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface News {
  readonly connected?: number;
  readonly backlog?: number;
  readonly happened?: number;
  readonly number?: number;
  readonly connectAtMs?: number;
}

/** One process of gateways. */
class Squad {
  readonly #child: ChildProcess;
  connected = 0;
  backlog = 0;
  happened = 0;
  /** When each gateway wants to connect next, or wanted to connect last. Unix ms. */
  readonly connectAtMs = new Map<number, number>();

  constructor(args: readonly (string | number)[]) {
    const child = spawn(process.execPath, [gatewaysFile, ...args.map(String)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child = child;
    createInterface({ input: child.stdout }).on("line", (line) => {
      const news: News = JSON.parse(line);
      this.connected = news.connected ?? this.connected;
      this.backlog = news.backlog ?? this.backlog;
      this.happened += news.happened ?? 0;
      if (news.number !== undefined) this.connectAtMs.set(news.number, news.connectAtMs ?? 0);
    });
  }

  say(word: "happen" | "stop"): void {
    this.#child.stdin?.write(`${word}\n`);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, "exit");
    this.say("stop");
    await exited;
  }
}

/**
 * Many gateways on one broker, which is killed and comes back: all are back with jitter, and the
 * cloud has every event of every gateway. @throws when one is missing, or when too many come at once.
 */
export async function fleet(broker: Mosquitto, plan: FleetPlan): Promise<FleetReport> {
  const gateways = plan.processes * plan.gatewaysEach;
  const third = Math.ceil(plan.eventsEach / 3);
  const cloud = await Cloud.connect({ url: broker.url, fillsGaps: true, keep: 1 });
  const squads = Array.from({ length: plan.processes }, (_, index) => {
    const first = index * plan.gatewaysEach;
    return new Squad([broker.url, first, plan.gatewaysEach, third, plan.firstMaxMs]);
  });
  const endMs = performance.now() + plan.limitMs;
  const until = async (what: string, isSo: () => boolean) => {
    while (!isSo()) {
      assert(performance.now() < endMs, `waited in vain for ${what}`);
      await pause(50);
    }
  };
  const sum = (of: (squad: Squad) => number) => squads.reduce((total, one) => total + of(one), 0);
  const happened = (times: number) => () => squads.every((one) => one.happened === times * third);
  const tellAll = () => {
    for (const one of squads) one.say("happen");
  };
  try {
    await until("all to connect", () => sum(({ connected }) => connected) === gateways);
    tellAll();
    await until("the first events", happened(1));
    await broker.kill();
    await until("all to notice", () => sum(({ connected }) => connected) === 0);
    tellAll();
    await until("events while it is away", happened(2));
    const births = birthsOf(cloud, gateways);
    await broker.restart();
    const restartedAtMs = performance.now();
    await until("all to come back", () => sum(({ connected }) => connected) === gateways);
    tellAll();
    await until("the last events", happened(3));
    await until("the journals to empty", () => sum(({ backlog }) => backlog) === 0);
    const recoveryMs = Math.round(performance.now() - restartedAtMs);
    for (let number = 0; number < gateways; number += 1) {
      const view = cloud.gateway(`gw-${number}`);
      // What the killed broker had acknowledged and not delivered is asked for again.
      if (view.head < 3 * third) await cloud.replay(`gw-${number}`, view.head + 1);
      await cloud.upTo(`gw-${number}`, 3 * third, Math.max(1_000, endMs - performance.now()));
      assert.deepEqual([view.received, view.gaps], [3 * third, []], `gw-${number}`);
    }
    const connects = squads.flatMap(({ connectAtMs }) => [...connectAtMs.values()]);
    assert.equal(connects.length, gateways);
    const peakConnectsPerSecond = peakPerSecond(connects);
    const peakBirthsPerSecond = peakPerSecond(births);
    const configuredPerSecond = (gateways * 2_000) / plan.firstMaxMs;
    assert(peakConnectsPerSecond > 0);
    assert(
      peakConnectsPerSecond <= configuredPerSecond,
      `${peakConnectsPerSecond} connects in one second, ${configuredPerSecond} are configured`,
    );
    const events = gateways * 3 * third;
    return {
      gateways,
      events,
      peakConnectsPerSecond,
      peakBirthsPerSecond,
      configuredPerSecond,
      recoveryMs,
    };
  } finally {
    await Promise.all(squads.map((one) => one.stop()));
    await cloud.close();
  }
}

/** @returns when each gateway's next birth arrives: a list that grows */
function birthsOf(cloud: Cloud, gateways: number): readonly number[] {
  const views = Array.from({ length: gateways }, (_, number) => cloud.gateway(`gw-${number}`));
  const before = views.map(({ presences }) => presences.length);
  const atMs: number[] = [];
  const waiting = new Set(views.keys());
  void cloud
    .until(
      "births",
      () => {
        for (const index of waiting) {
          const view = views[index];
          if (view === undefined || view.presences.length <= (before[index] ?? 0)) continue;
          waiting.delete(index);
          atMs.push(performance.now());
        }
        return waiting.size === 0 ? true : null;
      },
      600_000,
    )
    .catch(() => {});
  return atMs;
}

function peakPerSecond(atMs: readonly number[]): number {
  return Math.max(
    0,
    ...atMs.map((start) => atMs.filter((at) => at >= start && at < start + 1_000).length),
  );
}
