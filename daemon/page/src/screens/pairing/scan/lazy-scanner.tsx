import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { texts } from "../texts.ts";
import type { ScannerProps } from "./scanner.tsx";

/** Loads the scanner and its reader when somebody scans: together they are larger than the rest of the page. */
export function LazyScanner(props: ScannerProps) {
  const loaded = useSignal<{ readonly Scanner: ComponentType<ScannerProps> } | null>(null);
  useEffect(() => {
    void import("./scanner.tsx").then((module) => {
      loaded.value = module;
    });
  }, []);
  if (loaded.value === null) return <p>{texts.value.common.loading}</p>;
  const { Scanner } = loaded.value;
  return <Scanner {...props} />;
}
