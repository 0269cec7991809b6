/** Preloaded into a measured process: leaves its CPU time and largest memory in the file of the environment variable. */
const { writeFileSync } = require('node:fs');
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeFileSync(process.env.DATAFLOW_BENCH_CPU, JSON.stringify({ userMs: userCPUTime / 1000, systemMs: systemCPUTime / 1000, peakMb: maxRSS / 1024 }));
});
