import { Command } from "commander";
import { arrival } from "./arrival.ts";
import { whatToTry } from "./commands-to-try.ts";
import { incidents, powerCut } from "./incidents.ts";
import { Narrator } from "./narrator.ts";
import { pageLinks } from "./page-links.ts";
import { buildRig, type Rig } from "./rig.ts";
import type { Stage } from "./stage.ts";
import { windowStory } from "./window.ts";

/** A story that hangs ends with exit code 1 after this. */
const storyLimitMs = 110_000;

async function main(): Promise<number> {
  const program = new Command("demo")
    .description(
      "Shows the whole job without hardware: a simulated stick and three locks, an embedded broker, and the real daemon.",
    )
    .option("--once", "end after the story; exit code 0 only if every step was really seen")
    .addHelpText("after", "\nExit codes: 0 every step was seen, 1 some step was not.")
    .parse();
  const { once = false } = program.opts<{ once?: boolean }>();
  const narrator = new Narrator();
  const rig = await buildRig();
  const isTrue = await reported(rig, narrator);
  narrator.waitsFor("everything ends");
  if (once || !isTrue) {
    await rig.close();
    narrator.close();
    return isTrue ? 0 : 1;
  }
  narrator.say(whatToTry(rig, await pageLinks(rig)));
  narrator.close();
  await interrupted();
  await rig.close();
  return 0;
}

async function reported(rig: Rig, narrator: Narrator): Promise<boolean> {
  const front = rig.house.addLock({ profile: "LATCH-ZCL-1" });
  const side = rig.house.addLock({ profile: "SMARTCODE_DEADBOLT_10_L" });
  const flat = rig.house.addLock({ profile: "ID Lock 150" });
  const stage: Stage = { rig, narrator, front, side, flat };
  const limit = setTimeout(() => {
    narrator.misses(`the story took longer than ${storyLimitMs / 1000} s`);
    process.exit(1);
  }, storyLimitMs);
  try {
    await arrival(stage);
    await windowStory(stage);
    await incidents(stage);
    await powerCut(stage);
  } catch (cause) {
    narrator.misses(cause instanceof Error ? cause.message : String(cause));
    narrator.say(rig.daemon.logLines.slice(-20).join("\n"));
  } finally {
    clearTimeout(limit);
  }
  const { failures, observed, secondsSoFar } = narrator;
  narrator.chapter(
    failures.length === 0
      ? `The story is true: ${observed} things were looked at and seen, in ${secondsSoFar.toFixed(0)} s`
      : `Not seen: ${failures.join(" · ")}`,
  );
  return failures.length === 0;
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}

process.exitCode = await main();
process.exit();
