import type { ModelSchema } from 'dataflow-ts/compiler';
import { literalType, named, print, templateType } from './printing.js';
import * as t from '@babel/types';

/** The teaching messages of a model's contract, as printed literal types. Any compiler shows them where something is wrong. */
export function teaching(model: ModelSchema, keys: readonly (readonly string[])[]) {
  const names = keys.map((key) => key.join(' + ')).join(', ');
  const text = (message: string): string => print(literalType(message));
  return {
    managed: (field: string) => text(`DF-104: ${field} is managed by DataFlow; remove it`),
    /** In a mapped type over `k`. */
    unknownField: print(unknownName(`DF-105: ${model.name} has no field '`, "'")),
    notInKey: print(unknownName("DF-113: '", `' is in no unique key of ${model.name} (${names})`)),
    fieldsHere: text('DF-106: put the field inside `fields`'),
    keyHere: text('DF-106: put the key inside `filter`'),
    conditionHere: text('DF-106: put the condition inside `filter`'),
    idNamesTheRow: text('DF-106: id names the row; put it inside `filter`'),
    wrapper: (name: string) => text(`DF-106: ${model.name}CreateNode takes the fields themselves; remove the wrapper \`${name}\``),
    noKey: text(`DF-107: this filter names no unique key of ${model.name} (${names}); for many rows use List, BulkUpdate or BulkDelete`),
    noUnique: text(`DF-113: where names no unique key of ${model.name} (${names})`),
    noRows: text(`DF-108: an empty filter means every ${model.name}; say so with all: true`),
    notIdAndFilter: text('DF-109: give id or filter, not both'),
    notFilterAndIds: text('DF-109: give filter or ids, not both'),
    notFilterAndData: text('DF-109: give filter and fields, or data, not both'),
    allOfFilter: text('DF-109: all goes with filter; remove it'),
    /** Arguments of the types that hold what is required. Compilers print them also where something else is wrong. */
    idOrFilter: text('DF-101 if neither id nor filter is given'),
    filterOrIds: text('DF-101 if neither filter nor ids is given'),
    filterOrData: text('DF-101 if neither filter nor data is given'),
    filterAndFields: text('DF-101 if filter or fields is missing'),
    wholeUpsert: text('DF-101 if where, create or update is missing'),
    needed: text(`DF-101: a field that ${model.name} needs is missing`),
    neededId: text('DF-101: a row needs its id'),
    fieldsOfFilter: text('DF-101: fields goes with filter, which is missing'),
    /** Where a compiler looks for near names, it prints these beside them. */
    otherName: text('DF-105 for other names'),
    noKeyOfNames: text(`DF-113: no unique key of ${model.name} (${names})`),
    notSortable: (field: string) => text(`DF-112: orderBy does not fit ${field}`),
    otherWord: (word: string, meant: string) => text(`DF-105: there is no parameter ${word}; did you mean ${meant}?`),
    rowHere: text('DF-106: put the row inside `data`'),
  };
}

export type Teaching = ReturnType<typeof teaching>;

function unknownName(before: string, after: string): t.TSType {
  return templateType([before, after], [t.tsIntersectionType([named('k'), t.tsStringKeyword()])]);
}
