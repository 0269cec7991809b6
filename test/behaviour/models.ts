import {
  autoIncrement, check, column, length, model, now, references, unique, uuid, uuidv7,
  type DateOnly, type Decimal, type Int, type Json, type Uuid,
} from 'dataflow-ts';

@model
export class User {
  id!: string;
  name!: string;
  @unique email!: string;
  age!: Int | null;
  active: boolean = true;
  createdAt!: Date;
  updatedAt!: Date;
}

@model
export class Session {
  id!: string;
  @references(() => User, { onDelete: 'cascade' }) userId!: string;
  token!: string;
}

@model
export class Invoice {
  id!: string;
  @references(() => User, { onDelete: 'restrict' }) userId!: string;
  total!: Decimal;
}

/** A column of every type, each of which may be empty. */
@model
export class Sample {
  id!: string;
  text!: string | null;
  @length(5) short!: string | null;
  uid!: Uuid | null;
  num!: number | null;
  int!: Int | null;
  big!: bigint | null;
  dec!: Decimal | null;
  flag!: boolean | null;
  at!: Date | null;
  day!: DateOnly | null;
  bytes!: Uint8Array | null;
  json!: Json<unknown> | null;
  texts!: string[] | null;
  ints!: Int[] | null;
  nums!: number[] | null;
  flags!: boolean[] | null;
  role!: 'admin' | 'member' | "o'brien" | null;
}

@model
export class Setting {
  id: Uuid = uuid();
  label: string = '';
  quote: string = "it's \"quoted\" $1 ?";
  count: Int = 0;
  ratio: number = 0.5;
  big: bigint = 9007199254740993n;
  on: boolean = false;
  mode: 'off' | 'auto' = 'auto';
  sort: Uuid = uuidv7();
  since: Date = now();
  note: string | null = null;
  filled: string | null = 'filled';
}

@model
export class Counter {
  id: Int = autoIncrement();
  label!: string;
}

@model({ uniques: [['orderId', 'lineNo']], indexes: [['qty']] })
export class OrderLine {
  id!: string;
  orderId!: string;
  lineNo!: Int;
  qty!: Int;
  note!: string | null;
}

/** Fields whose names mean something to nodes, to SQL or to JavaScript. */
@model({ table: 'order' })
export class Ticket {
  id!: bigint;
  data!: Json<{ a: number }> | null;
  filter!: string | null;
  fields!: string | null;
  order!: Int | null;
  user!: string | null;
  select!: string | null;
  name!: string | null;
  description!: string | null;
  version!: Int | null;
  tags!: string[] | null;
}

/** Unique keys of types that have more than one spelling, and empty ones. */
@model
export class Account {
  id: Uuid = uuid();
  @unique nick!: string | null;
  @unique price!: Decimal | null;
  @unique opened!: Date | null;
  @unique serial!: bigint | null;
  @check('"balance" >= 0') balance: Int = 0;
}

/** Refers to itself, and in a circle to Team. */
@model
export class Member {
  id!: string;
  @references(() => Member, { onDelete: 'setNull' }) managerId!: string | null;
  @references(() => Team) teamId!: string | null;
}

@model
export class Team {
  id!: string;
  @references(() => Member, { onDelete: 'setNull' }) leaderId!: string | null;
}

/** Nothing but an id that the database counts. */
@model
export class Tick {
  id: bigint = autoIncrement();
}

@model({ table: 'odd "table"; --' })
export class Odd {
  id!: Int;
  @column('group by') groupBy!: string | null;
  @column(`it's "quoted"`) quoted!: string | null;
  @column('ünï') @unique unicode!: string | null;
}
