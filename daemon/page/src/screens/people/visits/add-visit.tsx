import { useSignal } from "@preact/signals";
import { call } from "../../../api/call.ts";
import { gatewayZone, nowS } from "../../../api/gateway-time.ts";
import { localText } from "../../../time/zone-time.ts";
import { useDraft } from "../../../widgets/draft.ts";
import { Choice, Form } from "../../../widgets/form.tsx";
import { household } from "../texts.ts";
import { VisitFields, visitFields } from "./visit-form.tsx";

interface AddVisitProps {
  /** Homes without an appointment: id and name. */
  readonly homes: readonly (readonly [string, string])[];
  added(): Promise<void>;
}

const tomorrowS = 86_400;

/** Asks for an installation at a home. */
export function AddVisit({ homes, added }: AddVisitProps) {
  const wanted = useSignal("");
  const home = homes.some(([id]) => id === wanted.value) ? wanted.value : (homes[0]?.[0] ?? "");
  const tomorrow = localText(nowS() + tomorrowS, gatewayZone()).slice(0, 10);
  const draft = {
    name: useDraft("visit.name"),
    phone: useDraft("visit.phone"),
    day: useDraft("visit.day", tomorrow),
    time: useDraft("visit.time", "100"),
    note: useDraft("visit.note"),
  };
  const { visits: text } = household.texts.value;
  if (homes.length === 0) return <p class="card">{text.noFreeHome}</p>;
  return (
    <section class="card" aria-label={text.add}>
      <Form
        send={text.add}
        submit={async () => {
          await call("order_add", { home_id: home, ...visitFields(draft) });
          draft.name.value = "";
          draft.phone.value = "";
          draft.note.value = "";
          await added();
        }}
      >
        <Choice
          label={text.home}
          value={home}
          options={homes}
          onValue={(value) => {
            wanted.value = value;
          }}
        />
        <VisitFields draft={draft} nameLabel={text.whom} phoneLabel={text.phone} />
      </Form>
    </section>
  );
}
