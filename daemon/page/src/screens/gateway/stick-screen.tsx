import type { Answer } from "../../api/call.ts";
import { useCommand } from "../../api/command-state.ts";
import { nowS } from "../../api/gateway-time.ts";
import { mayAs } from "../../api/session.ts";
import { dateTimeText, relativeText, texts } from "../../texts/text.ts";
import { Status } from "../../widgets/status.tsx";
import { CommandLine } from "./command-line.tsx";
import { Fact, Facts } from "./facts.tsx";
import { PartFindings } from "./part-findings.tsx";
import { ReadScreen } from "./read-screen.tsx";
import { gateway } from "./texts.ts";

await gateway.load();

/** A pulled stick must show within 5 s. */
const everyMs = 3_000;
const levels = { starting: "wait", online: "ok", offline: "bad" } as const;
/** Slower than this, the port or the machine is overloaded, ms. */
const slowPingMs = 500;

/** `#/stick`: how the Zigbee stick is, how old its copies are, and how to make a backup. */
export function Screen() {
  const state = useCommand("get_stick", {}, { everyMs });
  return (
    <ReadScreen title={texts.value.common.stick} state={state}>
      {(stick) => (
        <>
          <PartFindings parts={["stick"]} />
          <StickFacts stick={stick} />
          {mayAs("manager") && <Backup />}
        </>
      )}
    </ReadScreen>
  );
}

function StickFacts({ stick }: { readonly stick: Answer<"get_stick"> }) {
  const { facts, stick: text } = gateway.texts.value;
  const isOnline = stick.state === "online";
  return (
    <Facts>
      <Fact name={facts.state}>
        <Status level={levels[stick.state]}>{text.states[stick.state]}</Status>
      </Fact>
      {isOnline && (
        <Fact name={facts.ping}>
          <Ping ms={stick.ping_ms} />
        </Fact>
      )}
      <Fact name={facts.port}>
        <code>{stick.path}</code>
      </Fact>
      {isOnline && (
        <>
          <Fact name={facts.firmware}>{stick.firmware}</Fact>
          <Fact name={facts.channel}>{stick.channel}</Fact>
          <Fact name={facts.panId}>
            <code>{panText(stick.pan_id)}</code>
          </Fact>
          <Fact name={facts.joining}>
            <Status level={stick.is_permitting_join === 1 ? "warn" : "off"}>
              {stick.is_permitting_join === 1 ? text.open : text.closed}
            </Status>
          </Fact>
        </>
      )}
      <Fact name={text.networkCopy} hint={text.networkCopyHint}>
        <Age atS={stick.network_copy_at} />
      </Fact>
      <Fact name={text.storeCopy} hint={text.storeCopyHint}>
        <Age atS={stick.store_copy_at} />
      </Fact>
    </Facts>
  );
}

function Ping({ ms }: { readonly ms: number | null }) {
  const text = gateway.texts.value;
  if (ms === null) return <Status level="bad">{text.noAnswer}</Status>;
  return <Status level={ms > slowPingMs ? "warn" : "ok"}>{text.ms(Math.round(ms))}</Status>;
}

function Age({ atS }: { readonly atS: number | null }) {
  if (atS === null) return <Status level="off">{gateway.texts.value.stick.noCopy}</Status>;
  return (
    <>
      {relativeText(atS, nowS())} <span class="quiet">({dateTimeText(atS)})</span>
    </>
  );
}

function panText(panId: number | null): string {
  return panId === null ? "" : `0x${panId.toString(16).padStart(4, "0")}`;
}

/** A backup has all keys: the gateway gives it to nobody over the network. */
function Backup() {
  const { stick: text, commandHint } = gateway.texts.value;
  return (
    <section class="card" aria-labelledby="backup">
      <h2 id="backup">{text.backup}</h2>
      <p>{text.backupText}</p>
      <p class="hint">{commandHint}</p>
      <CommandLine command="sudo latchctl backup latchd.backup --passphrase-file passphrase" />
      <p class="hint">{text.backupRestore}</p>
      <CommandLine command="sudo -u latchd latchd --restore latchd.backup --passphrase-file passphrase" />
      <p class="hint">{text.manual}</p>
    </section>
  );
}
