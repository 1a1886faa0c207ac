import { Refusal, Unreachable } from "../api/call.ts";
import { texts } from "../texts/text.ts";

/** Returns what an error means for a person, in the chosen language. */
export function faultText(error: Error): string {
  const { errors } = texts.value;
  if (error instanceof Unreachable) return errors.unreachable;
  if (error instanceof Refusal) return errors.byNumber[error.errNo] ?? errors.other(error.errNo);
  return error.message;
}

/** Shows why something did not succeed: the meaning first, then the gateway's own sentence. */
export function Fault({ error }: { readonly error: Error | null }) {
  if (error === null) return null;
  return (
    <div class="fault" role="alert">
      <strong>{faultText(error)}</strong>
      {error instanceof Refusal && error.message !== "" && (
        <div class="detail" lang="en">
          {error.message}
        </div>
      )}
    </div>
  );
}
