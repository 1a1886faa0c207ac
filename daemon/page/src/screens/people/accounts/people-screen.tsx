import { useCommand } from "../../../api/command-state.ts";
import { texts } from "../../../texts/text.ts";
import { SessionList } from "../../account/session-list.tsx";
import { account } from "../../account/texts.ts";
import { Accounts } from "./accounts.tsx";
import { Passes } from "./passes.tsx";
import "../../../styles/account.css";
import "../../../styles/gateway.css";
import "../../../styles/household.css";

await account.load();

/** `#/people`: who may sign in, by account or by pass, and who is signed in now. */
export function Screen() {
  const homes = useCommand("list_homes", {}, { everyMs: 60_000 });
  const known = (homes.answer.value?.homes ?? []).map(
    ({ home_id, home_name }) => [home_id, home_name === "" ? home_id : home_name] as const,
  );
  return (
    <>
      <h1>{texts.value.common.people}</h1>
      <Passes homes={known} />
      <Accounts homes={known} />
      <SessionList />
    </>
  );
}
