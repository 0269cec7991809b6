/** Makes a whole module of an example: what it uses and does not declare is imported, or made, before it. */
import ts from 'typescript';

/** What may be imported, by module. */
export type Importable = ReadonlyMap<string, ReadonlySet<string>>;

const database = "const db = new DataFlow({ url: 'sqlite:///app.db', schema });";
const runtime = 'const runtime = new LocalRuntime(db);';

export function programText(example: string, importable: Importable): string {
  const { used, declared } = namesIn(example);
  const lacks = (name: string) => used.has(name) && !declared.has(name);
  const made: string[] = [];
  if (lacks('runtime')) {
    made.push(runtime);
    for (const name of ['LocalRuntime', 'db']) used.add(name);
  }
  if (lacks('db')) {
    made.unshift(database);
    for (const name of ['DataFlow', 'schema']) used.add(name);
  }
  const imports = [...importable].flatMap(([module, names]) => {
    const wanted = [...names].filter(lacks);
    return wanted.length > 0 ? [`import { ${wanted.join(', ')} } from '${module}';`] : [];
  });
  return [...imports, ...made, example, 'export {};', ''].join('\n');
}

function namesIn(text: string): { used: Set<string>; declared: Set<string> } {
  const used = new Set<string>();
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    const { parent } = node;
    if (ts.isIdentifier(node)) {
      const isMember = (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent)) && parent.name === node;
      const isDeclared = (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isImportSpecifier(parent) || ts.isClassDeclaration(parent) || ts.isFunctionDeclaration(parent)) && parent.name === node;
      if (isDeclared) declared.add(node.text);
      else if (!isMember) used.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('example.ts', text, ts.ScriptTarget.ES2022, true));
  return { used, declared };
}
