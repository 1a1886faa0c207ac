import { isZclLock } from "../../../drivers/simulated/lock/field-profile.ts";
import type { FieldLock } from "../../../drivers/simulated/lock/field-record.ts";
import { KeeperRig } from "../../support/rigs/keeper-rig.ts";
import { ModelPlay } from "./model-play.ts";
import type { ReportLine } from "./report-line.ts";

/** Real Yale locks want two seconds between commands; virtual ones do not. */
const unhurried = [{ model: /^/, quirks: { spacingMs: 0 } }];

/** Plays every model on one gateway, several at a time. */
export async function playModels(
  models: readonly FieldLock[],
  parallel: number,
  tell: (line: ReportLine) => void,
): Promise<number> {
  if (models.length === 0) return 0;
  const rig = await KeeperRig.open(unhurried);
  const waiting = [...models];
  let wrong = 0;
  const playNext = async (): Promise<void> => {
    for (let model = waiting.shift(); model !== undefined; model = waiting.shift()) {
      const line = await play(rig, model);
      if (line.fault !== null) wrong += 1;
      tell(line);
    }
  };
  try {
    const players = Math.max(1, Math.min(parallel, models.length));
    await Promise.all(Array.from({ length: players }, playNext));
  } finally {
    await rig.close();
  }
  return wrong;
}

async function play(rig: KeeperRig, model: FieldLock): Promise<ReportLine> {
  const { id } = model;
  const one = new ModelPlay(rig, model);
  if (model.notUnderstood.length > 0) {
    one.notes.push(`taken for not known: ${model.notUnderstood.join(", ")}`);
  }
  try {
    const fault = isZclLock(model) ? await one.asLock() : await one.asStranger();
    return { id, what: one.notes.join(", "), fault };
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    return { id, what: one.notes.join(", "), fault };
  }
}
