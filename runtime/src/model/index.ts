/** What models are written with. */
export {
  check, column, encrypted, index, length, model, references, unique, version,
  type FieldDecorator, type ModelDecorator, type ModelOptions, type ReferenceOptions,
} from './decorators.js';
export { autoIncrement, now, uuid, uuidv7 } from './defaults.js';
export type { DateOnly, Decimal, Int, Json, Uuid } from './types.js';
