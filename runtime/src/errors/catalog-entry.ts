export type Applicability = 'MachineApplicable' | 'MaybeIncorrect' | 'HasPlaceholders' | 'Unspecified';

/** One code of the catalogue. Texts hold `{placeholders}`; `fill` puts the values in. */
export interface CatalogEntry {
  readonly title: string;
  readonly message: string;
  readonly expected?: string;
  readonly received?: string;
  readonly fix: Applicability;
  readonly what: string;
  readonly causes: readonly string[];
  readonly solutions: readonly string[];
  /** Corrected example code. */
  readonly right: string;
}

/** Replaces `{name}` by `data.name`; braces that hold no name of `data` stay as they are. */
export function fill(text: string, data: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{([a-z]\w*)\}/gi, (whole, name: string) => (Object.hasOwn(data, name) ? String(data[name]) : whole));
}

const control = /[\p{Cc}\u2028\u2029]/gu;

/** The text with line ends and other control characters written out: names from untyped data may hold any. */
export function oneLine(text: string): string {
  return text.replace(control, (sign) => JSON.stringify(sign).slice(1, -1).replace(/^[^\\]$/, `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`));
}
