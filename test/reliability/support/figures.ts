import { appendFileSync } from 'node:fs';

/** Notes what a test has done, as a line of JSON in the file that FIGURES names; without it nothing is written. */
export function figure(topic: string, values: Readonly<Record<string, string | number>>): void {
  const file = process.env['FIGURES'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ topic, ...values })}\n`);
}
