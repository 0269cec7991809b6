import { DataFlow, LocalRuntime } from 'dataflow-ts';
import { schema } from '#dataflow';
import { planJourney } from './journey.js';
import { load } from './load.js';

const number = (value: number) => value.toLocaleString('en');

await using db = new DataFlow({ url: 'sqlite:///cities.db', schema });

const loaded = await load(db);
console.log(`${number(loaded.countries)} countries and ${number(loaded.cities)} cities in ${(loaded.ms / 1000).toFixed(1)} s\n`);

const { records } = await db.models.City.list({ filter: { name: { $startsWith: 'Lang' } }, orderBy: [{ name: 'asc' }], limit: 3 });
console.log('cities called Lang…:', records.map((city) => `${city.name} (${city.countryId})`).join(', '), '…\n');

console.log('Workflow plan_journey, from the northernmost to the southernmost city:\n');
const runtime = new LocalRuntime(db);
const runs = await Promise.all(
  ['CL', 'NO', 'JP', 'NZ', 'LI', 'MC'].map((country) => runtime.execute(planJourney, { inputs: { country } })),
);
console.log(['country', 'cities', 'journey', 'kilometres', 'kept'].map(cell).join(''));
for (const { results } of runs) {
  const { country, cities, measure, journey } = results;
  const kept = journey ? `as ${journey.id.slice(0, 8)}` : 'no, shorter than 500 km';
  console.log([country.name, number(cities.count), `${measure.start} → ${measure.end}`, number(measure.kilometres), kept].map(cell).join(''));
}
console.log(`\n${(await db.models.Journey.count({})).count} journeys in the database`);

function cell(text: string, column: number): string {
  const width = [16, 8, 30, 12, 0][column]!;
  return column === 1 || column === 3 ? `${text.padStart(width - 2)}  ` : text.padEnd(width);
}
