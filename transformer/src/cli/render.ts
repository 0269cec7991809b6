import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import type ts from 'typescript';
import type { DataFlowError, Finding } from 'dataflow-ts/compiler';
import { detailsOf, diagnosticOf } from '../diagnostic.js';

/** Findings as `tsc --pretty` shows its own, each with a frame of the code, and expected, received and the fix below it. */
export function renderFindings(tsc: typeof import('typescript'), findings: readonly Finding[], program: ts.Program, folder: string, colors = pc.isColorSupported): string {
  const host: ts.FormatDiagnosticsHost = { getCurrentDirectory: () => process.cwd(), getCanonicalFileName: (name) => name, getNewLine: () => '\n' };
  const text = findings.map((found) => {
    const file = found.at && fileOf(program, resolve(folder, found.at.file));
    const diagnostic = diagnosticOf(tsc, found, file);
    const message = tsc.flattenDiagnosticMessageText(diagnostic.messageText, '\n').split('\n')[0]!;
    const shown = tsc.formatDiagnosticsWithColorAndContext([{ ...diagnostic, messageText: message }], host).trimEnd();
    return [shown, ...detailsOf(found).map(detail)].join('\n');
  });
  const lines = `${text.join('\n\n')}\n`;
  return colors ? lines : stripVTControlCharacters(lines);
}

/** An error without a place in the project's code. */
export function renderError(error: DataFlowError): string {
  const details = [
    ...(error.expected === undefined ? [] : [`expected: ${error.expected}`]),
    ...(error.received === undefined ? [] : [`received: ${error.received}`]),
    ...error.solutions.slice(0, 2).map((solution) => `fix: ${solution}`),
  ];
  return `${[`${pc.red('error')} ${error.message}`, ...details.map(detail)].join('\n')}\n`;
}

function detail(line: string): string {
  return `  ${line}`;
}

function fileOf(program: ts.Program, path: string): ts.SourceFile | undefined {
  const config = program.getCompilerOptions()['configFile'] as ts.SourceFile | undefined;
  return program.getSourceFile(path) ?? (config && resolve(config.fileName) === path ? config : undefined);
}
