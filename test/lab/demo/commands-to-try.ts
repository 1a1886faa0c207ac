import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { administratorCode } from "./arrival.ts";
import type { PageLinks } from "./page-links.ts";
import { gatewayId, type Rig, uuidOf } from "./rig.ts";

/** The addresses of the running demo, as commands to paste. */
export function whatToTry(rig: Rig, links: PageLinks): string {
  const [front] = rig.house.locks();
  const uuid = front === undefined ? "" : uuidOf(front);
  const ieee = front?.ieee ?? "";
  const brokerPort = new URL(rig.broker.url).port;
  const latchctl = fileURLToPath(new URL("../../../daemon/cli/main.js", import.meta.url));
  const control = `http://127.0.0.1:${rig.controlPort}`;
  const onSocket = `curl --unix-socket ${rig.socketPath} http://localhost`;
  const json = `-H 'content-type: application/json'`;
  return `
The house stays up. Try it from another terminal (Ctrl-C ends it):

  open the page in a browser on this machine: as the manager, who makes the first account
    ${links.setUp}
  or with an installer's pass
    ${links.pass}

  hear what the cloud hears
    mosquitto_sub -p ${brokerPort} -t 'latch/1/${gatewayId}/up/#' -v

  push a code as the cloud does
    mosquitto_pub -p ${brokerPort} -q 1 -t latch/1/${gatewayId}/down/command -m \\
      '{"id":"try-1","command":"add_password","params":{"uuid":"${uuid}","password":"135790","name":"me"}}'

  type it at the front door's keypad (the administrator's code is ${administratorCode})
    curl -X POST ${control}/locks/${ieee}/keypad ${json} -d '{"code":"135790"}'

  ask the gateway
    ${onSocket}/api/health
    ${onSocket}/openapi/v1/list_locks
    ${onSocket}/openapi/v1/fetch_passwords?uuid=${uuid}
    node ${latchctl} --socket ${rig.socketPath} list_locks

  everything the house can do by hand
    curl ${control}/

  the daemon's files, configuration included
    ${join(rig.folder, "latchd.yaml")}
`;
}
