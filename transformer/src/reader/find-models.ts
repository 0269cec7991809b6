import type ts from 'typescript';
import type { Context } from './context.js';

/** A class with `@model`, wherever it stands. */
export interface ModelClass {
  readonly node: ts.ClassLikeDeclaration;
  /** The argument of `@model(…)`, when there is one. */
  readonly options: ts.Expression | undefined;
  /** The decorator, when it is made by a function, so that its options cannot be read. */
  readonly hidden?: ts.Expression;
}

/** Not among TypeScript's public types: whether the file belongs to a project that this one refers to, which generates its models itself. */
interface InternalProgram extends ts.Program {
  isSourceOfProjectReferenceRedirect?: (fileName: string) => boolean;
}

/** All classes with `@model` in the program's own files, ordered by file and position. */
export function findModels(context: Context): ModelClass[] {
  const program: InternalProgram = context.program;
  const isOwn = (file: ts.SourceFile) =>
    !file.isDeclarationFile && !program.isSourceFileFromExternalLibrary(file) && !program.isSourceOfProjectReferenceRedirect?.(file.fileName);
  const found = program
    .getSourceFiles()
    .filter((file) => file.text.includes('@') && isOwn(file))
    .map((file) => ({ file, models: modelsIn(context, file) }))
    .filter(({ models }) => models.length > 0);
  return found.sort((a, b) => (context.fileName(a.file) < context.fileName(b.file) ? -1 : 1)).flatMap(({ models }) => models);
}

/** Descends only into nodes with an `@` in their text, so that files without decorators cost next to nothing. */
function modelsIn(context: Context, file: ts.SourceFile): ModelClass[] {
  const { ts } = context;
  const found: ModelClass[] = [];
  const visit = (node: ts.Node): void => {
    const at = file.text.indexOf('@', node.pos);
    if (at < 0 || at >= node.end) return;
    const model = ts.isClassLike(node) && modelOf(context, node);
    if (model) found.push(model);
    ts.forEachChild(node, visit);
  };
  file.statements.forEach(visit);
  return found;
}

function modelOf(context: Context, node: ts.ClassLikeDeclaration): ModelClass | undefined {
  const { ts } = context;
  for (const decorator of ts.getDecorators(node) ?? []) {
    const expression = context.written(decorator.expression);
    const call = ts.isCallExpression(expression) ? expression : undefined;
    if (context.dataflowName(context.written(call?.expression ?? expression)) === 'model') return { node, options: call?.arguments[0] };
    if (context.decoratorType(decorator.expression)?.endsWith('ModelDecorator')) return { node, options: undefined, hidden: decorator.expression };
  }
  return undefined;
}
