/**
 * What a contender is. A file in `run/contenders/` exports `contender`, and `run/contenders.ts` says on which databases it takes
 * part. The harness opens it on a database of its own, refuses it when it gives wrong results, and calls its functions in turn
 * with those of all others.
 */
export interface Contender {
  readonly name: string;
  /** `base` is what the ratios are taken of; `raw` drivers by hand; `ours`; the others are peers. */
  readonly role: 'base' | 'control' | 'raw' | 'ours' | 'peer';
  /** On SQLite it gets the tables that DataFlow makes, not those of `data.ts`. */
  readonly ownTables?: true;
  /** Opens it on a seeded database, with at most ten connections. */
  open(place: Place): Promise<Operations>;
}

/** What a table of figures is about. `sqlite` is SQLite through npm packages, which cannot all be loaded where there is `node:sqlite`. */
export const databaseKinds = ['sqlite', 'node:sqlite', 'postgres'] as const;
export type DatabaseKind = (typeof databaseKinds)[number];

/** The database that belongs to one contender. */
export type Place = { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'postgres'; readonly connection: PostgresConnection };

export interface PostgresConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface User {
  id: string;
  name: string;
  email: string;
  age: number;
  active: boolean;
  joinedAt: Date;
  changedAt: Date;
}

export type UserChange = Pick<User, 'name' | 'age' | 'changedAt'>;

/** What a contender does. Every function gives what its signature says, as plain or entity objects with these properties. */
export interface Operations {
  /** Inserts a user and gives the row. */
  create(user: User): Promise<User>;
  /** Reads by primary key. */
  read(id: string): Promise<User | null>;
  /** Changes three columns by primary key and gives the new row. */
  update(id: string, change: UserChange): Promise<User>;
  /** `active = true and age >= minAge order by joined_at desc limit 20`. */
  list(minAge: number): Promise<readonly User[]>;
  /** Counts `active = true and age = age`. */
  count(age: number): Promise<number>;
  /** Inserts, or on a taken email changes name, age and changedAt; gives the row. */
  upsert(user: User): Promise<User>;
  /** Deletes by primary key; gives how many rows that were. */
  remove(id: string): Promise<number>;
  /** Inserts all of them or none; gives how many. */
  bulkCreate(users: readonly User[]): Promise<number>;
  /**
   * One transaction of ten statements: read the user; insert three orders of 10.5, 11.5 and 12.5, `new`; set the first two
   * `paid`; list the user's latest 20 orders; count the paid ones; set the user's changedAt; delete the third order.
   */
  checkout(order: Checkout): Promise<CheckoutResult>;
  /** The same ten statements as a workflow of ten nodes, each its own statement without a transaction. Only ours and the base have it. */
  workflow?(order: Checkout): Promise<CheckoutResult>;
  close(): Promise<void>;
}

export interface Checkout {
  readonly userId: string;
  readonly orderIds: readonly [string, string, string];
  readonly now: Date;
}

export interface CheckoutResult {
  readonly user: string;
  readonly created: number;
  readonly listed: number;
  readonly paid: number;
}
