import { useSignal, useSignalEffect } from "@preact/signals";
import { mayAs, type Scope } from "../api/session.ts";
import { path } from "../router.ts";
import { texts } from "../texts/text.ts";

type Name = Exclude<keyof ReturnType<typeof labels>, "menu" | "more">;

function labels() {
  const { common } = texts.value;
  const { overview, locks, pair, network, stick, clock, cloud, homes, visits } = common;
  const { people, log, support, me, menu, more } = common;
  return {
    overview,
    locks,
    pair,
    network,
    stick,
    clock,
    cloud,
    homes,
    visits,
    people,
    log,
    support,
    me,
    menu,
    more,
  };
}

interface Entry {
  readonly name: Name;
  readonly to: string;
  readonly scope: Scope;
}

/** The first four stand at the bottom of a phone; the others behind "more". */
const entries: readonly Entry[] = [
  { name: "overview", to: "/", scope: "technician" },
  { name: "locks", to: "/locks", scope: "technician" },
  { name: "pair", to: "/pair", scope: "installer" },
  { name: "visits", to: "/visits", scope: "installer" },
  { name: "homes", to: "/homes", scope: "steward" },
  { name: "people", to: "/people", scope: "manager" },
  { name: "network", to: "/network", scope: "technician" },
  { name: "stick", to: "/stick", scope: "technician" },
  { name: "clock", to: "/clock", scope: "technician" },
  { name: "cloud", to: "/cloud", scope: "technician" },
  { name: "log", to: "/log", scope: "technician" },
  { name: "support", to: "/support", scope: "technician" },
  { name: "me", to: "/me", scope: "technician" },
];
const firstCount = 3;

/** Returns whether a person sees an entry. A steward arranges visits, although no installer's work is. */
function isSeen({ scope, name }: Entry): boolean {
  return mayAs(scope) || (name === "visits" && mayAs("steward"));
}

/** The menu: a column on a laptop, a bar at the bottom of a phone. */
export function Navigation() {
  const isOpen = useSignal(false);
  // Also when the screen changes by another way than this menu.
  useSignalEffect(() => {
    if (path.value !== "") isOpen.value = false;
  });
  const text = labels();
  const seen = entries.filter(isSeen);
  const link = ({ name, to }: Entry) => (
    <li key={name}>
      <a
        href={`#${to}`}
        {...(isAt(to) ? { "aria-current": "page" as const } : {})}
        onClick={() => {
          isOpen.value = false;
        }}
      >
        {text[name]}
      </a>
    </li>
  );
  return (
    <nav aria-label={text.menu} class={isOpen.value ? "open" : ""}>
      <ul class="first">
        {seen.slice(0, firstCount).map(link)}
        <li class="more">
          <button
            type="button"
            aria-expanded={isOpen.value}
            onClick={() => {
              isOpen.value = !isOpen.value;
            }}
          >
            {text.more}
          </button>
        </li>
      </ul>
      <ul class="rest">{seen.slice(firstCount).map(link)}</ul>
    </nav>
  );
}

function isAt(to: string): boolean {
  return to === "/" ? path.value === "/" : path.value === to || path.value.startsWith(`${to}/`);
}
