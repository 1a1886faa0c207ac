import { type Signal, signal } from "@preact/signals";

export const wizardSteps = ["ways", "joining", "place", "administrator", "trial", "sheet"] as const;
export type WizardStep = (typeof wizardSteps)[number];

/** One lock of this visit, as far as it has come. It has no code: the hand-over sheet is printed. */
export interface PairedLock {
  readonly uuid: string;
  readonly name: string;
  readonly make: string;
  /** Codes that were in it before it was paired. */
  readonly codesFound: number;
  readonly place: string;
  readonly hasAdministrator: boolean;
  readonly isTried: boolean;
}

/** Where the wizard is. It survives a reload of the page, so that a phone may fall asleep in between. */
export interface Wizard {
  readonly step: WizardStep;
  /** The lock that is being set up; null before it has joined. */
  readonly lock: PairedLock | null;
  /** The locks that are done. */
  readonly done: readonly PairedLock[];
}

const storageKey = "latchd.wizard";
const start: Wizard = { step: "ways", lock: null, done: [] };

/** The wizard of this tab. */
export const wizard: Signal<Wizard> = signal(kept());

wizard.subscribe((state) => {
  sessionStorage.setItem(storageKey, JSON.stringify(state));
});

export function goTo(step: WizardStep): void {
  wizard.value = { ...wizard.value, step };
}

/** Notes what is new about the lock, and goes on. */
export function noteLock(changes: Partial<PairedLock>, step: WizardStep): void {
  const { lock } = wizard.value;
  if (lock === null) return;
  wizard.value = { ...wizard.value, step, lock: { ...lock, ...changes } };
}

export function beginLock(lock: PairedLock): void {
  wizard.value = { ...wizard.value, step: "place", lock };
}

/** Puts the lock among those that are done. @param step "ways" for the next lock, "sheet" at the end */
export function endLock(changes: Partial<PairedLock>, step: "ways" | "sheet"): void {
  const { lock, done } = wizard.value;
  if (lock === null) return;
  wizard.value = { step, lock: null, done: [...done, { ...lock, ...changes }] };
}

export function endVisit(): void {
  wizard.value = start;
}

/** A step whose lock is missing, or that waited for a network that has closed, begins again. */
function kept(): Wizard {
  try {
    const read: unknown = JSON.parse(sessionStorage.getItem(storageKey) ?? "null");
    if (!isWizard(read)) return start;
    return read.step === "joining" ? { ...read, step: "ways" } : read;
  } catch {
    return start;
  }
}

function isWizard(value: unknown): value is Wizard {
  if (typeof value !== "object" || value === null) return false;
  if (!("step" in value && "lock" in value && "done" in value)) return false;
  const { step, lock, done } = value;
  const isStep = wizardSteps.some((one) => one === step);
  const needsLock = step === "place" || step === "administrator" || step === "trial";
  return (
    isStep && Array.isArray(done) && (!needsLock || (typeof lock === "object" && lock !== null))
  );
}
