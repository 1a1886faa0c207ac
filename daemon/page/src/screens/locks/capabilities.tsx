import type { Answer } from "../../api/call.ts";
import { dateTimeText, durationText } from "../../texts/text.ts";
import { texts } from "./texts.ts";

type Lock = Answer<"show_lock">;

/** What the lock can do, in words; its make and addresses behind "details". */
export function Capabilities({ lock }: { readonly lock: Lock }) {
  const { locks, common } = texts.value;
  return (
    <section>
      <h2>{locks.abilities}</h2>
      <ul class="plain-list">
        {abilitiesOf(lock).map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      <details>
        <summary>{common.details}</summary>
        <dl class="facts-list">
          {detailsOf(lock).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd class="mono">{value}</dd>
            </div>
          ))}
        </dl>
      </details>
    </section>
  );
}

function abilitiesOf({ capabilities }: Lock): readonly string[] {
  const { ability } = texts.value.locks;
  const { yearDaySchedulesPerUser: ranges, weekDaySchedulesPerUser: weeks } = capabilities;
  if (capabilities.pinUsers === 0) return [ability.noCodes];
  return [
    ability.codes(capabilities.pinUsers, capabilities.minPinLength, capabilities.maxPinLength),
    ranges > 0 ? ability.ranges : ability.noRanges,
    weeks > 0 ? ability.weeks(weeks) : ability.noWeeks,
    capabilities.pinReadBack === "readable" ? ability.readable : ability.unreadable,
    capabilities.operationEvents === "no" ? ability.noEvents : ability.events,
    ...(capabilities.logRecords > 0 ? [ability.log(capabilities.logRecords)] : []),
    ...(capabilities.isSleepy ? [sleepText(capabilities.checkInMs)] : []),
    ...(capabilities.requiresPinForRf ? [ability.codeForRemote] : []),
  ];
}

function sleepText(checkInMs: number | null): string {
  const { ability } = texts.value.locks;
  return checkInMs === null ? ability.sleeps : ability.sleepsFor(durationText(checkInMs / 1000));
}

function detailsOf(lock: Lock): readonly (readonly [string, string])[] {
  const { details } = texts.value.locks;
  return [
    [details.make, `${lock.brand} ${lock.model}`],
    [details.firmware, lock.versions.app_version],
    [details.address, lock.uuid],
    [details.paired, lock.bind_time === 0 ? "" : dateTimeText(lock.bind_time)],
    [details.endpoint, String(lock.capabilities.endpoint)],
    [details.users, `${lock.capabilities.firstUserId} – ${lock.capabilities.lastUserId}`],
    [details.unread, String(lock.slots_unknown)],
  ];
}
