import { readFileSync } from 'node:fs';

/** A file's text as TypeScript sees it, and the way back to bytes. */
export interface SourceText {
  readonly bytes: Buffer;
  /** Without the byte order mark, as offsets in findings count. */
  readonly text: string;
  readonly toBytes: (text: string) => Buffer;
}

/** Byte order marks; without one a file is UTF-8. */
const encodings = [
  { mark: [0xef, 0xbb, 0xbf], decode: (bytes: Buffer) => bytes.toString('utf8'), encode: (text: string) => Buffer.from(text, 'utf8') },
  { mark: [0xff, 0xfe], decode: (bytes: Buffer) => bytes.toString('utf16le'), encode: (text: string) => Buffer.from(text, 'utf16le') },
  { mark: [], decode: (bytes: Buffer) => bytes.toString('utf8'), encode: (text: string) => Buffer.from(text, 'utf8') },
];

/** Reads a text file; undefined when there is none, or when writing its text back would not give the same bytes. */
export function readSource(path: string): SourceText | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return undefined;
  }
  const { mark, decode, encode } = encodings.find(({ mark }) => mark.every((byte, index) => bytes[index] === byte))!;
  const text = decode(bytes.subarray(mark.length));
  const toBytes = (changed: string) => Buffer.concat([Buffer.from(mark), encode(changed)]);
  return toBytes(text).equals(bytes) ? { bytes, text, toBytes } : undefined;
}
