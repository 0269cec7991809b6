import type ts from 'typescript';
import { finding } from 'dataflow-ts/compiler';
import { diagnosticOf } from '../diagnostic.js';

export { transformProgram } from './transform-program.js';

/** DF-445, for an entry in tsconfig without `transformProgram`. */
export function misusedAsFileTransformer(tsc: typeof import('typescript')): ts.Diagnostic {
  return diagnosticOf(tsc, finding('DF-445', {}), undefined);
}
