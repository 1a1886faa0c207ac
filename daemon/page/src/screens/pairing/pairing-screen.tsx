import { useEffect, useRef } from "preact/hooks";
import { followHeading } from "../../frame/heading-focus.ts";
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
    const main = document.querySelector("main");
    if (main === null) return;
    return followHeading(main, step === "sheet" ? "h1" : "h2");
  }, [step]);
  return (
    <>
      <h1>{step === "sheet" ? texts.value.pairing.sheet : texts.value.pairing.title}</h1>
      {step !== "sheet" && <Progress step={step} />}
      <Step step={step} />
    </>
  );
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
