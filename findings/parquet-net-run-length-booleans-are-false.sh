#!/usr/bin/env bash
# Parquet.Net 6.1.0 reads run-length encoded BOOLEAN columns as all false, without an error.
#
# RLE is a standard encoding of booleans: hyparquet-writer uses it by default, Apache Arrow with version 2 of data pages. The file here is
# written with ParquetSharp (Apache Arrow C++) 25.0.1.2, which reads its own values back; Parquet.Net reads the same bytes as nothing but false.
#
# Seen, for 64 times true and 64 times false: true of 128: by Arrow 64, by Parquet.Net 0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > booleans.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Parquet.Net" Version="6.1.0" />
    <PackageReference Include="ParquetSharp" Version="25.0.1.2" />
  </ItemGroup>
</Project>
XML
cat > Program.cs <<'CS'
using ParquetSharp;

const string File = "booleans.parquet";
bool[] values = [.. Enumerable.Repeat(true, 64), .. Enumerable.Repeat(false, 64)];
using (var builder = new WriterPropertiesBuilder())
{
    using WriterProperties properties = builder.DisableDictionary().Encoding("in_stock", Encoding.Rle).Build();
    using var writer = new ParquetFileWriter(File, [new Column<bool>("in_stock")], properties);
    using (RowGroupWriter group = writer.AppendRowGroup())
    {
        using LogicalColumnWriter<bool> column = group.NextColumn().LogicalWriter<bool>();
        column.WriteBatch(values);
    }

    writer.Close();
}

using var arrow = new ParquetFileReader(File);
using RowGroupReader rows = arrow.RowGroup(0);
bool[] byArrow = rows.Column(0).LogicalReader<bool>().ReadAll(values.Length);
await using Parquet.ParquetReader reader = await Parquet.ParquetReader.CreateAsync(File);
using Parquet.ParquetRowGroupReader group2 = reader.OpenRowGroupReader(0);
var byParquetNet = new bool[values.Length];
await group2.ReadAsync<bool>(reader.Schema.DataFields[0], byParquetNet);
Console.WriteLine($"true of 128: by Arrow {byArrow.Count(value => value)}, by Parquet.Net {byParquetNet.Count(value => value)}");
CS
seen=$(dotnet run)
echo "$seen"
[ "$seen" = "true of 128: by Arrow 64, by Parquet.Net 0" ] || { echo "This has changed."; exit 1; }
