import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify<
  string,
  Buffer,
  number,
  { N: number; r: number; p: number; maxmem: number },
  Buffer
>(scrypt);

/** Cost of new hashes: 32 MiB and about 150 ms of a Raspberry Pi 4 for each try. */
const cost = 2 ** 15;
const blockSize = 8;
const keyBytes = 32;
/** Highest cost that is accepted of a stored hash, so that a damaged record cannot take all memory. */
const maxCost = 2 ** 17;
/** Limit of tries that wait for their turn; one more is refused. */
const maxWaiting = 8;

/** Too many passphrases wait to be checked. */
export class PassphraseBusy extends Error {
  override readonly name = "PassphraseBusy";
}

/**
 * Hashes passphrases with scrypt (RFC 7914), one at a time: each needs 32 MiB, so that many at once would take the
 * memory of a small gateway.
 */
export class PassphraseHasher {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** @returns `scrypt$<cost>$<salt>$<hash>` @throws (rejects) PassphraseBusy */
  async hash(passphrase: string): Promise<string> {
    const salt = randomBytes(16);
    const key = await this.#turn(() => derivedKey(passphrase, salt, cost));
    return `scrypt$${cost}$${salt.toString("base64url")}$${key.toString("base64url")}`;
  }

  /** A text that is no hash of this form takes the same time and never fits. @throws (rejects) PassphraseBusy */
  async fits(passphrase: string, stored: string): Promise<boolean> {
    return await this.#turn(() => fitsHash(passphrase, stored));
  }

  /**
   * Runs a check with what belongs to it in one turn, so that nobody else's check comes between: guesses that are sent
   * at once are counted one after the other.
   * @throws (rejects) PassphraseBusy, or what `work` throws
   */
  async inTurn<T>(work: (fits: typeof fitsHash) => Promise<T>): Promise<T> {
    return await this.#turn(() => work(fitsHash));
  }

  async #turn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= maxWaiting)
      throw new PassphraseBusy("too many passphrases wait for their check");
    this.#waiting += 1;
    const run = this.#last.then(work);
    this.#last = run.catch(() => {});
    try {
      return await run;
    } finally {
      this.#waiting -= 1;
    }
  }
}

async function fitsHash(passphrase: string, stored: string): Promise<boolean> {
  const [kind, costText, salt = "", hash = ""] = stored.split("$");
  const storedCost = Number(costText);
  const isKnown =
    kind === "scrypt" && Number.isInteger(Math.log2(storedCost)) && storedCost <= maxCost;
  const usedCost = isKnown ? storedCost : cost;
  const key = await derivedKey(passphrase, Buffer.from(salt, "base64url"), usedCost);
  const wanted = Buffer.from(hash, "base64url");
  return isKnown && wanted.length === key.length && timingSafeEqual(wanted, key);
}

async function derivedKey(passphrase: string, salt: Buffer, N: number): Promise<Buffer> {
  const maxmem = 256 * N * blockSize;
  const options = { N, r: blockSize, p: 1, maxmem };
  return await derive(passphrase.normalize("NFKC"), salt, keyBytes, options);
}

/** The one that the whole process shares, so that its limits count for all who hash. */
export const passphrases = new PassphraseHasher();
