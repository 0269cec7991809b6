import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import ts from 'typescript';
import { operatorsOf, type ColumnType } from 'dataflow-ts/compiler';
import { root } from './cases.js';

/** The interface of operators that the generator gives to each kind of column. */
const interfaces: Record<ColumnType['kind'], string> = {
  string: 'TextOps', uuid: 'UuidOps', number: 'NumberOps', int: 'IntOps', bigint: 'BigintOps', decimal: 'DecimalOps', boolean: 'BoolOps', date: 'DateOps',
  dateOnly: 'DateOnlyOps', bytes: 'BytesOps', json: 'JsonOps', array: 'ListOps', enum: 'EnumOps',
};

test('types offer exactly the operators that SQL is built for', () => {
  const path = join(root, 'runtime/src/model/contract-types.ts');
  const program = ts.createProgram([path], { noLib: true, types: [], module: ts.ModuleKind.NodeNext });
  const checker = program.getTypeChecker();
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(path)!)!);
  for (const [kind, name] of Object.entries(interfaces)) {
    const symbol = exported.find((one) => one.name === name)!;
    const properties = checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol));
    const isMessage = (property: ts.Symbol) => checker.typeToString(checker.getTypeOfSymbol(property)).includes('DF-112: ');
    const offered = properties.filter((property) => !isMessage(property)).map((property) => property.name);
    assert.equal(offered.sort(), [...operatorsOf({ kind } as ColumnType)].sort(), name);
  }
});

test.run();
