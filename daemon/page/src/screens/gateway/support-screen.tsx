import { useSignal } from "@preact/signals";
import { call } from "../../api/call.ts";
import { useCommand } from "../../api/command-state.ts";
import { nowS } from "../../api/gateway-time.ts";
import { lastSignedIn } from "../../api/session.ts";
import type { Finding } from "../../findings/finding.ts";
import { FindingList } from "../../findings/finding-list.tsx";
import { texts } from "../../texts/text.ts";
import { ActionButton } from "../../widgets/action-button.tsx";
import { saveFile } from "../../widgets/save-file.ts";
import { Status } from "../../widgets/status.tsx";
import { ReadScreen } from "./read-screen.tsx";
import { gateway } from "./texts.ts";
import "../../styles/gateway.css";

await gateway.load();

/** `#/support`: everything that the doctor finds, and a file for who helps from afar. */
export function Screen() {
  const state = useCommand("doctor", {}, { everyMs: 10_000 });
  const { support: text } = gateway.texts.value;
  return (
    <ReadScreen title={texts.value.common.support} state={state}>
      {({ findings }) => {
        const bad = findings.filter((one) => one.state === "bad");
        return (
          <>
            <div class="card headline-row">
              <div role="status" class="headline">
                <Status level={bad.length > 0 ? "bad" : "ok"}>
                  {bad.length > 0 ? text.bad(bad.length) : text.well}
                </Status>
              </div>
              <ActionButton act={() => state.refresh()}>{text.check}</ActionButton>
            </div>
            <Group title={text.titles.bad} findings={bad} />
            <Group
              title={text.titles.warn}
              findings={findings.filter((one) => one.state === "warn")}
            />
            <Bundle />
            <p>
              <a class="button" href="#/trust">
                {gateway.texts.value.trust.title}
              </a>
            </p>
            <details class="card">
              <summary>{text.titles.ok}</summary>
              <FindingList findings={findings.filter((one) => one.state === "ok")} />
            </details>
          </>
        );
      }}
    </ReadScreen>
  );
}

interface GroupProps {
  readonly title: string;
  readonly findings: readonly Finding[];
}

function Group({ title, findings }: GroupProps) {
  if (findings.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <div class="card">
        <FindingList findings={findings} />
      </div>
    </section>
  );
}

function Bundle() {
  const saved = useSignal("");
  const { support: text } = gateway.texts.value;
  const save = async (): Promise<void> => {
    const bundle = await call("support_bundle", {});
    const day = new Date(nowS() * 1000).toISOString().slice(0, 10);
    const host = (lastSignedIn.value?.gateway ?? "gateway").replaceAll(/[^\w.-]/g, "_");
    const name = `latchd-support-${host}-${day}.json`;
    saveFile(name, "application/json", JSON.stringify(bundle, null, 1));
    saved.value = name;
  };
  return (
    <section class="card" aria-labelledby="bundle">
      <h2 id="bundle">{text.bundle}</h2>
      <p>{text.bundleText}</p>
      <ActionButton kind="primary" act={save}>
        {text.save}
      </ActionButton>
      <p role="status">{saved.value === "" ? "" : text.saved(saved.value)}</p>
    </section>
  );
}
