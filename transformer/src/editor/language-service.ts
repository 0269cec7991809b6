import type ts from 'typescript';
import type { TypeScript } from '../checks/check-context.js';
import { diagnosticOf, filesOf } from '../diagnostic.js';
import { BackgroundGeneration } from './background-generation.js';
import { ownCompletions, ownDetails, withoutMessages } from './completions.js';
import { definitions } from './definitions.js';
import { hover } from './hover.js';
import { Views, type ProgramView } from './program-view.js';
import { allFixes, fixableCodes, quickFixes } from './quick-fixes.js';
import { ServiceProxy, type Log } from './service-proxy.js';

/** TypeScript's language service of a project, with what DataFlow adds to it. */
export function languageService(tsc: TypeScript, info: ts.server.PluginCreateInfo, log: Log): ts.LanguageService {
  const original = info.languageService;
  const views = new Views(tsc, original, info.project.getCurrentDirectory());
  const proxy = new ServiceProxy(original, tsc, log);
  addDiagnostics(tsc, proxy, views);
  addFixes(proxy, views);
  addCompletions(proxy, views);
  proxy.replace('getQuickInfoAtPosition', (ask, fileName, position, ...more) => {
    const given = ask(fileName, position, ...more);
    return extend(views, fileName, given, (view, file) => hover(view, file, position, given));
  });
  proxy.replace('getDefinitionAndBoundSpan', (ask, fileName, position) =>
    extend(views, fileName, ask(fileName, position), (view, file) => definitions(view, file, position)));
  proxy.replace('getDefinitionAtPosition', (ask, fileName, position, ...more) =>
    extend(views, fileName, ask(fileName, position, ...more), (view, file) => definitions(view, file, position)?.definitions));
  addGeneration(tsc, proxy, views, info, log);
  return proxy.service;
}

/** In files that have to do with DataFlow, what `more` gives, if anything; else what there was. */
function extend<T>(views: Views, fileName: string, given: T, more: (view: ProgramView, file: ts.SourceFile) => T | undefined): T {
  const found = views.of(fileName);
  return (found && more(found.view, found.file)) ?? given;
}

function addDiagnostics(tsc: TypeScript, proxy: ServiceProxy, views: Views): void {
  proxy.replace('getSemanticDiagnostics', (ask, fileName) => {
    const given = ask(fileName);
    return extend(views, fileName, given, (view, file) => {
      const { findings, explained } = view.check(file);
      const fileOf = filesOf(view.program, view.project.folder);
      return [...given.filter((each) => !explained.has(each)), ...findings.map((found) => diagnosticOf(tsc, found, file, fileOf))];
    });
  });
  // A part of a file is checked first where that is quicker. What DataFlow finds needs the whole file, so it is checked at once.
  proxy.replace('getRegionSemanticDiagnostics' as 'getSemanticDiagnostics', ((ask: (...args: unknown[]) => unknown, fileName: string, ...more: unknown[]) =>
    views.of(fileName) ? undefined : ask(fileName, ...more)) as never);
}

function addFixes(proxy: ServiceProxy, views: Views): void {
  proxy.replace('getSupportedCodeFixes', (ask, fileName) => {
    const given = ask(fileName);
    return fileName !== undefined && !views.current() ? given : [...given, ...fixableCodes];
  });
  proxy.replace('getCodeFixesAtPosition', (ask, fileName, start, end, codes, ...more) => {
    const given = ask(fileName, start, end, codes, ...more);
    return extend(views, fileName, given, (view, file) => [...quickFixes(view, file, start, end, codes), ...given]);
  });
  proxy.replace('getCombinedCodeFix', (ask, scope, fixId, ...more) => {
    const found = views.of(scope.fileName);
    return (found && allFixes(found.view, found.file, fixId)) ?? ask(scope, fixId, ...more);
  });
}

function addCompletions(proxy: ServiceProxy, views: Views): void {
  proxy.replace('getCompletionsAtPosition', (ask, fileName, position, options, ...more) => {
    const found = views.of(fileName);
    if (!found) return ask(fileName, position, options, ...more);
    const { view, file } = found;
    const own = ownCompletions(view, file, position);
    if (own) return own;
    const given = ask(fileName, position, { ...options, includeSymbol: true }, ...more);
    return given && withoutMessages(view, given);
  });
  proxy.replace('getCompletionEntryDetails', (ask, fileName, position, name, ...more) => {
    const given = ask(fileName, position, name, ...more);
    return extend(views, fileName, given, (view, file) => ownDetails(view, file, position, name));
  });
}

function addGeneration(tsc: TypeScript, proxy: ServiceProxy, views: Views, info: ts.server.PluginCreateInfo, log: Log): void {
  const generation = new BackgroundGeneration(tsc, { info, models: () => views.current()?.read, log });
  // There is no event for a new program; whatever leads to one goes through this method.
  const { project } = info;
  const updateGraph = project.updateGraph;
  project.updateGraph = function (this: ts.server.Project): boolean {
    const result = updateGraph.call(this);
    generation.touch();
    return result;
  };
  proxy.replace('dispose', (ask) => {
    generation.close();
    ask();
  });
}
