import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { texts } from "../../texts/text.ts";
import { Fault } from "../../widgets/fault.tsx";
import { Status } from "../../widgets/status.tsx";
import { type Authority, authorityUrl, readAuthority } from "./authority.ts";
import { CommandLine } from "./command-line.tsx";
import { gateway } from "./texts.ts";
import "../../styles/gateway.css";

await gateway.load();

/** `#/trust`: how a phone or a laptop comes to trust this gateway. */
export function Screen() {
  const authority = useSignal<Authority | null>(null);
  const error = useSignal<Error | null>(null);
  const { trust: text } = gateway.texts.value;
  useEffect(() => {
    readAuthority().then(
      (found) => {
        authority.value = found;
      },
      (cause: unknown) => {
        error.value = cause instanceof Error ? cause : new Error(String(cause));
      },
    );
  }, []);
  return (
    <>
      <h1>{text.title}</h1>
      <p>{text.intro}</p>
      <Fault error={error.value} />
      {authority.value === null ? (
        error.value === null && <p>{texts.value.common.loading}</p>
      ) : (
        <AuthorityCard authority={authority.value} />
      )}
      {text.systems.map(([system, steps]) => (
        <details key={system} class="card" open={system === thisSystem()}>
          <summary>
            <h2>{system}</h2>
          </summary>
          <ol class="steps">
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </details>
      ))}
    </>
  );
}

function AuthorityCard({ authority }: { readonly authority: Authority }) {
  const { trust: text } = gateway.texts.value;
  if (authority.kind !== "found") {
    return (
      <div class="card">
        <Status level="off">{authority.kind === "plain" ? text.plain : text.noAuthority}</Status>
      </div>
    );
  }
  return (
    <div class="card">
      <a class="button primary" href={authorityUrl} download="ca.crt">
        {text.download}
      </a>
      <h2>{text.fingerprint}</h2>
      <p class="fingerprint mono">{authority.fingerprint ?? text.cannotCompute}</p>
      <p>{text.compare}</p>
      <CommandLine command="sudo latchctl page" />
      <p class="hint">{text.until}</p>
    </div>
  );
}

/** The steps of this device are open; a wrong guess costs one tap. */
function thisSystem(): string {
  const agent = navigator.userAgent;
  const { systems } = gateway.texts.value.trust;
  const index = [/Android/, /iPhone|iPad/, /Windows/, /Mac OS/].findIndex((one) => one.test(agent));
  return systems[index]?.[0] ?? "";
}
