/** Four buckets for each doubling: a quantile is off by a tenth at most. */
const perDoubling = 4;
/** The first bucket is for everything up to a microsecond, the last for everything from about two minutes on. */
const least = 0.001;
const size = 27 * perDoubling;

/** Times in milliseconds, of which only their distribution is kept. */
export class DurationHistogram {
  readonly #buckets = new Uint32Array(size);
  #count = 0;
  #sum = 0;
  #max = 0;

  add(ms: number): void {
    const index = ms <= least ? 0 : Math.min(size - 1, Math.ceil(Math.log2(ms / least) * perDoubling));
    this.#buckets[index]!++;
    this.#count++;
    this.#sum += ms;
    if (ms > this.#max) this.#max = ms;
  }

  get sum(): number {
    return this.#sum;
  }

  get max(): number {
    return this.#max;
  }

  /** The time that a part of all, such as 0.95, did not exceed; 0 when there is none. Estimated, never above the longest. */
  quantile(part: number): number {
    let left = Math.ceil(this.#count * part);
    if (left === 0) return 0;
    let index = 0;
    while ((left -= this.#buckets[index]!) > 0) index++;
    // The middle of the bucket, as powers go.
    return Math.min(this.#max, least * 2 ** ((index - 0.5) / perDoubling));
  }
}
