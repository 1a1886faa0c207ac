import { useSignal } from "@preact/signals";
import { useCommand } from "../../../api/command-state.ts";
import { texts } from "../../../texts/text.ts";
import { ActionButton } from "../../../widgets/action-button.tsx";
import { Fault } from "../../../widgets/fault.tsx";
import { Status } from "../../../widgets/status.tsx";
import { PartFindings } from "../part-findings.tsx";
import { gateway } from "../texts.ts";
import { deviceName, type Network, qualityLevel, treeOf } from "./mesh.ts";
import { NetworkMap } from "./network-map.tsx";
import { DeviceTable, LinkTable, Quality } from "./network-tables.tsx";
import "../../../styles/gateway.css";

await gateway.load();

/** Links cost air time: they are asked for when the screen opens, by the button, and rarely. */
const linksEveryMs = 600_000;

/** `#/network`: who reaches the gateway through whom, and how well. */
export function Screen() {
  const quick = useCommand("get_network", {}, { everyMs: 15_000 });
  const measured = useCommand(
    "get_network",
    { links: 1 },
    { everyMs: linksEveryMs, isAffectedBy: () => false },
  );
  const { network: text } = gateway.texts.value;
  const shown = newest(quick.answer.value, measured.answer.value);
  const isMeasuring = measured.answer.value === null && measured.error.value === null;
  return (
    <>
      <div class="headline-row">
        <h1>{texts.value.common.network}</h1>
        <ActionButton act={() => measured.refresh()} disabled={isMeasuring}>
          {text.measure}
        </ActionButton>
      </div>
      <Fault error={quick.error.value ?? measured.error.value} />
      <p role="status">
        {isMeasuring ? <Status level="wait">{text.measuring}</Status> : text.intro}
      </p>
      <PartFindings parts={["network"]} />
      {shown === null ? (
        quick.error.value === null && <p>{texts.value.common.loading}</p>
      ) : (
        <Picture network={shown} />
      )}
    </>
  );
}

/** Returns the devices of the newest answer with the links that were measured last. */
function newest(quick: Network | null, measured: Network | null): Network | null {
  if (measured === null || quick === null) return measured ?? quick;
  const parents = new Map(measured.devices.map(({ uuid, parent }) => [uuid, parent]));
  const devices = quick.devices.map((one) => ({ ...one, parent: parents.get(one.uuid) ?? null }));
  return { ...measured, devices };
}

function Picture({ network }: { readonly network: Network }) {
  const chosen = useSignal<string | null>(null);
  const { network: text } = gateway.texts.value;
  const { devices, links, silent } = network;
  const root = treeOf(network);
  if (root === null) return <p class="card">{text.noDevices}</p>;
  const routers = devices.filter(({ kind }) => kind === "router").length;
  const names = new Map(devices.map((device) => [device.uuid, deviceName(device)]));
  return (
    <>
      <p>{text.summary(devices.length, routers, devices.length - routers - 1)}</p>
      <Legend />
      <NetworkMap
        root={root}
        links={links}
        chosen={chosen.value}
        onChoose={(uuid) => {
          chosen.value = uuid;
        }}
      />
      <div role="status">
        {chosen.value !== null && (
          <Chosen
            network={network}
            uuid={chosen.value}
            close={() => {
              chosen.value = null;
            }}
          />
        )}
      </div>
      {silent.length > 0 && (
        <p>
          <Status level="warn">
            {text.silent(silent.map((uuid) => names.get(uuid) ?? uuid).join(", "))}
          </Status>
        </p>
      )}
      <DeviceTable devices={devices} />
      {links.length > 0 && (
        <details class="card">
          <summary>
            {text.linksTable} ({links.length})
          </summary>
          <LinkTable title={text.linksTable} links={links} devices={devices} />
        </details>
      )}
    </>
  );
}

function Legend() {
  const { network: text } = gateway.texts.value;
  return (
    <div class="legend">
      <Status level="ok">{text.levels.ok} ≥ 80</Status>
      <Status level="warn">{text.levels.warn} 40–79</Status>
      <Status level="bad">{text.levels.bad} &lt; 40</Status>
      <span class="hint">{text.legend}</span>
    </div>
  );
}

interface ChosenProps {
  readonly network: Network;
  readonly uuid: string;
  close(): void;
}

/** The device that somebody pointed at, with every link of it. It stays in sight on a phone. */
function Chosen({ network, uuid, close }: ChosenProps) {
  const { network: text } = gateway.texts.value;
  const device = network.devices.find((one) => one.uuid === uuid);
  if (device === undefined) return null;
  const name = deviceName(device);
  return (
    <div class="card chosen-device">
      <div class="headline-row">
        <h2>{name}</h2>
        <button type="button" class="button" onClick={close}>
          {texts.value.common.close}
        </button>
      </div>
      <p>
        {text.kinds[device.kind]}
        {device.brand === "" ? "" : ` · ${device.brand} ${device.model}`} ·{" "}
        <code>{device.uuid}</code>
      </p>
      {device.kind !== "coordinator" && (
        <p>
          {text.quality}: <Quality value={device.link_quality} />
          {qualityLevel(device.link_quality) === "bad" && (
            <span class="hint block">{text.weakHint}</span>
          )}
        </p>
      )}
      <DeviceLinks network={network} uuid={uuid} />
      {device.name !== "" && (
        <a class="button" href={`#/locks/${uuid}`}>
          {text.openLock}
        </a>
      )}
    </div>
  );
}

/** What each other device is to the chosen one, and how well they hear each other. */
function DeviceLinks({ network, uuid }: { readonly network: Network; readonly uuid: string }) {
  const { network: text } = gateway.texts.value;
  const names = new Map(network.devices.map((one) => [one.uuid, deviceName(one)]));
  const turned = { parent: "child", child: "parent", sibling: "sibling", other: "other" } as const;
  const own = network.links
    .filter(({ from, to }) => from === uuid || to === uuid)
    .map(({ from, to, relation, link_quality }) => ({
      other: from === uuid ? to : from,
      relation: from === uuid ? relation : turned[relation],
      quality: link_quality,
    }));
  if (own.length === 0) return <p>{text.noLinks}</p>;
  return (
    <ul class="plain link-list">
      {own.map(({ other, relation, quality }) => (
        <li key={`${other} ${relation}`}>
          <span>{names.get(other) ?? other}</span>
          <span class="quiet">{text.relations[relation]}</span>
          <Quality value={quality} />
        </li>
      ))}
    </ul>
  );
}
