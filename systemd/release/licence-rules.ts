/** Licences (SPDX) that ask for nothing but their text in the package. Everything else needs an exception. */
const allowedLicences: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
  "MIT-0",
]);

/** Packages that are shipped although their licence is not allowed, with the reason. There are none. */
export const licenceExceptions: ReadonlyMap<string, string> = new Map();

/** Code of others inside a package, under a licence of its own, that the package's manifest does not name. */
export interface EmbeddedWork {
  readonly inside: string;
  readonly name: string;
  readonly version: string;
  /** Where it is developed on GitHub: owner and name. */
  readonly repository: string;
  readonly licence: string;
  readonly copyright: string;
  /** The text of its licence inside the package; null if the package has none. */
  readonly textFile: string | null;
}

export const embeddedWorks: readonly EmbeddedWork[] = [
  {
    inside: "classic-level",
    name: "LevelDB",
    version: "1.20",
    repository: "google/leveldb",
    licence: "BSD-3-Clause",
    copyright: "Copyright (c) 2011 The LevelDB Authors. All rights reserved.",
    textFile: "deps/leveldb/leveldb-1.20/LICENSE",
  },
  {
    inside: "classic-level",
    name: "snappy",
    version: "1.1.4",
    repository: "google/snappy",
    licence: "BSD-3-Clause",
    copyright: "Copyright 2011, Google Inc. All rights reserved.",
    textFile: "deps/snappy/snappy/COPYING",
  },
  {
    inside: "zxing-wasm",
    name: "zxing-cpp",
    version: "2c3dcfeffa7878950a58c1703c86774a428b0c91",
    repository: "zxing-cpp/zxing-cpp",
    licence: "Apache-2.0",
    copyright: "Copyright the ZXing and zxing-cpp authors",
    textFile: null,
  },
];

interface LicensedWork {
  readonly name: string;
  readonly licence: string;
}

/** Returns what is wrong with the licence of a package that is shipped, or null. */
export function licenceFault({ name, licence }: LicensedWork): string | null {
  if (licenceExceptions.has(name) || chosenLicences(licence) !== null) return null;
  return `${name} has the licence "${licence}", which is not on the list of systemd/release/licence-rules.ts`;
}

/**
 * Returns the licences under which a work is used, or null if its expression leaves no allowed way. Of alternatives
 * the first allowed one is chosen.
 * @param expression SPDX: identifiers, OR, AND and brackets
 */
export function chosenLicences(expression: string): readonly string[] | null {
  const words = expression.match(/[()]|[^\s()]+/g) ?? [];
  const reader = new ExpressionReader(words);
  const chosen = reader.alternatives();
  return reader.isAtEnd ? chosen : null;
}

type Choice = readonly string[] | null;

/** Reads an SPDX expression from left to right; AND binds closer than OR. */
class ExpressionReader {
  readonly #words: readonly string[];
  #at = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#words.length;
  }

  alternatives(): Choice {
    let choice = this.#conditions();
    while (this.#takes("OR")) {
      const other = this.#conditions();
      choice ??= other;
    }
    return choice;
  }

  #conditions(): Choice {
    let choice = this.#single();
    while (this.#takes("AND")) {
      const other = this.#single();
      choice = choice === null || other === null ? null : [...choice, ...other];
    }
    return choice;
  }

  #single(): Choice {
    if (this.#takes("(")) {
      const choice = this.alternatives();
      return this.#takes(")") ? choice : null;
    }
    const word = this.#words[this.#at] ?? "";
    this.#at += 1;
    return allowedLicences.has(word) ? [word] : null;
  }

  #takes(word: string): boolean {
    if (this.#words[this.#at] !== word) return false;
    this.#at += 1;
    return true;
  }
}
