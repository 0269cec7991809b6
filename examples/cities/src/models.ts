import { autoIncrement, index, model, references, unique, uuid, type Int, type Uuid } from 'dataflow-ts';

@model
export class Country {
  /** ISO 3166-1 alpha-2, such as `NZ`. */
  id!: string;
  @unique name!: string;
  nativeName!: string;
  capital?: string;
  continent!: 'AF' | 'AN' | 'AS' | 'EU' | 'NA' | 'OC' | 'SA';
  languages!: string[];
}

@model({ indexes: [['countryId', 'latitude']] })
export class City {
  id: Int = autoIncrement();
  @index name!: string;
  @references(() => Country, { onDelete: 'cascade' }) countryId!: string;
  latitude!: number;
  longitude!: number;
}

/** From the northernmost to the southernmost city of a country. */
@model
export class Journey {
  id: Uuid = uuid();
  @references(() => Country, { onDelete: 'cascade' }) countryId!: string;
  @references(() => City, { onDelete: 'cascade' }) startId!: Int;
  @references(() => City, { onDelete: 'cascade' }) endId!: Int;
  kilometres!: Int;
  createdAt!: Date;
}
