import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { call, Refusal } from "../../api/call.ts";
import { Fault } from "../../widgets/fault.tsx";
import { type Level, Status } from "../../widgets/status.tsx";
import { JoiningSteps, type Step } from "./joining-steps.ts";
import { joiningFields, joiningWish } from "./joining-wish.ts";
import { listenToPairing, type PairingEvent } from "./pairing-feed.ts";
import { texts } from "./texts.ts";
import { beginLock, goTo, wizard } from "./wizard.ts";

/** Zigbee allows at most 254 s; an installer at the door needs a minute or two. */
const openS = 180;
/** A step that takes longer than this is slow: the page says what to try, s. */
const slowS = { waiting: 25, joined: 15, interviewing: 20, probing: 40 } as const;
/** V1.6: a field is wrong; here it can only be the code. */
const badParameters = 14001;
/** Ends of the steps: nothing follows by itself. */
const ends: ReadonlySet<string> = new Set(["paired", "failed", "refused"]);

/** Opens the network for the lock and shows its steps with their seconds. */
export function Joining() {
  const joining = useMemo(() => new JoiningSteps(), []);
  const nowMs = useSignal(Date.now());
  const openUntilMs = useSignal<number | null>(null);
  const error = useSignal<Error | null>(null);
  const { pairing, common } = texts.value;

  const open = async (): Promise<void> => {
    error.value = null;
    openUntilMs.value = null;
    joining.begin();
    try {
      const wish = joiningFields(joiningWish.value);
      const { uuid } = await call("permit_join", { seconds: openS, ...wish });
      joining.expect(uuid);
      openUntilMs.value = Date.now() + openS * 1000;
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
        if (joining.take(event) && event.step === "paired") paired(event);
      },
    );
    const clock = setInterval(() => {
      nowMs.value = Date.now();
    }, 500);
    return () => {
      close();
      clearInterval(clock);
      if (openUntilMs.peek() !== null) void closeNetwork();
      // Who comes back must not open the network by that.
      if (wizard.peek().step === "joining") goTo("ways");
    };
  }, []);

  const last = joining.steps.value.at(-1)?.name ?? "waiting";
  const isWaiting = last === "waiting";
  const leftS =
    openUntilMs.value === null
      ? null
      : Math.max(0, Math.ceil((openUntilMs.value - nowMs.value) / 1000));
  const isOver = leftS === 0 && isWaiting;
  const isCodeRefused =
    joiningWish.value.kind === "code" &&
    error.value instanceof Refusal &&
    error.value.errNo === badParameters;
  const hasFailed = last === "failed" || last === "refused";
  return (
    <>
      <h2>{error.value === null ? headingOf(last, leftS) : pairing.notOpened}</h2>
      {isWaiting && leftS !== null && !isOver && <p class="hint">{pairing.left(leftS)}</p>}
      {error.value === null && !isOver && (
        <ol class="pairing-steps">
          {joining.steps.value.map((step, index, all) => (
            <StepRow
              key={`${step.name}-${index}`}
              step={step}
              next={all[index + 1] ?? null}
              nowMs={nowMs.value}
            />
          ))}
        </ol>
      )}
      {/* Without the seconds, which a screen reader would say again and again. */}
      <p class="only-heard" role="status">
        {pairing.steps[last]}
      </p>
      {joining.strangers.value.map(({ uuid, reason }) => (
        <div key={uuid} class="hint stranger">
          {joiningWish.value.kind === "any" ? pairing.notUsable(uuid) : pairing.stranger(uuid)}
          {joiningWish.value.kind === "any" && <span lang="en"> {reason}</span>}
        </div>
      ))}
      {isOver && (
        <p class="card" role="alert">
          <Status level="warn">{pairing.over}</Status>
        </p>
      )}
      {isCodeRefused && <p>{pairing.badCode}</p>}
      <Fault error={error.value} />
      <div class="buttons">
        {(isOver || hasFailed || error.value !== null) && (
          <button type="button" class="button primary" onClick={() => void open()}>
            {error.value === null ? pairing.again : common.retry}
          </button>
        )}
        <button type="button" class="button" onClick={() => goTo("ways")}>
          {common.back}
        </button>
      </div>
    </>
  );
}

function headingOf(last: Step["name"], leftS: number | null): string {
  const { pairing } = texts.value;
  if (last === "waiting") return leftS === null ? pairing.opening : pairing.waiting;
  return ends.has(last) ? pairing.steps[last] : pairing.pairingNow;
}

/** However somebody leaves this step, no other device gets in. */
async function closeNetwork(): Promise<void> {
  try {
    await call("permit_join", { seconds: 0 });
  } catch {
    // It closes by itself when its time is over; the overview says that it is open.
  }
}

function paired({ uuid, brand, model, codesFound }: PairingEvent): void {
  beginLock({
    uuid,
    name: "",
    make: texts.value.pairing.found(brand, model),
    codesFound,
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
  const isEnd = ends.has(step.name);
  const tookS = Math.max(0, Math.round(((next?.startedAtMs ?? nowMs) - step.startedAtMs) / 1000));
  const advice = next === null ? stalledText(step.name, tookS) : null;
  return (
    <li>
      <div class="step-line">
        <Status level={levelOf(step, next)}>{pairing.steps[step.name]}</Status>
        {!isEnd && <span class="seconds">{pairing.seconds(tookS)}</span>}
      </div>
      {step.reason !== "" && (
        <p class="detail" lang="en">
          {step.reason}
        </p>
      )}
      {advice !== null && (
        <p class="stalled" role="status">
          {advice}
        </p>
      )}
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
