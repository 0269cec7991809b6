/** What a plugin of the editor must never do: fail. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import ts from 'typescript';
import { ServiceProxy } from '../../../transformer/src/editor/service-proxy.js';

const text = 'export const answer: number = 42;\n';

function service(): ts.LanguageService {
  return ts.createLanguageService({
    getCompilationSettings: () => ({ noLib: true, types: [] }),
    getScriptFileNames: () => ['/a.ts'],
    getScriptVersion: () => '1',
    getScriptSnapshot: (name) => (name === '/a.ts' ? ts.ScriptSnapshot.fromString(text) : undefined),
    getCurrentDirectory: () => '/',
    getDefaultLibFileName: () => '/lib.d.ts',
    fileExists: (name) => name === '/a.ts',
    readFile: (name) => (name === '/a.ts' ? text : undefined),
  });
}

test('methods that were not replaced are the original ones', () => {
  const original = service();
  const proxy = new ServiceProxy(original, ts, () => assert.unreachable());
  assert.equal(Object.keys(proxy.service).sort(), Object.keys(original).sort());
  assert.is(proxy.service.getProgram(), original.getProgram());
});

test('a replacement that fails is logged, and the original answers', () => {
  const logged: string[] = [];
  const proxy = new ServiceProxy(service(), ts, (what, error) => logged.push(`${what}: ${(error as Error).message}`));
  proxy.replace('getQuickInfoAtPosition', () => {
    throw new Error('lost');
  });
  assert.is(ts.displayPartsToString(proxy.service.getQuickInfoAtPosition('/a.ts', text.indexOf('answer'))?.displayParts), 'const answer: number');
  assert.equal(logged, ['getQuickInfoAtPosition: lost']);
});

test('what ends a cancelled request is not logged', () => {
  const logged: string[] = [];
  const original = service();
  const proxy = new ServiceProxy({ ...original, getSemanticDiagnostics: () => { throw new ts.OperationCanceledException(); } }, ts, (what) => logged.push(what));
  proxy.replace('getSemanticDiagnostics', (ask, fileName) => ask(fileName));
  assert.throws(() => proxy.service.getSemanticDiagnostics('/a.ts'), (error: unknown) => error instanceof ts.OperationCanceledException);
  assert.equal(logged, []);
});

test('a method that this version does not have stays away', () => {
  const { getQuickInfoAtPosition: _, ...older } = service();
  const proxy = new ServiceProxy(older as ts.LanguageService, ts, () => undefined);
  proxy.replace('getQuickInfoAtPosition', (ask, ...args) => ask(...args));
  assert.is(proxy.service.getQuickInfoAtPosition, undefined);
});

test.run();
