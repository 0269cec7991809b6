import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataFlowError } from '../../../runtime/src/errors/dataflow-error.js';
import { RowNames } from '../../../runtime/src/sql/index.js';
import { User } from './models.js';

const codeOf = (names: RowNames, row: object): string | undefined => {
  try {
    names.check(row as Record<string, unknown>);
    return undefined;
  } catch (error) {
    assert.instance(error, DataFlowError);
    return (error as DataFlowError).code;
  }
};

test('every row is checked, whatever the row before it was', () => {
  const good = { id: 'a', name: 'A', email: 'a@x' };
  const rows: [object, string | undefined][] = [
    [{ ...good, age: 1 }, undefined],
    [{ ...good, age: undefined }, 'DF-110'],
    [{ ...good, agee: 1 }, 'DF-105'],
    [{ ...good, createdAt: new Date() }, 'DF-104'],
    [good, undefined],
    [{ id: 'a', name: 'A' }, undefined],
    [{ name: 'A', id: 'a' }, undefined],
    [{}, undefined],
    [Object.assign(Object.create({ nobody: 1 }), good), undefined],
    [{ nobody: 1 }, 'DF-105'],
  ];
  for (const [before, was] of rows) {
    for (const [row, code] of rows) {
      const names = new RowNames(User);
      assert.is(codeOf(names, before), was);
      assert.is(codeOf(names, row), code);
      assert.is(codeOf(names, row), code);
    }
  }
});

test.run();
