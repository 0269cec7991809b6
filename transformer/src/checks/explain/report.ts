import type ts from 'typescript';
import { finding, type Code, type DataFlowError, type Finding, type Fix, type ModelFacts, type Placeholders, type RelatedPlace } from 'dataflow-ts/compiler';
import { placeOf, type CheckContext } from '../check-context.js';

/** Something found in a call. */
export interface Entry {
  readonly finding: Finding;
  /** True when it is reported although TypeScript has nothing against the call. */
  readonly certain: boolean;
  readonly start: number;
  readonly end: number;
}

export interface EntryDetails {
  readonly fixes?: readonly Fix[];
  /** The field that it is about; its declaration is shown beside the finding. Default: the model's. */
  readonly field?: string;
  readonly related?: readonly RelatedPlace[];
  /** Types cannot see this, so it is reported in any case. Default: only where TypeScript complains, too. */
  readonly certain?: boolean;
}

/** Collects what is wrong with one call. */
export class Report {
  readonly entries: Entry[] = [];
  /** TypeScript's complaint about this call only follows from one about another. */
  follows = false;

  /** @param call what is looked at; findings in a variable's initializer point back to it */
  constructor(readonly context: CheckContext, private readonly call?: ts.Node, readonly isTroubled: (call: ts.CallExpression) => boolean = () => false) {}

  add<C extends Code>(code: C, data: Placeholders[C], at: ts.Node, model: ModelFacts | undefined, details: EntryDetails = {}): void {
    const { fixes = [], field, related = [], certain = false } = details;
    const { call } = this;
    const isElsewhere = call !== undefined && (at.getSourceFile() !== call.getSourceFile() || at.getStart() < call.getStart() || at.end > call.end);
    const back = isElsewhere ? [{ at: placeOf(this.context, call), message: 'It is given here' }] : [];
    const all = [...related, ...back, ...(model ? declared(model, field) : [])];
    this.entries.push({
      finding: finding(code, data, placeOf(this.context, at), { ...(all.length > 0 && { related: all }), ...(fixes.length > 0 && { fixes }) }),
      certain,
      start: at.getStart(),
      end: at.end,
    });
  }

  /** Adds what the runtime would raise; its names become the finding's. */
  addError(error: DataFlowError, at: ts.Node, model: ModelFacts, details: EntryDetails = {}): void {
    this.add(error.code, error.context as never, at, model, details);
  }

  /** Whether anything was added since there were so many entries. */
  grownSince(count: number): boolean {
    return this.entries.length > count;
  }
}

/** The declaration of a field, or of the model. */
export function declared(model: ModelFacts, field?: string): RelatedPlace[] {
  const column = field === undefined ? undefined : model.byName.get(field);
  const at = column?.source ?? model.schema.source;
  if (!at) return [];
  return [{ at, message: column?.source ? `${model.name}.${column.name} is declared here` : `${model.name} is declared here` }];
}
