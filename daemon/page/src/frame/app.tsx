import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { isReached, lastSignedIn, mayAs, session } from "../api/session.ts";
import { paramsOf, path, type Route, type RouteParams, type ScreenProps } from "../router.ts";
import { routes } from "../routes.ts";
import { texts } from "../texts/text.ts";
import { Fault } from "../widgets/fault.tsx";
import { followHeading } from "./heading-focus.ts";
import { Navigation } from "./navigation.tsx";
import { SignInPanel } from "./sign-in-panel.tsx";

/** The whole page: the frame, the screen of the route, and above it what interrupts a person. */
export function App() {
  const { state } = session.value;
  const { common } = texts.value;
  if (lastSignedIn.value === null) {
    return (
      <>
        <Away />
        <main class="narrow">
          {state === "unknown" ? <p>{common.loading}</p> : <SignInPanel />}
        </main>
      </>
    );
  }
  return (
    <>
      <button type="button" class="skip" onClick={focusContent}>
        {common.skip}
      </button>
      <Navigation />
      <Away />
      <main id="content" tabIndex={-1}>
        <CurrentScreen />
      </main>
      {state === "signedIn" ? null : <SignInAgain />}
    </>
  );
}

/** Not a link: the fragment of the address is the route. */
function focusContent(): void {
  document.querySelector("main")?.focus();
}

/** Says that the gateway does not answer, for as long as that is so. */
function Away() {
  return (
    <div role="status" class="banner-place">
      {isReached.value ? null : <p class="banner">{texts.value.common.away}</p>}
    </div>
  );
}

/** The sign-in above the screen of an ended session. The screen stays, with what was typed. */
function SignInAgain() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} onCancel={(event) => event.preventDefault()}>
      <p>{texts.value.common.sessionEnded}</p>
      <SignInPanel />
    </dialog>
  );
}

function CurrentScreen() {
  const { common } = texts.value;
  const found = routeAt(path.value);
  if (found === null) return <NoScreen title={common.notFound} />;
  if (!mayAs(found.route.scope)) {
    const scope = common.scopes[lastSignedIn.value?.scope ?? "technician"];
    return <NoScreen title={common.notAllowed(scope)} />;
  }
  return <LazyScreen key={path.value} route={found.route} params={found.params} />;
}

/** Stands in place of a screen, with a way on. */
function NoScreen({ title }: { readonly title: string }) {
  return (
    <>
      <h1>{title}</h1>
      <a class="button" href="#/">
        {texts.value.common.overview}
      </a>
    </>
  );
}

function routeAt(at: string): { route: Route; params: RouteParams } | null {
  for (const route of routes) {
    const params = paramsOf(route.path, at);
    if (params !== null) return { route, params };
  }
  return null;
}

/** Loads a screen's code, shows the screen, and moves the focus to its heading. */
function LazyScreen({ route, params }: { readonly route: Route; readonly params: RouteParams }) {
  const loaded = useSignal<{ readonly Screen: ComponentType<ScreenProps> } | null>(null);
  const error = useSignal<Error | null>(null);
  useEffect(() => {
    let isCurrent = true;
    route.load().then(
      (screen) => {
        if (isCurrent) loaded.value = screen;
      },
      (cause: unknown) => {
        error.value = cause instanceof Error ? cause : new Error(String(cause));
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [route]);
  useEffect(() => {
    const main = document.querySelector("main");
    if (loaded.value === null || main === null) return;
    return followHeading(main);
  }, [loaded.value]);
  if (error.value !== null) return <Fault error={error.value} />;
  if (loaded.value === null) return <p>{texts.value.common.loading}</p>;
  const { Screen } = loaded.value;
  return <Screen params={params} />;
}
