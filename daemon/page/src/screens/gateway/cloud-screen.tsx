import type { Answer } from "../../api/call.ts";
import { useCommand } from "../../api/command-state.ts";
import { nowS } from "../../api/gateway-time.ts";
import { dateTimeText, relativeText, texts } from "../../texts/text.ts";
import { Status } from "../../widgets/status.tsx";
import { Fact, Facts } from "./facts.tsx";
import { PartFindings } from "./part-findings.tsx";
import { ReadScreen } from "./read-screen.tsx";
import { gateway } from "./texts.ts";

await gateway.load();

type Cloud = Answer<"get_cloud">;

const levels = { notConfigured: "off", connected: "ok", disconnected: "warn" } as const;
/** More records than this do not wait while the link works. */
const usualBacklog = 100;

/** `#/cloud`: the link to the cloud, what waits for it, and how it is protected. */
export function Screen() {
  const state = useCommand("get_cloud", {}, { everyMs: 3_000 });
  return (
    <ReadScreen title={texts.value.common.cloud} state={state}>
      {(cloud) =>
        cloud.state === "notConfigured" ? (
          <div class="card">
            <Status level="off">{gateway.texts.value.cloud.states.notConfigured}</Status>
            <p class="hint">{gateway.texts.value.cloud.alone}</p>
          </div>
        ) : (
          <>
            {cloud.alarm !== null && <Alarm fault={cloud.alarm} />}
            <PartFindings parts={["cloud"]} />
            <LinkFacts cloud={cloud} />
            <Protection cloud={cloud} />
          </>
        )
      }
    </ReadScreen>
  );
}

type FaultProps = { readonly fault: NonNullable<Cloud["last_error"]> };

function Alarm({ fault }: FaultProps) {
  return (
    <div class="card" role="alert">
      <Status level="bad">
        {gateway.texts.value.cloud.alarm} <FaultText fault={fault} />
      </Status>
    </div>
  );
}

function FaultText({ fault }: FaultProps) {
  const { causes } = gateway.texts.value.cloud;
  return (
    <>
      {causes[fault.cause] ?? fault.cause} <span class="quiet">({dateTimeText(fault.time)})</span>
      <span class="detail block" lang="en">
        {fault.why}
      </span>
    </>
  );
}

function LinkFacts({ cloud }: { readonly cloud: Cloud }) {
  const { facts, cloud: text } = gateway.texts.value;
  const { state, since, backlog, head, cursor } = cloud;
  const isMuch = cloud.is_full === 1 || backlog > usualBacklog;
  return (
    <Facts>
      <Fact name={facts.state}>
        <Status level={levels[state]}>{text.states[state]}</Status>
      </Fact>
      {since !== null && (
        <Fact name={facts.since}>
          {relativeText(since, nowS())} <span class="quiet">({dateTimeText(since)})</span>
        </Fact>
      )}
      <Fact name={text.backlog} {...(cloud.is_full === 1 ? { hint: text.full } : {})}>
        <Status level={isMuch ? "warn" : backlog > 0 ? "wait" : "ok"}>
          {text.records(backlog)}
        </Status>
      </Fact>
      <Fact name={text.cursor}>{gateway.texts.value.log.record(cursor)}</Fact>
      <Fact name={text.head}>{gateway.texts.value.log.record(head)}</Fact>
      <Fact name={text.epoch} hint={text.epochHint}>
        <code>{cloud.epoch}</code>
      </Fact>
      <Fact name={text.lastError}>
        {cloud.last_error === null ? (
          texts.value.common.none
        ) : (
          <FaultText fault={cloud.last_error} />
        )}
      </Fact>
    </Facts>
  );
}

function Protection({ cloud }: { readonly cloud: Cloud }) {
  const { cloud: text } = gateway.texts.value;
  const isEncrypted = cloud.is_line_encrypted === 1;
  return (
    <section aria-labelledby="protection">
      <h2 id="protection">{text.protection}</h2>
      <Facts>
        <Fact name={text.line}>
          <Status level={isEncrypted ? "ok" : "warn"}>
            {isEncrypted ? text.lines.on : text.lines.off}
          </Status>
        </Fact>
        <Fact name={text.commands}>
          <Status level={cloud.commands === "off" ? "warn" : "ok"}>
            {text.commandKinds[cloud.commands]}
          </Status>
        </Fact>
        <Fact name={text.codes}>
          <Status level={cloud.codes === "off" ? "warn" : "ok"}>
            {text.codeKinds[cloud.codes]}
          </Status>
        </Fact>
      </Facts>
    </section>
  );
}
