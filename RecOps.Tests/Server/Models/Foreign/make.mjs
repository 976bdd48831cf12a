// Writes the tables beside it, each as another program writes it. To write them anew:
//   npm install --prefix /tmp/foreign @duckdb/node-api@1.5.6-r.1 hyparquet-writer@0.17.0 hyparquet-compressors@1.1.2 parquet-wasm@0.8.0 apache-arrow@21.2.0
//   cp make.mjs /tmp/foreign && node /tmp/foreign/make.mjs "$PWD"
// Row i of each is what ForeignTables.cs says it is.
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { tableFromArrays, tableToIPC, vectorFromArray, Bool, Float64, Utf8, Dictionary, Int32 } from 'apache-arrow';

const wasm = createRequire(import.meta.url)('parquet-wasm/node');
const directory = process.argv[2];
const rows = 300;
const at = (file) => join(directory, file);
const all = [...Array(rows).keys()];
const ids = all.map((i) => `i${i}`);
const titles = all.map((i) => `Tïtle ${i}`);
const categories = all.map((i) => `c${i % 7}`);
const brands = all.map((i) => (i % 5 === 0 ? null : `b${i % 11}`));
const prices = all.map((i) => (i % 13 === 0 ? null : (i * 3737) % 10007 / 100));
const stock = all.map((i) => i % 3 !== 0);
const colours = all.map((i) => (i % 4 === 0 ? null : 'red'));

const connection = await (await DuckDBInstance.create()).connect();
const duckdb = async (file, options, { id = "'i' || i", price = 'DECIMAL(9, 2)', whole = false, extra = '' } = {}) => {
  const amount = whole ? '(i * 3737) % 10007' : '((i * 3737) % 10007) / 100';
  await connection.run(`COPY (
    SELECT {'item_id': 'not ' || i, 'title': 'not ' || i, 'price': 0.01} AS previous, ${id} AS item_id, 'Tïtle ' || i AS title, 'c' || i % 7 AS category,
      CASE WHEN i % 5 <> 0 THEN 'b' || i % 11 END AS brand, CASE WHEN i % 13 <> 0 THEN CAST(${amount} AS ${price}) END AS price, i % 3 <> 0 AS in_stock,
      CASE WHEN i % 4 <> 0 THEN 'red' END AS colour ${extra}
    FROM range(${rows}) t(i)) TO '${at(file)}' (FORMAT parquet, ${options})`);
};

for (const codec of ['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw']) await duckdb(`duckdb-${codec}.parquet`, `COMPRESSION ${codec}`);
await duckdb('duckdb-v2.parquet', 'PARQUET_VERSION v2', {
  extra: ", make_timestamp(1700000000000000 + i * 12345) AS added, [i, i + 1] AS sizes, {'a': i} AS details, MAP {'k': i} AS more, i::INTEGER AS year, '{}'::JSON AS json, NULL::INTEGER AS nothing, make_date(2026, 1, 1) AS since",
});
await duckdb('duckdb-decimal18.parquet', 'COMPRESSION zstd', { price: 'DECIMAL(18, 2)' });
await duckdb('duckdb-decimal38.parquet', 'COMPRESSION zstd', { price: 'DECIMAL(38, 2)' });
await duckdb('duckdb-decimal18-v2.parquet', 'PARQUET_VERSION v2', { price: 'DECIMAL(18, 2)' });
await duckdb('duckdb-float.parquet', 'COMPRESSION zstd', { price: 'FLOAT' });
await duckdb('duckdb-double-v2.parquet', 'PARQUET_VERSION v2', { price: 'DOUBLE' });
for (const type of ['USMALLINT', 'INTEGER', 'UINTEGER', 'BIGINT', 'UBIGINT']) await duckdb(`duckdb-${type.toLowerCase()}.parquet`, 'COMPRESSION zstd', { price: type, whole: true });
await duckdb('duckdb-id-bigint.parquet', 'COMPRESSION zstd', { id: '9000000000000000000 + i' });
await duckdb('duckdb-id-uuid.parquet', 'COMPRESSION zstd', { id: "('00000000-0000-4000-8000-' || lpad(i::VARCHAR, 12, '0'))::UUID" });

const columns = (price) => [
  { name: 'item_id', data: ids, type: 'STRING', nullable: false }, { name: 'title', data: titles, type: 'STRING' }, { name: 'category', data: categories, type: 'STRING' },
  { name: 'brand', data: brands, type: 'STRING' }, { name: 'price', data: price }, { name: 'in_stock', data: stock, type: 'BOOLEAN', nullable: false },
  { name: 'colour', data: colours, type: 'STRING' },
];
const save = (file, buffer) => writeFileSync(at(file), Buffer.from(buffer));
save('hyparquet-snappy.parquet', parquetWriteBuffer({ columnData: columns(prices) }));
save('hyparquet-uncompressed.parquet', parquetWriteBuffer({ columnData: columns(prices), codec: 'UNCOMPRESSED' }));
save('hyparquet-whole.parquet', parquetWriteBuffer({ columnData: columns(prices.map((price) => (price === null ? null : Math.round(price * 100)))) }));

const arrow = tableFromArrays({});
const words = (values) => vectorFromArray(values, new Utf8());
const table = new arrow.constructor({
  item_id: words(ids), title: words(titles), category: vectorFromArray(categories, new Dictionary(new Utf8(), new Int32())), brand: words(brands),
  price: vectorFromArray(prices, new Float64()), in_stock: vectorFromArray(stock, new Bool()), colour: words(colours),
});
const ipc = tableToIPC(table, 'stream');
for (const version of ['V1', 'V2']) {
  for (const codec of ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD', 'BROTLI', 'LZ4_RAW']) {
    if (version === 'V1' && codec !== 'ZSTD') continue;
    const properties = new wasm.WriterPropertiesBuilder().setWriterVersion(version === 'V1' ? wasm.WriterVersion.V1 : wasm.WriterVersion.V2)
      .setCompression(wasm.Compression[codec]).setMaxRowGroupSize(codec === 'SNAPPY' ? 64 : rows).build();
    save(`parquet-wasm-${version.toLowerCase()}-${codec.toLowerCase()}.parquet`, wasm.writeParquet(wasm.Table.fromIPCStream(ipc), properties));
  }
}
