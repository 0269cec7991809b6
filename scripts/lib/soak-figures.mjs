/** What `npm run test:soak` says in docs/reliability.md of the runs it made. */
import { cpus, totalmem } from 'node:os';
import { createRequire } from 'node:module';
import { spawnSync } from 'node:child_process';
import { nodeWithSqlite } from '../setup.mjs';

/** The versions and the size of the machine; nothing that names it. */
export async function environment(postgresUrl) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  const postgres = (await client.query('SHOW server_version')).rows[0].server_version;
  await client.end();
  const { Database } = createRequire(import.meta.url)('sqlite3');
  const sqlite = await new Promise((resolve, reject) => {
    const db = new Database(':memory:');
    db.get('SELECT sqlite_version() AS version', (error, row) => (error ? reject(error) : db.close(() => resolve(row.version))));
  });
  const other = spawnSync(nodeWithSqlite(), ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout.trim();
  return { cores: cpus().length, memoryGB: Math.round(totalmem() / 2 ** 30), platform: process.platform, node: process.versions.node, nodeWithSqlite: other, postgres, sqlite };
}

/** @param figures one object per line that the tests noted */
export function pageSection(figures, where, durationMs) {
  const of = (topic) => figures.filter((one) => one.topic === topic).sort((a, b) => String(a.database).localeCompare(String(b.database)));
  const number = (value) => Number(value).toLocaleString('en-US');
  const megabytes = (bytes) => (bytes / 2 ** 20).toFixed(1);
  const rows = [];
  for (const { database, programs, calls } of of('differential')) rows.push(['beside hand-written SQL', database, `${number(programs)} random programs, ${number(calls)} calls, no difference`]);
  for (const { databases, programs, calls } of of('agreement')) rows.push(['the databases beside each other', databases, `${number(programs)} random programs, ${number(calls)} calls, no difference but those listed`]);
  for (const database of new Set(of('faults').map((one) => one.database))) {
    const all = of('faults').filter((one) => one.database === database);
    rows.push(['a statement that fails', database, `${number(all.reduce((sum, one) => sum + one.faults, 0))} faults in ${all.length} scenarios`]);
  }
  for (const { database, faults } of of('hangs')) rows.push(['a server that does not answer', database, `${number(faults)} statements`]);
  for (const { database, kills, statements } of of('kills')) rows.push(['`kill -9`', database, `${number(kills)} kills, before and during each of ${statements} statements`]);
  for (const { what, times, committed, errors } of of('outages')) rows.push([what, 'pg', `${number(times)} times, ${number(committed)} transactions committed meanwhile; ${errors}`]);
  for (const { database, texts } of of('injection')) rows.push(['hostile text', database, `${number(texts)} texts, each in some 25 places`]);
  for (const { database, workflows } of of('pool of one')) rows.push(['one connection', database, `${number(workflows)} workflows at once`]);
  for (const { database, workflows, heapBefore, heapAfter, rssBefore, rssAfter, connections } of of('leaks')) {
    rows.push(['memory', database, `${number(workflows)} workflows: heap ${megabytes(heapBefore)} → ${megabytes(heapAfter)} MB, RSS ${megabytes(rssBefore)} → ${megabytes(rssAfter)} MB, ${connections} connections`]);
  }
  for (const { database, rows: count, few, many } of of('bulk')) {
    rows.push(['many rows', database, `${number(count)} rows from a generator, and out again by \`stream\`: at most ${megabytes(many)} MB of heap, ${megabytes(few)} MB for 40,000`]);
  }
  const table = (head, body) => [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const levels = of('isolation').map(({ database, level, transactions, repeated, anomalies }) => [database, level, number(transactions), number(repeated), anomalies]);
  return [
    `One run of ${Math.round(durationMs / 60_000)} minutes on ${where.cores} cores (${where.platform}), Node ${where.node} (\`node:sqlite\`: ${where.nodeWithSqlite}), PostgreSQL ${where.postgres}, SQLite ${where.sqlite}.`,
    table(['what', 'database', 'figures'], rows),
    table(['database', 'isolation level', 'transactions', 'rolled back and repeated', 'anomalies seen'], levels),
  ].join('\n\n');
}
