import {
  type Browser,
  type BrowserContext,
  chromium,
  type Page,
  type Request,
} from "playwright-core";
import { passphrase } from "./people.ts";

/** Debian's Chromium; playwright's own browsers are not downloaded. */
const executablePath = "/usr/bin/chromium";

export const viewports = {
  phone: { width: 390, height: 844 },
  laptop: { width: 1280, height: 800 },
  narrow: { width: 320, height: 640 },
} as const;

export type Language = "en" | "zh-CN";

export interface VisitOptions {
  readonly viewport?: keyof typeof viewports;
  readonly language?: Language;
  readonly theme?: "light" | "dark";
  /** The IANA name of the browser's own zone; absent = the machine's. */
  readonly zone?: string;
}

/** Where the page of a gateway is, without a path. */
export interface PageAddress {
  readonly origin: string;
}

export interface BrowserOptions {
  /** A film (.mjpeg, .y4m) that its camera shows, over and over. */
  readonly cameraFile?: string;
  /** A name that it finds at this machine. */
  readonly knownHost?: string;
}

/** Starts Chromium. */
export async function startBrowser(options: BrowserOptions = {}): Promise<Browser> {
  const { cameraFile, knownHost } = options;
  const names = knownHost === undefined ? [] : [`--host-resolver-rules=MAP ${knownHost} 127.0.0.1`];
  const camera =
    cameraFile === undefined
      ? []
      : [
          "--use-fake-ui-for-media-stream",
          "--use-fake-device-for-media-stream",
          `--use-file-for-fake-video-capture=${cameraFile}`,
        ];
  // In a container the sandbox of Chromium has no namespaces to use.
  return await chromium.launch({ executablePath, args: ["--no-sandbox", ...camera, ...names] });
}

/** Reports each violation of the content security policy on the console, where the visitor hears it. */
const reportViolations =
  "addEventListener('securitypolicyviolation', (e) => console.error('CSP: ' + e.violatedDirective + ' ' + e.blockedURI))";

/** Without a new request for this time a screen has read what it shows. */
const quietMs = 250;

/** One person with a browser of their own on the page of a house. */
export class Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page did that it must never do: errors, violations of its policy, requests to elsewhere. */
  readonly faults: string[] = [];
  readonly #house: PageAddress;
  /** Requests without an answer yet; live events never end and are not among them. */
  readonly #open = new Set<Request>();
  #lastRequestAtMs = 0;

  private constructor(house: PageAddress, context: BrowserContext, page: Page) {
    this.#house = house;
    this.context = context;
    this.page = page;
  }

  /** Opens a browser window at nothing yet. */
  static async enter(
    browser: Browser,
    house: PageAddress,
    { viewport = "phone", language = "en", theme = "light", zone }: VisitOptions = {},
  ): Promise<Visitor> {
    const context = await browser.newContext({
      viewport: viewports[viewport],
      locale: language,
      colorScheme: theme,
      ...(zone === undefined ? {} : { timezoneId: zone }),
      // As a person who has clicked the warning away: the gateway's authority is not in this browser.
      ignoreHTTPSErrors: true,
      isMobile: viewport !== "laptop",
      hasTouch: viewport !== "laptop",
      acceptDownloads: true,
    });
    await context.addInitScript(reportViolations);
    // Long enough for a busy machine; nothing takes this long when all is well.
    context.setDefaultTimeout(90_000);
    const page = await context.newPage();
    const visitor = new Visitor(house, context, page);
    visitor.#listen();
    return visitor;
  }

  /** Opens a route, or a link of `latchctl page`. */
  async open(route: string): Promise<void> {
    const url = route.startsWith("http") ? route : `${this.#house.origin}/#${route}`;
    await this.page.goto(url);
  }

  /** Goes to another screen as a link of the page does, without loading the page again. */
  async go(route: string): Promise<void> {
    // Two frames later the screen of before is gone.
    await this.page.evaluate(
      `location.hash = ${JSON.stringify(route)}; new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))`,
    );
  }

  /** Waits until the screen of the route is there, its heading has the focus, and it has read what it shows. */
  async shown(): Promise<void> {
    await this.page.locator("main h1:focus").waitFor();
    // The load state of the browser stays idle when a screen is changed without a new load.
    const endsAtMs = performance.now() + 30_000;
    while (this.#open.size > 0 || performance.now() - this.#lastRequestAtMs < quietMs) {
      if (performance.now() > endsAtMs) throw new Error("the screen still reads after 30 s");
      await this.page.waitForTimeout(20);
    }
  }

  async cookies(): ReturnType<BrowserContext["cookies"]> {
    return await this.context.cookies();
  }

  /** Signs in with a passphrase, in English. */
  async signIn(name: string): Promise<void> {
    await this.page.getByLabel("Name").fill(name);
    await this.page.getByLabel("Passphrase").fill(passphrase);
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await this.page.locator("main#content h1").waitFor();
  }

  async leave(): Promise<void> {
    await this.context.close();
  }

  #listen(): void {
    const origins = new Set([this.#house.origin]);
    this.page.on("pageerror", (error) => this.faults.push(`error: ${error.message}`));
    this.page.on("console", (message) => {
      // A refused or failed request is the gateway's answer to a journey, and the page shows it.
      // Over plain HTTP the browser says which header it does not heed there.
      const isExpected = /^(Failed to load resource|The Cross-Origin-Opener-Policy header)/.test(
        message.text(),
      );
      if (message.type() === "error" && !isExpected) this.faults.push(message.text());
    });
    const close = (request: Request): boolean => this.#open.delete(request);
    this.page.on("requestfinished", close).on("requestfailed", close);
    this.page.on("request", (request) => {
      if (request.resourceType() !== "eventsource") this.#open.add(request);
      this.#lastRequestAtMs = performance.now();
      const url = new URL(request.url());
      const isLocal = url.protocol === "data:" || url.protocol === "blob:";
      if (!isLocal && !origins.has(url.origin)) this.faults.push(`request to ${url.origin}`);
    });
  }
}
