import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { call } from "../../api/call.ts";
import { texts } from "../../texts/text.ts";
import { Fault } from "../../widgets/fault.tsx";
import { type Level, Status } from "../../widgets/status.tsx";
import { joiningFields, joiningWish } from "./joining-wish.ts";
import { listenToPairing, type PairingEvent } from "./pairing-feed.ts";
import { beginLock, goTo } from "./wizard.ts";

/** Zigbee allows at most 254 s; an installer at the door needs about a minute or two. */
const openS = 180;
/** A step that takes longer than this is slow: the page says what to try. */
const slowS = { waiting: 25, joined: 15, interviewing: 20, probing: 40 } as const;

interface Step {
  readonly name: "waiting" | PairingEvent["step"];
  readonly startedAtMs: number;
  readonly reason: string;
}

/** Opens the network for the lock and shows its steps with their seconds. */
export function Joining() {
  const steps = useSignal<readonly Step[]>([stepNow("waiting", "")]);
  const nowMs = useSignal(Date.now());
  const openedAtMs = useSignal<number | null>(null);
  const error = useSignal<Error | null>(null);
  const { pairing, common } = texts.value;

  const open = async (): Promise<void> => {
    error.value = null;
    steps.value = [stepNow("waiting", "")];
    try {
      await call("permit_join", { seconds: openS, ...joiningFields(joiningWish.value) });
      openedAtMs.value = Date.now();
    } catch (cause) {
      error.value = cause instanceof Error ? cause : new Error(String(cause));
    }
  };

  useEffect(() => {
    let hasOpened = false;
    const close = listenToPairing(
      () => {
        if (hasOpened) return;
        hasOpened = true;
        void open();
      },
      (event) => {
        steps.value = [...steps.value, stepNow(event.step, event.reason)];
        if (event.step === "paired") void paired(event);
      },
    );
    const clock = setInterval(() => {
      nowMs.value = Date.now();
    }, 500);
    return () => {
      close();
      clearInterval(clock);
    };
  }, []);

  const last = steps.value.at(-1);
  const leftS =
    openedAtMs.value === null
      ? null
      : Math.max(0, Math.ceil(openS - (nowMs.value - openedAtMs.value) / 1000));
  const isOver = leftS === 0 && last?.name === "waiting";
  const hasFailed = last?.name === "failed" || last?.name === "refused";
  return (
    <>
      <h2>{pairing.waiting}</h2>
      {leftS !== null && last?.name === "waiting" && !isOver && <p>{pairing.left(leftS)}</p>}
      <ol class="pairing-steps" aria-live="polite">
        {steps.value.map((step, index) => (
          <StepRow
            key={`${step.name}-${index}`}
            step={step}
            next={steps.value[index + 1] ?? null}
            nowMs={nowMs.value}
          />
        ))}
      </ol>
      {isOver && <p role="alert">{pairing.over}</p>}
      <Fault error={error.value} />
      <div class="buttons">
        {(isOver || hasFailed || error.value !== null) && (
          <button type="button" class="button primary" onClick={() => void open()}>
            {pairing.again}
          </button>
        )}
        <button
          type="button"
          class="button"
          onClick={() => {
            void call("permit_join", { seconds: 0 }).catch(() => {
              // The network closes by itself when its time is over.
            });
            goTo("ways");
          }}
        >
          {common.back}
        </button>
      </div>
    </>
  );
}

/** The network is closed for others before the lock gets its name. */
async function paired({ uuid, brand, model }: PairingEvent): Promise<void> {
  try {
    await call("permit_join", { seconds: 0 });
  } catch {
    // It closes by itself when its time is over; the overview says that it is open.
  }
  beginLock({
    uuid,
    name: "",
    make: texts.value.pairing.found(brand, model),
    place: "",
    hasAdministrator: false,
    isTried: false,
  });
}

interface StepRowProps {
  readonly step: Step;
  readonly next: Step | null;
  readonly nowMs: number;
}

function StepRow({ step, next, nowMs }: StepRowProps) {
  const { pairing } = texts.value;
  const tookS = Math.max(0, Math.round(((next?.startedAtMs ?? nowMs) - step.startedAtMs) / 1000));
  const advice = next === null ? stalledText(step.name, tookS) : null;
  return (
    <li>
      <Status level={levelOf(step, next)}>
        {pairing.steps[step.name]} <span class="hint">{pairing.seconds(tookS)}</span>
      </Status>
      {step.reason !== "" && (
        <p class="detail" lang="en">
          {step.reason}
        </p>
      )}
      {advice !== null && <p class="advice">{advice}</p>}
    </li>
  );
}

function levelOf({ name }: Step, next: Step | null): Level {
  if (name === "failed" || name === "refused") return "bad";
  return next === null && name !== "paired" ? "wait" : "ok";
}

function stalledText(name: Step["name"], tookS: number): string | null {
  const { stalled } = texts.value.pairing;
  if (name === "paired" || name === "refused" || name === "failed") return null;
  return tookS >= slowS[name] ? stalled[name] : null;
}

function stepNow(name: Step["name"], reason: string): Step {
  return { name, startedAtMs: Date.now(), reason };
}
