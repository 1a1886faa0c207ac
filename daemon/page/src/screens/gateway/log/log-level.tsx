import { useSignal } from "@preact/signals";
import { call } from "../../../api/call.ts";
import { useCommand } from "../../../api/command-state.ts";
import { Fault } from "../../../widgets/fault.tsx";
import { Choice } from "../../../widgets/form.tsx";
import { gateway } from "../texts.ts";

/** How much the daemon writes into the system's log. */
export function LogLevelChoice() {
  const read = useCommand("get_log_level", {}, { everyMs: 60_000, isAffectedBy: () => false });
  const error = useSignal<Error | null>(null);
  const { log: text } = gateway.texts.value;
  const level = read.answer.value?.level;
  if (level === undefined) return null;
  const choose = async (chosen: typeof level): Promise<void> => {
    error.value = null;
    try {
      await call("set_log_level", { level: chosen });
      await read.refresh();
    } catch (cause) {
      error.value = cause instanceof Error ? cause : new Error(String(cause));
    }
  };
  const levels = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
  return (
    <section class="card log-level">
      <Choice
        label={text.level}
        value={level}
        options={levels.map((one) => [one, text.levels[one]] as const)}
        onValue={(chosen) => void choose(chosen)}
      />
      <p class="hint">{text.levelHint}</p>
      <Fault error={error.value} />
    </section>
  );
}
