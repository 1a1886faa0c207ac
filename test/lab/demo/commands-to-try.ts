import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { shellWord } from "../../../daemon/cli/words/shell-word.ts";
import { administratorCode } from "./arrival.ts";
import type { PageLinks } from "./page-links.ts";
import { gatewayId, type Rig, uuidOf } from "./rig.ts";

/** The addresses of the running demo, as commands to paste. */
export function whatToTry(rig: Rig, links: PageLinks): string {
  const [front, side] = rig.house.locks();
  const uuid = front === undefined ? "" : uuidOf(front);
  // The front door refuses everything for a while: three wrong codes were typed there.
  const ieee = side?.ieee ?? "";
  const params = { uuid, password: "135790", name: "me" };
  const push = JSON.stringify({ id: "try-1", command: "add_password", params });
  const brokerPort = new URL(rig.broker.url).port;
  const latchctl = fileURLToPath(new URL("../../../daemon/cli/main.js", import.meta.url));
  const control = `http://127.0.0.1:${rig.controlPort}`;
  const json = `-H 'content-type: application/json'`;
  return `
The house stays up; Ctrl-C ends it. Open another terminal and paste, in bash or zsh:

  export LATCHD_SOCKET=${shellWord(rig.socketPath)}
  latchctl() { node ${shellWord(latchctl)} "$@"; }
  latchctl locks
  latchctl doctor

then for example

  latchctl password list "front door"
  latchctl password add "front door" --name me --until "friday 18:00" --wait
  latchctl lock history "front door"
  latchctl events --follow

open the page in a browser on this machine: as the manager, who makes the first account
  ${links.setUp}
or with an installer's pass
  ${links.pass}

type a code at the side door's keypad (the administrator's code is ${administratorCode})
  curl -X POST ${control}/locks/${ieee}/keypad ${json} -d '{"code":"${administratorCode}"}'

hear what the cloud hears, and push a code as it does (needs mosquitto-clients)
  mosquitto_sub -p ${brokerPort} -t 'latch/1/${gatewayId}/up/#' -v
  mosquitto_pub -p ${brokerPort} -q 1 -t latch/1/${gatewayId}/down/command -m '${push}'

ask the gateway over REST, on its socket
  curl --unix-socket ${shellWord(rig.socketPath)} 'http://localhost/openapi/v1/fetch_passwords?uuid=${uuid}'

everything the house can do by hand
  curl ${control}/

the daemon's files, configuration included
  ${shellWord(join(rig.folder, "latchd.yaml"))}
`;
}
