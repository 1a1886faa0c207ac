import { call } from "../../api/call.ts";
import { useCommand } from "../../api/command-state.ts";
import { nowS } from "../../api/gateway-time.ts";
import { lastSignedIn, mayAs } from "../../api/session.ts";
import { dateTimeText, relativeText, texts } from "../../texts/text.ts";
import { ActionButton } from "../../widgets/action-button.tsx";
import { Fault } from "../../widgets/fault.tsx";
import { Status } from "../../widgets/status.tsx";
import { deviceText } from "./device.ts";
import { account } from "./texts.ts";

/** The browsers that are signed in: a person's own, for a manager all. Each but this one can be signed out. */
export function SessionList() {
  const read = useCommand("session_list", {}, { everyMs: 30_000 });
  const text = account.texts.value;
  const sessions = [...(read.answer.value?.sessions ?? [])].sort(
    (one, other) => other.is_this - one.is_this || other.used_at - one.used_at,
  );
  return (
    <section aria-labelledby="sessions">
      <h2 id="sessions">{mayAs("manager") ? text.sessionsOfAll : text.sessions}</h2>
      <Fault error={read.error.value} />
      {read.answer.value === null && read.error.value === null && (
        <p>{texts.value.common.loading}</p>
      )}
      <ul class="sessions">
        {sessions.map((one) => {
          const device = deviceText(one.device);
          const isOther = one.name !== lastSignedIn.value?.name;
          return (
            <li key={one.session_id}>
              <div>
                <strong>{isOther ? `${one.name} · ${device}` : device}</strong>
                <div class="hint">
                  {text.since(dateTimeText(one.created_at))}
                  {" · "}
                  {text.used(relativeText(one.used_at, nowS()))}
                </div>
              </div>
              {one.is_this === 1 ? (
                <Status level="ok">{text.thisOne}</Status>
              ) : (
                <div>
                  <ActionButton
                    label={text.end(device, one.name)}
                    act={async () => {
                      await call("session_end", { session_id: one.session_id });
                      await read.refresh();
                    }}
                  >
                    {text.endShort}
                  </ActionButton>
                </div>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
