import { column, model, references, unique, type Decimal, type Int } from 'dataflow-ts';

@model({ table: 'users', indexes: [['active', 'joinedAt'], ['age', 'active']] })
export class User {
  id!: string;
  name!: string;
  @unique email!: string;
  age!: Int;
  active!: boolean;
  joinedAt!: Date;
  changedAt!: Date;
}

@model({ table: 'orders', indexes: [['userId']] })
export class Order {
  id!: string;
  @references(() => User) @column('user_id') userId!: string;
  total!: Decimal;
  status!: string;
  placedAt!: Date;
}
