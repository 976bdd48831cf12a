using Parquet;
using Parquet.Schema;
using ParquetSharp;
using RecOps.Serving.Catalog;
using RecOps.Shared.Bundles;
using Xunit;
using Column = ParquetSharp.Column;
using ParquetWriter = Parquet.ParquetWriter;

namespace RecOps.Tests.Server.Models;

/// <summary>catalog.parquet as other programs write it: read value by value, or refused with a clear message.</summary>
public sealed class ForeignTableTests
{
    private const string Catalog = "catalog.parquet";
    private static readonly string[] Ids = ["barolo", "chianti", "syrah", "riesling", "chablis", "soave"];

    [Fact]
    public Task Prices_SinglePrecision_AreTheDecimalsThatWereMeant() =>
        PricesAsync(new Column<float?>("price"), [40f, 12.5f, 19.99f, null, 0f, 9.1f], [40m, 12.5m, 19.99m, null, 0m, 9.1m]);

    [Fact]
    public Task Prices_WholeNumbers_Widened() =>
        PricesAsync(new Column<int?>("price"), [40, 12, 15, null, 0, 9], [40m, 12m, 15m, null, 0m, 9m]);

    [Fact]
    public Task Prices_LongNumbers_Widened() =>
        PricesAsync(new Column<long>("price"), [40, 12, 15, 14, 0, 1_000_000_000_000], [40m, 12m, 15m, 14m, 0m, 1_000_000_000_000m]);

    [Fact]
    public Task Prices_Decimals_Widened() =>
        PricesAsync(
            new Column<decimal?>("price", LogicalType.Decimal(precision: 18, scale: 2)),
            [40.00m, 12.50m, 19.99m, null, 0m, 9.10m],
            [40m, 12.5m, 19.99m, null, 0m, 9.1m]
        );

    [Fact]
    public Task Prices_NaN_AreNone() =>
        PricesAsync(new Column<double>("price"), [40, double.NaN, 15, 14, 22, 9], [40m, null, 15m, 14m, 22m, 9m]);

