import { isoText } from '../../codecs/iso-dates.js';
import type { DriverValue } from '../../drivers/driver.js';
import type { CompiledModel } from '../compiled-model.js';
import type { Session } from '../session.js';

/** The current time as the database stores it, for models that have a use for it; asking the clock is no small part of a short write. */
export function writeTime(model: CompiledModel, session: Session): DriverValue {
  if (!model.timed) return null;
  const now = session.now();
  return session.executor.dialect === 'sqlite' ? now.getTime() : isoText(now);
}
