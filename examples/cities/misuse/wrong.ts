import { DataFlow } from 'dataflow-ts';
import { schema } from '#dataflow';

await using db = new DataFlow({ url: 'sqlite:///cities.db', schema });

await db.models.Country.update({ id: 'NZ', capital: 'Auckland' });
