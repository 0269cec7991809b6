import { nearNames, unknownField, type Fix, type ModelFacts } from 'dataflow-ts/compiler';
import type { CheckContext } from '../check-context.js';
import { fix, removedProperty, renamed, standsOnce } from './edits.js';
import type { GivenObject, GivenProperty, GivenValues } from './given.js';
import { Report } from './report.js';
import { checkValue } from './values.js';

/**
 * Whether a near name can only be meant: the same but for case and underscores, or misspelled within its words. `firstName` is
 * near `lastName`, and another word.
 */
export function isBeyondDoubt(wrong: string, name: string): boolean {
  const plain = [wrong, name].map((text) => text.replaceAll('_', '').toLowerCase()) as [string, string];
  if (plain[0] === plain[1]) return true;
  const [words, others] = [wordsOf(wrong), wordsOf(name)];
  if (words.length !== others.length) return false;
  return words.every((word, i) => {
    const other = others[i]!;
    const isBeginning = (word.startsWith(other) || other.startsWith(word)) && Math.abs(word.length - other.length) > 2;
    return word === other || (!isBeginning && nearNames(word, [other]).length > 0);
  });
}

function wordsOf(name: string): string[] {
  return name.replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2').toLowerCase().split(/[\s_.-]+/).filter((word) => word !== '');
}

/** Renaming a property to what was meant: beyond doubt when one known name is near, and free, and its value fits. */
export function renameFixes(context: CheckContext, property: GivenProperty, known: readonly string[], fits: (name: string) => boolean = () => true): Fix[] {
  const near = nearNames(property.name, known);
  const isOwn = property.direct || standsOnce(property.at.getSourceFile(), property.name);
  return near.flatMap((name) => {
    const edit = renamed(context, property, name);
    if (!edit) return [];
    return [fix(`Rename '${property.name}' to '${name}'`, near.length === 1 && isOwn && isBeyondDoubt(property.name, name) && fits(name) ? 'MachineApplicable' : 'MaybeIncorrect', edit)];
  });
}

/**
 * DF-105 for a property that is no field of the model.
 * @param more other names that are right there
 * @param isValue whether the property holds a value of the field, which the meant one then has to take
 */
export function reportUnknownField(values: GivenValues, report: Report, model: ModelFacts, object: GivenObject, property: GivenProperty, known: readonly string[], more: readonly string[] = [], isValue = true): void {
  const { context } = values;
  const free = [...known, ...more].filter((name) => !object.properties.has(name));
  const fits = (name: string): boolean => {
    const column = model.byName.get(name);
    if (!column || !isValue || more.length > 0) return true;
    const trial = new Report(context);
    checkValue(values, trial, property, { model, column, nullable: column.nullable, property, omittable: 'no' });
    return trial.entries.length === 0;
  };
  const renamings = renameFixes(context, property, free, fits);
  const removal = renamings.length === 0 && property.direct ? removedProperty(context, property) : undefined;
  const fixes = removal ? [fix(`Remove '${property.name}'`, 'MaybeIncorrect', ...removal)] : renamings;
  report.addError(unknownField(model, property.name, more), property.at, model, { certain: !property.optional, fixes });
}
