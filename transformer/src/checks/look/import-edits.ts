import type ts from 'typescript';
import type { Edit } from 'dataflow-ts/compiler';
import { insert, type CheckContext } from '../check-context.js';

/** Makes a name of 'dataflow-ts' known in a file: no edit where it is, undefined where the name means something else. */
export function imported(context: Pick<CheckContext, 'ts' | 'project'>, file: ts.SourceFile, name: string, isType: boolean): Edit[] | undefined {
  const { ts } = context;
  const written = isType ? `type ${name}` : name;
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier) || statement.moduleSpecifier.text !== 'dataflow-ts') continue;
    const names = statement.importClause?.namedBindings;
    if (!names || !ts.isNamedImports(names) || names.elements.length === 0) continue;
    const own = names.elements.find((element) => (element.propertyName ?? element.name).text === name);
    if (own) return own.name.text === name ? [] : undefined;
    if (isDeclared(context, file, name)) return undefined;
    if (statement.importClause!.isTypeOnly && !isType) continue;
    const last = names.elements[names.elements.length - 1]!;
    return [insert({ project: context.project } as CheckContext, file, last.end, `, ${statement.importClause!.isTypeOnly ? name : written}`)];
  }
  if (isDeclared(context, file, name)) return undefined;
  return [insert({ project: context.project } as CheckContext, file, 0, `import { ${written} } from 'dataflow-ts';\n`)];
}

/** Whether a name has another meaning at the top level of a file. */
function isDeclared({ ts }: Pick<CheckContext, 'ts'>, file: ts.SourceFile, name: string): boolean {
  return file.statements.some((statement) => {
    if (ts.isImportDeclaration(statement)) {
      const clause = statement.importClause;
      const bindings = clause?.namedBindings;
      return clause?.name?.text === name || (bindings !== undefined && (ts.isNamespaceImport(bindings) ? bindings.name.text === name : bindings.elements.some((element) => element.name.text === name)));
    }
    if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.some((declaration) => declaration.name.getText() === name);
    return 'name' in statement && (statement.name as ts.Node | undefined)?.getText() === name;
  });
}
