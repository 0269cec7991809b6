import fc from 'fast-check';
import type { Column } from '../../../runtime/src/nodes/compiled-model.js';
import { operatorsOf } from '../../../runtime/src/sql/index.js';
import { Thing } from './models.js';
import { fieldOf, valueOf } from './values.js';

function operatorOf(column: Column): fc.Arbitrary<unknown> {
  const value = valueOf(column);
  const operand = (operator: string): fc.Arbitrary<unknown> => {
    switch (operator) {
      case '$null': return fc.boolean();
      case '$eq':
      case '$ne': return column.nullable ? fc.option(value, { nil: null, freq: 8 }) : value;
      case '$in':
      case '$nin': return fc.array(value, { maxLength: 5 });
      case '$between': return fc.tuple(value, value);
      case '$like':
      case '$ilike': return fc.array(fc.constantFrom('%', '_', 'a', 'A', 'b', '😀', 'É', '[', '*', '?', '\\%', '\\_', '\\\\'), { maxLength: 4 }).map((parts) => parts.join(''));
      case '$has': return valueOf({ ...column, type: { kind: (column.type as { of: 'int' }).of } });
      case '$hasAny':
      case '$hasAll': return fc.array(valueOf({ ...column, type: { kind: (column.type as { of: 'int' }).of } }), { maxLength: 3 });
      default: return value;
    }
  };
  // No adapter of this test can run $regex on SQLite; the suite over all drivers does.
  const operators = operatorsOf(column.type).filter((operator) => operator !== '$regex');
  return fc.oneof(
    ...operators.map((operator) => operand(operator).map((given) => ({ [operator]: given }))),
    ...(column.type.kind === 'json' ? [fc.constant(null)] : [fieldOf(column)]),
  );
}

const condition = fc.oneof(...Thing.columns.map((column) => operatorOf(column).map((value) => ({ [column.name]: value }))));
/** Filters of `Thing`, of every operator and depth. */
export const { filter } = fc.letrec<{ filter: Record<string, unknown> }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    condition,
    fc.tuple(condition, condition).map(([a, b]) => ({ ...a, ...b })),
    fc.array(tie('filter'), { maxLength: 3 }).map((parts) => ({ $and: parts })),
    fc.array(tie('filter'), { maxLength: 3 }).map((parts) => ({ $or: parts })),
    tie('filter').map((part) => ({ $not: part })),
  ),
}));
