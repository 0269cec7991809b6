/** Contracts as the generator writes them, for the type tests. */
import type { Operation, TypedNodeClass } from '../../runtime/src/nodes/node.js';

export type Id<M, T = string> = T & { readonly __idOf?: M };
type Managed = 'DF-104: createdAt is managed by DataFlow; remove it';
type InFields = 'DF-106: put the field inside `fields`';

interface TextOps { $eq?: string; $in?: readonly string[]; $like?: string }
interface IdOps<T> { $eq?: T; $in?: readonly T[] }

export interface UserRow { id: Id<'User'>; name: string; email: string; age: number | null; active: boolean; createdAt: Date }
export interface UserCreateValues { id: Id<'User'>; name: string; email: string; age: number | null; active: boolean; createdAt: Managed }
export interface UserFieldValues { name: string; email: string; age: number | null; active: boolean; createdAt: Managed }
export interface UserFilter { id?: Id<'User'> | IdOps<Id<'User'>>; name?: string | TextOps; email?: string | TextOps; age?: number | null; $or?: readonly UserFilter[] }
export interface SessionRow { id: Id<'Session'>; userId: Id<'User'>; token: string; createdAt: Date }
export interface SessionCreateValues { id: Id<'Session'>; userId: Id<'User'>; token: string; createdAt: Managed }

/** A generated class: its operation is a literal. */
type Node<Type extends string, Op extends Operation, In extends object, Required extends PropertyKey, Out> = TypedNodeClass<Type, In, Required, Out> & { readonly operation: Op };

interface UserReadInputs { id: Id<'User'>; filter: UserFilter; raiseOnNotFound: boolean }
interface UserUpdateInputs { filter: UserFilter; fields: Partial<UserFieldValues>; raiseOnNotFound: boolean; name: InFields; email: InFields }
interface UserListInputs { filter: UserFilter; limit: number; select: readonly (keyof UserRow)[]; total: true }
interface UserListResult { records: UserRow[]; hasMore: boolean; cursor: string | null; total?: number }
interface UserDeleteInputs { id: Id<'User'>; filter: UserFilter }

export declare const UserCreateNode: Node<'UserCreateNode', 'create', UserCreateValues, 'id' | 'name' | 'email', UserRow>;
export declare const UserReadNode: Node<'UserReadNode', 'read', UserReadInputs, never, UserRow>;
export declare const UserUpdateNode: Node<'UserUpdateNode', 'update', UserUpdateInputs, 'filter' | 'fields', UserRow>;
export declare const UserListNode: Node<'UserListNode', 'list', UserListInputs, never, UserListResult>;
export declare const UserDeleteNode: Node<'UserDeleteNode', 'delete', UserDeleteInputs, never, { deleted: boolean; record?: UserRow }>;
export declare const SessionCreateNode: Node<'SessionCreateNode', 'create', SessionCreateValues, 'id' | 'userId' | 'token', SessionRow>;

declare module '../../runtime/src/nodes/node.js' {
  interface NodeRegistry {
    UserCreateNode: typeof UserCreateNode;
    UserReadNode: typeof UserReadNode;
    UserUpdateNode: typeof UserUpdateNode;
    UserListNode: typeof UserListNode;
    UserDeleteNode: typeof UserDeleteNode;
    SessionCreateNode: typeof SessionCreateNode;
  }
}
