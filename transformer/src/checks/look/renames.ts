import type ts from 'typescript';
import { didYouMean, finding, messageOf, nearNames, type Finding } from 'dataflow-ts/compiler';
import { placeOf, replace, type CheckContext } from '../check-context.js';
import { fix, literalText } from '../explain/edits.js';

/** A first line that is longer is not read to its end. */
const longest = 120;

/** DF-201 at the wrong name. A dot path keeps what follows its first name. */
export function renamed(context: CheckContext, found: Finding, part: ts.Expression, wrong: string, known: readonly string[]): Finding {
  const [head = '', ...rest] = wrong.split('.');
  const near = known.includes(head) ? [] : nearNames(head, known);
  const fixes = near.flatMap((name) => {
    const text = [name, ...rest].join('.');
    if (!context.ts.isStringLiteralLike(part)) return [];
    return [fix(`Write '${text}'`, near.length === 1 ? 'MachineApplicable' : 'MaybeIncorrect', replace(context, part, literalText(part, text)))];
  });
  const { connection, problem } = found.data as { connection: string; problem: string };
  const hint = didYouMean(head, known);
  const isLong = messageOf(found).length > longest;
  return finding('DF-201', { connection, problem: isLong ? `${problem.split(';')[0]}${known.includes(head) ? '' : hint}` : problem }, placeOf(context, part), { fixes });
}
