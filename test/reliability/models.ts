import { autoIncrement, check, column, length, model, references, unique, type DateOnly, type Decimal, type Int, type Json } from 'dataflow-ts';

/** Its rows' balances always add up to what was there at the start. */
@model
export class Account {
  id!: string;
  @check('"balance" >= 0') balance!: Int;
}

@model
export class Transfer {
  id!: string;
  @references(() => Account) fromId!: string;
  @references(() => Account) toId!: string;
  amount!: Int;
}

/** What once was done, one row per doing: two of one key would show that something was done twice. */
@model
export class Job {
  id: Int = autoIncrement();
  key!: string;
  step!: Int;
}

/** A list that transactions read and append to. */
@model
export class Register {
  id!: string;
  items!: Int[];
}

/** A column of every type that filters and orders treat in a way of its own. */
@model
export class Item {
  id!: Int;
  @unique sku!: string;
  name!: string | null;
  qty!: Int | null;
  price!: Decimal | null;
  weight!: number | null;
  serial!: bigint | null;
  active!: boolean | null;
  at!: Date | null;
  day!: DateOnly | null;
  kind!: 'new' | 'used' | "o'brien" | null;
}

/** A place for text of every kind. */
@model
export class Note {
  id!: string;
  @unique slug!: string | null;
  body!: string | null;
  @length(40) short!: string | null;
  data!: Json<unknown> | null;
  tags!: string[] | null;
  bytes!: Uint8Array | null;
}

@model({ table: `x"; DROP TABLE victims; --` })
export class QuoteTable {
  id!: string;
  @column(`"; DELETE FROM victims; --`) a!: string | null;
  @column(`'); DELETE FROM victims; --`) @unique b!: string | null;
  @column('c" = \'\' OR 1=1 --') c!: Int | null;
}

@model({ table: `it's; DELETE FROM victims` })
export class ApostropheTable {
  id!: string;
  @column('$1') a!: string | null;
  @column('?') @unique b!: string | null;
  @column(':name') c!: Int | null;
}

@model({ table: 'select' })
export class ReservedTable {
  id!: string;
  @column('from') a!: string | null;
  @column('where') @unique b!: string | null;
  @column('order by') c!: Int | null;
}

@model({ table: 'back`tick]\\x' })
export class BracketTable {
  id!: string;
  @column('[a]') a!: string | null;
  @column('/* b */') @unique b!: string | null;
  @column('${c}') c!: Int | null;
}

@model({ table: 'Ünïcode ☃ 表' })
export class UnicodeTable {
  id!: string;
  @column('constructor') a!: string | null;
  @column('toString') @unique b!: string | null;
  @column('a\tb') c!: Int | null;
}
