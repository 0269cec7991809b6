import type ts from 'typescript';
// ts-patch loads plugins with require; Node >= 20.19 can require the ES modules behind this file.
import plugin = require('./plugin/index.js');

/** What ts-patch hands to transformers of single files. */
interface FileTransformerExtras {
  readonly ts: typeof ts;
  readonly addDiagnostic: (diagnostic: ts.Diagnostic) => number;
}

/**
 * The entry for ts-patch: `{ "transform": "dataflow-ts-compiler/transformer", "transformProgram": true }`.
 * Without `transformProgram` ts-patch calls it with other arguments; the build then fails with DF-445.
 */
function transform(program: ts.Program, host: ts.CompilerHost | undefined, config: object, extras: { readonly ts: typeof ts }): ts.Program;
function transform(program: ts.Program, config: object, extras: FileTransformerExtras): ts.TransformerFactory<ts.SourceFile>;
function transform(
  program: ts.Program,
  hostOrConfig: ts.CompilerHost | object | undefined,
  configOrExtras: object | FileTransformerExtras,
  extras?: { readonly ts: typeof ts },
): ts.Program | ts.TransformerFactory<ts.SourceFile> {
  if (extras) return plugin.transformProgram(program, hostOrConfig as ts.CompilerHost | undefined, extras.ts);
  const { ts, addDiagnostic } = configOrExtras as FileTransformerExtras;
  addDiagnostic(plugin.misusedAsFileTransformer(ts));
  return () => (file) => file;
}

export = transform;
