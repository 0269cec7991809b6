import { WorkflowBuilder } from 'dataflow-ts';
import { CityCountNode, CityListNode, CountryReadNode, JourneyCreateNode, type CityRow } from '#dataflow';

/** Reads a country and three things about its cities at once, measures, and keeps the journey if it is a long one. */
export const planJourney = new WorkflowBuilder('plan_journey')
  .withInput<{ country: string }>()
  .addNode(CountryReadNode, 'country', {})
  .addNode(CityCountNode, 'cities', {})
  .addNode(CityListNode, 'north', { orderBy: { latitude: 'desc' }, limit: 1 })
  .addNode(CityListNode, 'south', { orderBy: { latitude: 'asc' }, limit: 1 })
  .addFunction('measure', measure)
  .addNode(JourneyCreateNode, 'journey', {}, { when: { measure: { kilometres: { $gte: 500 } } } })
  .addConnection('input', 'country', 'country', 'id')
  .addConnection('input', 'country', 'cities', 'filter.countryId')
  .addConnection('input', 'country', 'north', 'filter.countryId')
  .addConnection('input', 'country', 'south', 'filter.countryId')
  .addConnection('north', 'records', 'measure', 'from')
  .addConnection('south', 'records', 'measure', 'to')
  .addConnection('country', 'id', 'journey', 'countryId')
  .addConnection('measure', 'startId', 'journey', 'startId')
  .addConnection('measure', 'endId', 'journey', 'endId')
  .addConnection('measure', 'kilometres', 'journey', 'kilometres')
  .build();

function measure(input: { from: readonly CityRow[]; to: readonly CityRow[] }) {
  const [start, end] = [input.from[0], input.to[0]];
  if (!start || !end) throw new Error('The country has no cities.');
  return { start: start.name, startId: start.id, end: end.name, endId: end.id, kilometres: Math.round(distance(start, end)) };
}

/** Along the great circle, in kilometres. */
function distance(a: CityRow, b: CityRow): number {
  const rad = (degrees: number) => (degrees * Math.PI) / 180;
  const [lat1, lat2] = [rad(a.latitude), rad(b.latitude)];
  const h = Math.sin((lat2 - lat1) / 2) ** 2 + Math.cos(lat1) * Math.cos(lat2) * Math.sin(rad(b.longitude - a.longitude) / 2) ** 2;
  return 2 * 6371 * Math.asin(Math.sqrt(h));
}
