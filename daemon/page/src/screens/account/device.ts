import { account } from "./texts.ts";

/** The first that fits counts: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/MicroMessenger/, "WeChat"],
  [/Edg(?:A|iOS)?\//, "Edge"],
  [/OPR\//, "Opera"],
  [/SamsungBrowser/, "Samsung Internet"],
  [/Firefox\/|FxiOS/, "Firefox"],
  [/Chrome\/|CriOS/, "Chrome"],
  [/Safari\//, "Safari"],
];
const systems: readonly (readonly [RegExp, string])[] = [
  [/HarmonyOS/, "HarmonyOS"],
  [/Android/, "Android"],
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

/** Returns a browser's description of itself as people say it, such as "Chrome on Android". */
export function deviceText(description: string): string {
  const { deviceOn, unknownDevice } = account.texts.value;
  const browser = nameIn(browsers, description);
  const system = nameIn(systems, description);
  if (browser === null) return system ?? unknownDevice;
  return system === null ? browser : deviceOn(browser, system);
}

function nameIn(names: typeof browsers, description: string): string | null {
  return names.find(([sign]) => sign.test(description))?.[1] ?? null;
}
