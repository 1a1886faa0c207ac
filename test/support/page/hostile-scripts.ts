/*
 * What a page of another origin tries on the gateway, as scripts for the browser of somebody who is signed in there.
 */

/** A way to send a call with its JSON `body` to `url`. */
export interface Sending {
  readonly title: string;
  readonly script: string;
}

const json = `"content-type": "application/json"`;
/** Sent only when the gateway permits it by CORS. */
const asked = `method: "POST", credentials: "include"`;
/** Sent without asking; the page cannot read the answer. */
const unasked = `method: "POST", mode: "no-cors", credentials: "include"`;

export const sendings: readonly Sending[] = [
  {
    title: "JSON with the page's header",
    script: `fetch(url, { ${asked}, headers: { ${json}, "x-latchd": "1" }, body })`,
  },
  { title: "JSON", script: `fetch(url, { ${asked}, headers: { ${json} }, body })` },
  {
    title: "JSON that is said to be text",
    script: `fetch(url, { ${unasked}, headers: { "content-type": "text/plain" }, body })`,
  },
  {
    title: "the fields of a form",
    script: `fetch(url, { ${unasked}, body: new URLSearchParams(JSON.parse(body)) })`,
  },
  {
    title: "a beacon",
    script: `navigator.sendBeacon(url, new Blob([body], { type: "text/plain" }))`,
  },
  {
    title: "a GET with the fields",
    script: `fetch(url + "?" + new URLSearchParams(JSON.parse(body)), { mode: "no-cors", credentials: "include" })`,
  },
  {
    title: "a DELETE",
    script: `fetch(url, { method: "DELETE", credentials: "include", headers: { "x-latchd": "1" } })`,
  },
];

/** Returns a script that sends a call, and ends when it is answered or refused. */
export function callScript(url: string, body: string, { script }: Sending): string {
  return `(async (url, body) => {
    try {
      await ${script};
    } catch {
      // What the browser does not send, or does not show.
    }
  })(${JSON.stringify(url)}, ${JSON.stringify(body)})`;
}

/** Returns a script that says what it could read of an address; empty = nothing. */
export function readScript(url: string): string {
  return `(async (url) => {
    const found = [];
    for (const mode of ["cors", "no-cors"]) {
      try {
        found.push(await (await fetch(url, { mode, credentials: "include" })).text());
      } catch {
        // The browser does not show it.
      }
    }
    const load = (name, fields) =>
      new Promise((done) => {
        const events = { onload: () => done(found.push(name + " has loaded")), onerror: () => done() };
        document.body.append(Object.assign(document.createElement(name), events, fields));
      });
    await load("script", { src: url });
    await load("img", { src: url });
    await load("link", { rel: "stylesheet", href: url });
    await new Promise((done) => {
      const source = new EventSource(url, { withCredentials: true });
      source.onopen = () => done(found.push("an event stream is open"));
      source.onerror = () => done(source.close());
    });
    return found.filter((text) => text !== "").join("; ");
  })(${JSON.stringify(url)})`;
}

/** Returns a script that submits a form of text which is JSON: the answer takes the place of the page. */
export function formScript(url: string, body: string): string {
  return `((url, body) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action: url, enctype: "text/plain" });
    // The browser puts "=" between name and value: here it is in the last text of the JSON.
    const fields = { type: "hidden", name: body.slice(0, -2), value: body.slice(-2) };
    form.append(Object.assign(document.createElement("input"), fields));
    document.body.append(form);
    form.submit();
  })(${JSON.stringify(url)}, ${JSON.stringify(body)})`;
}

/** Returns a script that frames an address in every way there is. */
export function frameScript(url: string): string {
  return `((url) => {
    for (const [name, field] of [["iframe", "src"], ["object", "data"], ["embed", "src"]]) {
      document.body.append(Object.assign(document.createElement(name), { [field]: url }));
    }
  })(${JSON.stringify(url)})`;
}