    [Theory]
    [InlineData(-1)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e300)]
    public async Task Prices_NotPrices_AreRefusedByRow(double price)
    {
        string message = await RefusalAsync(file => Write(file, new Column<double>("price"), [40, 12, price, 14, 22, 9]));

        Assert.Contains($"{Catalog}: price is ", message, StringComparison.Ordinal);
        Assert.Contains("in row 2;", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Encoding.Plain)]
    [InlineData(Encoding.Rle)]
    public async Task Stock_EachEncoding_IsAsWritten(Encoding encoding)
    {
        using var directory = new TempDirectory();
        using Bundle bundle = await BundleAsync(directory, file => Write(file, new Column<double>("price"), [1d, 2, 3, 4, 5, 6], encoding));

        Assert.Equal(
            [true, false, true, true, false, true],
            ItemCatalog.Read(bundle, TestContext.Current.CancellationToken).InStock.ToArray()
        );
    }

    [Theory]
    [InlineData(Compression.Uncompressed)]
    [InlineData(Compression.Snappy)]
    [InlineData(Compression.Gzip)]
    [InlineData(Compression.Brotli)]
    [InlineData(Compression.Zstd)]
    [InlineData(Compression.Lz4)]
    [InlineData(Compression.Lz4Hadoop)]
    public async Task Prices_EachCodec_AreAsWritten(Compression codec)
    {
        using var directory = new TempDirectory();
        using Bundle bundle = await BundleAsync(
            directory,
            file => Write(file, new Column<double>("price"), [40, 12.5, 15, 14, 22, 9], codec: codec)
        );

        ItemCatalog catalog = ItemCatalog.Read(bundle, TestContext.Current.CancellationToken);
        Assert.Equal([40m, 12.5m, 15m, 14m, 22m, 9m], Enumerable.Range(0, Ids.Length).Select(item => catalog.Describe(item).Price));
    }

    [Fact]
    public async Task Text_NotUtf8_RefusedByColumn()
    {
        string message = await RefusalAsync(file => WriteTitles(file, new Column<string>("title"), WriteBytes));

        Assert.Equal($"{Catalog}: column 'title' is not UTF-8 in row 0.", message);

        static unsafe void WriteBytes(RowGroupWriter group)
        {
            byte[] cut = [0xC3, 0x28];
            fixed (byte* bytes = cut)
            {
                using var titles = (ColumnWriter<ByteArray>)group.NextColumn();
                titles.WriteBatch(
                    Ids.Length,
                    [1, 1, 1, 1, 1, 1],
                    null,
                    Enumerable.Repeat(new ByteArray((nint)bytes, cut.Length), Ids.Length).ToArray()
                );
            }
        }
    }

    [Theory]
    [InlineData(".", "item_id is '.' or '..' or has a control character in row 2, so no call could name it.")]
    [InlineData("..", "item_id is '.' or '..' or has a control character in row 2, so no call could name it.")]
    [InlineData("a\nb", "item_id is '.' or '..' or has a control character in row 2, so no call could name it.")]
    [InlineData("a\u0085b", "item_id is '.' or '..' or has a control character in row 2, so no call could name it.")]
    [InlineData(null, "item_id has 513 characters in row 2; at most 512 are allowed.")]
    public async Task Id_ThatNoCallCanName_RefusedByRow(string? id, string expected)
    {
        string[] ids = [.. Ids];
        ids[2] = id ?? new string('x', RecOps.Shared.Bundles.Ids.LongestItem + 1);

        Assert.Equal(
            $"{Catalog}: {expected}",
            await RefusalAsync(file => Write(file, new Column<double>("price"), [1d, 2, 3, 4, 5, 6], ids: ids))
        );
    }

    [Fact]
    public async Task Price_OfSeventeenDigits_IsKeptWhole()
    {
        double[] prices = [0.1 + 0.2, 1e9 - 0.0000001, 0, 12.345678901234567, 5e-324, 19.99];

        await PricesAsync(
            new Column<double>("price"),
            prices,
            [0.30000000000000004m, 999999999.9999999m, 0m, 12.345678901234567m, 0m, 19.99m]
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stock_WholeNumbers_TakenOnlyWhereNoRowHasOne(bool empty)
    {
        using var directory = new TempDirectory();
        using Bundle bundle = await BundleAsync(
            directory,
            file =>
                WriteTitles(
                    file,
                    new Column<string>("title"),
                    group =>
                    {
                        using LogicalColumnWriter<string> titles = group.NextColumn().LogicalWriter<string>();
                        titles.WriteBatch(Ids);
                    },
                    empty ? [null, null, null, null, null, null] : [null, null, 1, null, null, null]
                )
        );

        if (empty)
            Assert.Equal([true, true, true, true, true, true], Read().InStock.ToArray());
        else
            Assert.Equal(
                $"{Catalog}: column 'in_stock' holds INT in INT32; expected true or false (BOOLEAN).",
                Assert.Throws<BundleException>(Read).Message
            );

        ItemCatalog Read() => ItemCatalog.Read(bundle, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Column_Twice_Refused()
    {
        string message = await RefusalAsync(file =>
            Write(
                file,
                new Column<double>("price"),
                [1d, 2, 3, 4, 5, 6],
                extra: [new Column<string>("title")],
                write: group =>
                {
                    using LogicalColumnWriter<string> texts = group.NextColumn().LogicalWriter<string>();
                    texts.WriteBatch(Ids);
                }
            )
        );

        Assert.Equal($"{Catalog}: column 'title' appears 2 times.", message);
    }

    [Fact]
    public async Task Price_ATimestamp_RefusedByItsType()
    {
        string message = await RefusalAsync(file =>
            Write(file, new Column<DateTime>("price", LogicalType.Timestamp(true, TimeUnit.Millis)), new DateTime[6])
        );

        Assert.Equal($"{Catalog}: column 'price' holds TIMESTAMP in INT64; expected numbers.", message);
    }

    [Fact]
    public async Task File_CutShort_Refused()
    {
        string message = await RefusalAsync(file =>
        {
            Write(file, new Column<double>("price"), [1d, 2, 3, 4, 5, 6]);
            using FileStream stream = File.OpenWrite(file);
            stream.SetLength(stream.Length - 20);
        });

        Assert.StartsWith($"{Catalog}: not a readable Parquet file: Parquet magic by", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_NotText_AreLeftOutAndNotARefusal()
    {
        using var directory = new TempDirectory();
        using Bundle bundle = await BundleAsync(
            directory,
            file =>
            {
                Write(
                    file,
                    new Column<double>("price"),
                    [1d, 2, 3, 4, 5, 6],
                    extra:
                    [
                        new Column<int>("year"),
                        new Column<DateTime>("added"),
                        new Column<string[]>("tags"),
                        new Column<string>("region"),
                    ],
                    write: group =>
                    {
                        using (LogicalColumnWriter<int> years = group.NextColumn().LogicalWriter<int>())
                            years.WriteBatch([2018, 2019, 2020, 2021, 2022, 2023]);
                        using (LogicalColumnWriter<DateTime> added = group.NextColumn().LogicalWriter<DateTime>())
                            added.WriteBatch(new DateTime[6]);
                        using (LogicalColumnWriter<string[]> tags = group.NextColumn().LogicalWriter<string[]>())
                            tags.WriteBatch([
                                ["a"],
                                [],
                                ["b", "c"],
                                [],
                                [],
                                [],
                            ]);
                        using LogicalColumnWriter<string> regions = group.NextColumn().LogicalWriter<string>();
                        regions.WriteBatch(["Piedmont", "Tuscany", "Rhône", "Mosel", "Burgundy", "Veneto"]);
                    }
                );
                return Task.CompletedTask;
            }
        );

        ItemCatalog catalog = ItemCatalog.Read(bundle, TestContext.Current.CancellationToken);

        Assert.Equal(["region"], catalog.AttributeNames);
        Assert.Equal("Rhône", catalog.AttributeOf(2, "region"));
    }

    [Fact]
    public async Task Columns_OfAStructWithTheSameNames_AreNotTakenForTheTables()
    {
        using var directory = new TempDirectory();
        using Bundle bundle = await BundleAsync(
            directory,
            async file =>
            {
                var previous = new StructField(
                    "previous",
                    new DataField<string>("item_id"),
                    new DataField<string>("title"),
                    new DataField<double?>("price")
                );
                DataField[] own =
                [
                    new DataField<string>("item_id"),
                    new DataField<string>("title"),
                    new DataField<string>("category"),
                    new DataField<string>("brand"),
                    new DataField<double?>("price"),
                    new DataField<bool>("in_stock"),
                ];
                await using FileStream stream = File.Create(file);
                await using ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema([previous, .. own]), stream);
                using ParquetRowGroupWriter group = writer.CreateRowGroup();
                string[] wrong = [.. Ids.Select(id => "old " + id)];
                await group.WriteAsync((DataField)previous.Fields[0], wrong);
                await group.WriteAsync((DataField)previous.Fields[1], wrong);
                await group.WriteAsync<double>((DataField)previous.Fields[2], new double?[] { 1, 1, 1, 1, 1, 1 });
                await group.WriteAsync(own[0], Ids);
                await group.WriteAsync(own[1], Ids);
                for (int i = 2; i < 4; i++)
                    await group.WriteAsync(own[i], new string[] { "", "", "", "", "", "" });
                await group.WriteAsync<double>(own[4], new double?[] { 40, 12, 15, 14, 22, 9 });
                await group.WriteAsync<bool>(own[5], new[] { true, true, true, true, true, true });
                group.CompleteValidate();
            }
        );

        ItemCatalog catalog = ItemCatalog.Read(bundle, TestContext.Current.CancellationToken);

        Assert.Equal(("barolo", "barolo", 40m), (catalog.IdOf(0), catalog.TitleOf(0), catalog.Describe(0).Price));
    }

    [Fact]
    public async Task Title_AList_RefusedByName()
    {
        string message = await RefusalAsync(file =>
            WriteTitles(
                file,
                new Column<string[]>("title"),
                group =>
                {
                    using LogicalColumnWriter<string[]> titles = group.NextColumn().LogicalWriter<string[]>();
                    titles.WriteBatch([.. Ids.Select(id => new[] { id })]);
                }
            )
        );

        Assert.Equal($"{Catalog}: column 'title' is a list, a map or a struct; expected one value per row.", message);
    }

    private static async Task PricesAsync<T>(Column<T> column, T[] prices, decimal?[] expected)
    {
        using var directory = new TempDirectory();
        using Bundle bundle = await BundleAsync(
            directory,
            file =>
            {
                Write(file, column, prices);
                return Task.CompletedTask;
            }
        );

        ItemCatalog catalog = ItemCatalog.Read(bundle, TestContext.Current.CancellationToken);

        Assert.Equal(expected, Enumerable.Range(0, Ids.Length).Select(item => catalog.Describe(item).Price));
        Assert.Equal([true, false, true, true, false, true], catalog.InStock.ToArray());
    }

    private static async Task<string> RefusalAsync(Action<string> write)
    {
        using var directory = new TempDirectory();
        using Bundle bundle = await BundleAsync(
            directory,
            file =>
            {
                write(file);
                return Task.CompletedTask;
            }
        );
        return Assert.Throws<BundleException>(() => ItemCatalog.Read(bundle, TestContext.Current.CancellationToken)).Message;
    }

    private static Task<Bundle> BundleAsync(TempDirectory directory, Action<string> write) =>
        BundleAsync(
            directory,
            file =>
            {
                write(file);
                return Task.CompletedTask;
            }
        );

    private static async Task<Bundle> BundleAsync(TempDirectory directory, Func<string, Task> write)
    {
        await HandwrittenBundle.WriteAsync(directory.Path, change: path => write(Path.Combine(path, Catalog)));
        return Bundle.Open(directory.Path);
    }

    /// <summary>Written with Arrow C++, as DuckDB, pandas and Spark produce it.</summary>
    private static void Write<T>(
        string file,
        Column<T> price,
        T[] prices,
        Encoding stock = Encoding.Plain,
        Column[]? extra = null,
        Action<RowGroupWriter>? write = null,
        Compression codec = Compression.Snappy,
        string[]? ids = null
    )
    {
        Column[] columns =
        [
            new Column<string>("item_id"),
            new Column<string>("title"),
            new Column<string>("category"),
            new Column<string>("brand"),
            price,
            new Column<bool>("in_stock"),
            .. extra ?? [],
        ];
        using var builder = new WriterPropertiesBuilder();
        builder.DisableDictionary("in_stock").Encoding("in_stock", stock).Compression(codec);
        using WriterProperties properties = builder.Build();
        using var writer = new ParquetFileWriter(file, columns, properties);
        using (RowGroupWriter group = writer.AppendRowGroup())
        {
            for (int i = 0; i < 4; i++)
            {
                using LogicalColumnWriter<string> texts = group.NextColumn().LogicalWriter<string>();
                texts.WriteBatch(
                    i == 0 ? ids ?? Ids
                    : i == 1 ? Ids
                    : ["", "", "", "", "", ""]
                );
            }

            using (LogicalColumnWriter<T> numbers = group.NextColumn().LogicalWriter<T>())
                numbers.WriteBatch(prices);
            using (LogicalColumnWriter<bool> flags = group.NextColumn().LogicalWriter<bool>())
                flags.WriteBatch([true, false, true, true, false, true]);
            write?.Invoke(group);
        }

        writer.Close();
    }

    /// <param name="wholes">Integers for in_stock; null for true in each row.</param>
    private static void WriteTitles(string file, Column title, Action<RowGroupWriter> write, int?[]? wholes = null)
    {
        using var writer = new ParquetFileWriter(
            file,
            [
                new Column<string>("item_id"),
                title,
                new Column<string>("category"),
                new Column<string>("brand"),
                new Column<double>("price"),
                wholes is null ? new Column<bool>("in_stock") : new Column<int?>("in_stock"),
            ]
        );
        using RowGroupWriter group = writer.AppendRowGroup();
        using (LogicalColumnWriter<string> ids = group.NextColumn().LogicalWriter<string>())
            ids.WriteBatch(Ids);
        write(group);
        for (int i = 0; i < 2; i++)
        {
            using LogicalColumnWriter<string> texts = group.NextColumn().LogicalWriter<string>();
            texts.WriteBatch(["", "", "", "", "", ""]);
        }

        using (LogicalColumnWriter<double> prices = group.NextColumn().LogicalWriter<double>())
            prices.WriteBatch([1, 2, 3, 4, 5, 6]);
        if (wholes is null)
        {
            using LogicalColumnWriter<bool> stock = group.NextColumn().LogicalWriter<bool>();
            stock.WriteBatch([true, true, true, true, true, true]);
        }
        else
        {
            using LogicalColumnWriter<int?> stock = group.NextColumn().LogicalWriter<int?>();
            stock.WriteBatch(wholes);
        }

        writer.Close();
    }
}
