import { callSiteOf, deepenStacks, limitStacks, placeText } from '../errors/call-site.js';

/** `src/sign-up.ts:12:5`: the user's place from which DataFlow was called, when the stack still leads there. */
export function callSiteHere(): string | undefined {
  const before = deepenStacks();
  const { stack } = new Error();
  limitStacks(before);
  const site = callSiteOf(stack);
  return site === undefined ? undefined : placeText(site);
}
