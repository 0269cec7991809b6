/**
 * Any object with these four methods, such as `console`. `message` says it all in one line, `fields` holds the same as data; neither
 * holds row values or secrets. What a method throws is dropped.
 */
export interface Logger {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}
