import { signal } from "@preact/signals";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const storageKey = "latchd.theme";

export const theme = signal<Theme>(keptTheme());

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  localStorage.setItem(storageKey, chosen);
  applyTheme();
}

/** Puts the choice of this device into effect; "system" follows the browser. */
export function applyTheme(): void {
  if (theme.value === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.dataset["theme"] = theme.value;
}

function keptTheme(): Theme {
  const kept = localStorage.getItem(storageKey);
  return themes.find((one) => one === kept) ?? "system";
}
