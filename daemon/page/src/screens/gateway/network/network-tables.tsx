import { nowS } from "../../../api/gateway-time.ts";
import { relativeText } from "../../../texts/text.ts";
import { Status } from "../../../widgets/status.tsx";
import { gateway } from "../texts.ts";
import { type Device, deviceName, type Link, qualityLevel } from "./mesh.ts";

interface DeviceTableProps {
  readonly devices: readonly Device[];
}

/** What the picture shows, as a table. */
export function DeviceTable({ devices }: DeviceTableProps) {
  const { network: text } = gateway.texts.value;
  const names = namesOf(devices);
  const sorted = [...devices].sort((one, other) => rank(one) - rank(other));
  return (
    <div class="scroll wide-table devices">
      <table>
        <caption>{text.asTable}</caption>
        <thead>
          <tr>
            <th scope="col">{text.device}</th>
            <th scope="col">{text.kind}</th>
            <th scope="col">{text.through}</th>
            <th scope="col">{text.quality}</th>
            <th scope="col">{text.heard}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((device) => (
            <tr key={device.uuid}>
              <th scope="row">
                {device.name === "" ? (
                  deviceName(device)
                ) : (
                  <a href={`#/locks/${device.uuid}`}>{device.name}</a>
                )}
                {device.is_found === 1 && <div class="hint">{text.found}</div>}
              </th>
              <td>{text.kinds[device.kind]}</td>
              <td>{device.parent === null ? "–" : (names.get(device.parent) ?? device.parent)}</td>
              <td>
                <Quality value={device.link_quality} />
              </td>
              <td>{device.last_seen === null ? "–" : relativeText(device.last_seen, nowS())}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface LinkTableProps {
  readonly title: string;
  readonly links: readonly Link[];
  readonly devices: readonly Device[];
}

export function LinkTable({ title, links, devices }: LinkTableProps) {
  const { network: text } = gateway.texts.value;
  const names = namesOf(devices);
  if (links.length === 0) return <p>{text.noLinks}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must scroll by keyboard
    <section class="scroll wide-table" aria-label={title} tabIndex={0}>
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">{text.from}</th>
            <th scope="col">{text.to}</th>
            <th scope="col">{text.relation}</th>
            <th scope="col">{text.quality}</th>
          </tr>
        </thead>
        <tbody>
          {links.map(({ from, to, relation, link_quality }) => (
            <tr key={`${from} ${to} ${relation}`}>
              <td>{names.get(from) ?? from}</td>
              <td>{names.get(to) ?? to}</td>
              <td>{text.relations[relation]}</td>
              <td>
                <Quality value={link_quality} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function Quality({ value }: { readonly value: number | null }) {
  if (value === null) return <>–</>;
  return <Status level={qualityLevel(value)}>{value}</Status>;
}

function namesOf(devices: readonly Device[]): ReadonlyMap<string, string> {
  return new Map(devices.map((device) => [device.uuid, deviceName(device)]));
}

/** The gateway first, then routers, then the worst links. */
function rank({ kind, link_quality }: Device): number {
  if (kind === "coordinator") return -2;
  return kind === "router" ? -1 : (link_quality ?? 256);
}
