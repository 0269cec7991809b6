import { GenMapping, addMapping, toEncodedMap } from '@jridgewell/gen-mapping';
import type { SourcePlace } from 'dataflow-ts/compiler';
import { relativePath } from './file-names.js';

/**
 * Remembers which names in a generated text stand for which place in the models' source. Names are marked before the
 * layout is filled, with NUL characters, which printed code never holds; `finish` takes the marks out again.
 */
export class DeclarationMap {
  readonly #places: { readonly place: SourcePlace; readonly length: number }[] = [];

  /** `text` (the printed name) with a mark that it means `place`; `name` is what stands there. */
  mark(text: string, name: string, place: SourcePlace | undefined): string {
    if (!place) return text;
    const span = place.end - place.start;
    // A place is that of the name, which may stand in quotes; should it be wider, the name's own length will do.
    this.#places.push({ place, length: span > 0 && span <= name.length + 2 ? span : name.length });
    return `\0${this.#places.length - 1}\0${text}\0\0`;
  }

  /** The text without marks, and its source map. `file` lies in `outDir`. */
  finish(marked: string, file: string, outDir: string): { text: string; map: string } {
    const map = new GenMapping({ file });
    const sources = new Map<string, string>();
    let clean = '';
    let line = 1;
    let lineStart = 0;
    const point = (place: SourcePlace, column: number): void => {
      let source = sources.get(place.file);
      if (source === undefined) sources.set(place.file, (source = relativePath(outDir, place.file)));
      addMapping(map, { generated: { line, column: clean.length - lineStart }, source, original: { line: place.line, column } });
    };
    // Text, number, name, nothing; text, number, name, nothing; …
    const parts = marked.split('\0');
    for (let i = 0; i < parts.length; i += 4) {
      const text = parts[i]!;
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
        line++;
        lineStart = clean.length + at + 1;
      }
      clean += text;
      if (i + 2 >= parts.length) break;
      const { place, length } = this.#places[Number(parts[i + 1])]!;
      point(place, place.column - 1);
      clean += parts[i + 2]!;
      point(place, place.column - 1 + length);
    }
    const { version, sources: files, names, mappings } = toEncodedMap(map);
    return { text: clean, map: `${JSON.stringify({ version, file, sources: files, names, mappings })}\n` };
  }
}
