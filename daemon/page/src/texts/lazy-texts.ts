import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { type Language, language } from "./text.ts";

/** Texts of one area that are loaded with its screens: everybody loads those of `texts`, also on the first visit. */
export interface LazyTexts<T> {
  /** Read it only after {@link LazyTexts.load}. While another language loads, the last one stays. */
  readonly texts: ReadonlySignal<T>;
  load(): Promise<void>;
}

type Loaders<T> = Readonly<Record<Language, () => Promise<{ readonly texts: T }>>>;

/** Returns the texts of an area, which follow the chosen language once they are loaded. */
export function lazyTexts<T>(loaders: Loaders<T>): LazyTexts<T> {
  const loaded = signal<T | null>(null);
  const read = async (wanted: Language): Promise<void> => {
    const { texts: found } = await loaders[wanted]();
    if (wanted === language.value) loaded.value = found;
  };
  effect(() => {
    const wanted = language.value;
    if (loaded.peek() !== null) void read(wanted);
  });
  const texts = computed(() => {
    if (loaded.value === null)
      throw new Error("the texts of this area are read before they are loaded");
    return loaded.value;
  });
  return { texts, load: () => read(language.value) };
}
