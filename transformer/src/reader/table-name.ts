import pluralize from 'pluralize';
import { snakeCase } from 'dataflow-ts/compiler';

/** The snake_case plural of a class name: `BlogPost` → `blog_posts`, `Person` → `people`. */
export function tableName(model: string): string {
  const words = snakeCase(model).split('_');
  return [...words.slice(0, -1), pluralize(words.at(-1)!)].join('_');
}
