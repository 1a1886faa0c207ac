import { useEffect, useRef } from "preact/hooks";
import { AdministratorStep } from "./administrator-step.tsx";
import { HandOver } from "./hand-over.tsx";
import { Joining } from "./joining.tsx";
import { PlaceStep } from "./place-step.tsx";
import { texts } from "./texts.ts";
import { Trial } from "./trial.tsx";
import { Ways } from "./ways.tsx";
import { type WizardStep, wizard } from "./wizard.ts";
import "../../styles/pairing.css";

/** Steps of one lock, in their sequence. */
const shownSteps: readonly WizardStep[] = ["ways", "joining", "place", "administrator", "trial"];

/** `#/pair`: from the gateway's radio to a lock that the code opens, lock after lock, and the hand-over sheet. */
export function Screen() {
  const { step } = wizard.value;
  const lastStep = useRef(step);
  useEffect(() => {
    if (lastStep.current === step) return;
    lastStep.current = step;
    focusHeading(step === "sheet" ? "main h1" : "main h2");
  }, [step]);
  return (
    <>
      <h1>{step === "sheet" ? texts.value.pairing.sheet : texts.value.pairing.title}</h1>
      {step !== "sheet" && <Progress step={step} />}
      <Step step={step} />
    </>
  );
}

/** As at a change of the route: what had the focus has gone with its step. */
function focusHeading(selector: string): void {
  const heading = document.querySelector<HTMLElement>(selector);
  heading?.setAttribute("tabindex", "-1");
  heading?.focus();
}

function Step({ step }: { readonly step: WizardStep }) {
  const { lock } = wizard.value;
  if (step === "ways") return <Ways />;
  if (step === "joining") return <Joining />;
  if (step === "sheet" || lock === null) return <HandOver />;
  if (step === "place") return <PlaceStep lock={lock} />;
  if (step === "administrator") return <AdministratorStep lock={lock} />;
  return <Trial lock={lock} />;
}

/** How far this lock has come: a bar for the eye; the headings say it in words. */
function Progress({ step }: { readonly step: WizardStep }) {
  const at = shownSteps.indexOf(step);
  return (
    <div class="progress" aria-hidden="true">
      {shownSteps.map((one, index) => (
        <span key={one} class={index <= at ? "reached" : ""} />
      ))}
    </div>
  );
}
