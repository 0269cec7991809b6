/** Preloaded into `tsc -w`: tells on standard error when a compilation begins and ends, and the CPU time up to then. */
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (text, ...rest) => {
  const event = /Starting (?:incremental )?compilation/.test(text) ? 'begin' : /Watching for file changes/.test(text) ? 'end' : undefined;
  if (event) process.stderr.write(`${JSON.stringify({ event, userMs: process.cpuUsage().user / 1000, errors: Number(/Found (\d+) error/.exec(text)?.[1] ?? 0) })}\n`);
  return write(text, ...rest);
};
