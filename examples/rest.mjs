/**
 * A client of the REST API: signs in, adds a code for a guest, and waits until the lock has it.
 *
 *   LATCHD_CLIENT_SECRET=… node examples/rest.mjs http://127.0.0.1:8480 front-desk 0x00124b0012345678 417263
 *
 * `latchctl client add manager front-desk` makes the client and prints its secret once. The first password of a lock
 * must be the administrator's (`is_default: 1`).
 */

/**
 * @typedef {{ id: number, operation_stage: number, reason?: string }} Password
 * @typedef {{
 *   ErrNo: number, ErrMsg: string, access_token?: string, password_id?: number, passwords?: Password[]
 * }} Answer
 */

const pollMs = 500;
const waitLimitMs = 60_000;

class Client {
  #token = "";

  /**
   * @param {string} url
   * @param {string} id
   * @param {string} secret
   */
  constructor(url, id, secret) {
    this.url = url;
    this.id = id;
    this.secret = secret;
  }

  /**
   * Calls the API, and signs in first if the token is missing or has expired (it lasts 15 minutes).
   * @param {string} name
   * @param {object} params
   * @returns {Promise<Answer>}
   * @throws Error with the gateway's message, which names the field at fault
   */
  async call(name, params) {
    let answer = await this.#post(name, params);
    if (answer.ErrNo === 101 || answer.ErrNo === 102) {
      const pair = { client_id: this.id, client_secret: this.secret };
      const signedIn = await this.#post("access_token", pair);
      this.#token = signedIn.access_token ?? "";
      answer = signedIn.ErrNo === 0 ? await this.#post(name, params) : signedIn;
    }
    if (answer.ErrNo !== 0) throw new Error(`${name}: ${answer.ErrNo} ${answer.ErrMsg}`);
    return answer;
  }

  /**
   * @param {string} name
   * @param {object} params
   * @returns {Promise<Answer>}
   */
  async #post(name, params) {
    const response = await fetch(`${this.url}/openapi/v1/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${this.#token}` },
      body: JSON.stringify(params),
    });
    /** @type {any} */
    const answer = await response.json();
    return answer;
  }
}

const [url = "", id = "", uuid = "", code = ""] = process.argv.slice(2);
const client = new Client(url, id, process.env["LATCHD_CLIENT_SECRET"] ?? "");

const inOneDay = Math.floor(Date.now() / 1000) + 24 * 3600;
const { password_id } = await client.call("add_password", {
  uuid,
  password: code,
  name: "guest",
  permission_end: inOneDay,
});
console.log(`password ${password_id} is accepted and on the gateway's disk`);

// The answer above says that the gateway will set the code. These stages say what the lock has done.
const [done, failed] = [3, 2];
for (const start = Date.now(); Date.now() - start < waitLimitMs; ) {
  const { passwords } = await client.call("fetch_passwords", { uuid });
  const password = passwords?.find(({ id }) => id === password_id);
  if (password?.operation_stage === done) {
    console.log("the lock has the code");
    process.exit(0);
  }
  if (password?.operation_stage === failed) {
    console.error(`the lock refused the code: ${password.reason}`);
    process.exit(1);
  }
  await new Promise((resolve) => setTimeout(resolve, pollMs));
}
console.error(
  `the lock has not confirmed the code within ${waitLimitMs / 1000} s; it may be out of reach`,
);
process.exit(1);
