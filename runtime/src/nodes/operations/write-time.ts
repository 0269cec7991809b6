import { isoText } from '../../codecs/iso-dates.js';
import type { CompiledModel } from '../compiled-model.js';
import type { Session } from '../session.js';

/** The current time as ISO 8601 text, for models that have a use for it; asking the clock is no small part of a short write. */
export function writeTime(model: CompiledModel, session: Session): string {
  return model.timed ? isoText(session.now()) : '';
}
