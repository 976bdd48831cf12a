using System.Globalization;
using RecOps.Serving.Catalog;
using RecOps.Shared.Bundles;
using Xunit;

namespace RecOps.Tests.Server.Models;

/// <summary>catalog.parquet files written by DuckDB and two JavaScript writers (make.mjs), compared value by value.</summary>
public sealed class ForeignFilesTests
{
    private const int Rows = 300;

    private static readonly string[] WithWholePrices =
    [
        "duckdb-bigint",
        "duckdb-integer",
        "duckdb-ubigint",
        "duckdb-uinteger",
        "duckdb-usmallint",
        "hyparquet-whole",
    ];

    private static string Directory => Path.Combine(AppContext.BaseDirectory, "Server", "Models", "Foreign");

    public static TheoryData<string> Files =>
        [
            .. System
                .IO.Directory.GetFiles(Directory, "*.parquet")
                .Select(file => Path.GetFileNameWithoutExtension(file))
                .Order(StringComparer.Ordinal),
        ];

    [Fact]
    public void Files_AreThere() => Assert.Equal(29, Files.Count);

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Read_EveryValueIsAsItWasWritten(string file)
    {
        using var directory = new TempDirectory();
        await HandwrittenBundle.WriteAsync(
            directory.Path,
            change: bundle =>
            {
                File.Copy(Path.Combine(Directory, file + ".parquet"), Path.Combine(bundle, BundleFile.Catalog), overwrite: true);
                HandwrittenBundle.WriteSafetensors(
                    Path.Combine(bundle, BundleFile.Items),
                    ("popularity", "F32", [Rows], HandwrittenBundle.Bytes(new float[Rows])),
                    ("embedding", "F16", [Rows, 2], HandwrittenBundle.Bytes(new Half[2 * Rows]))
                );
                return Task.CompletedTask;
            },
            items: Rows
        );
        using Bundle bundle = Bundle.Open(directory.Path);

        ItemCatalog catalog = ItemCatalog.Read(bundle, TestContext.Current.CancellationToken);

        Assert.Equal(["colour"], catalog.AttributeNames);
        for (int i = 0; i < Rows; i++)
        {
            Assert.Equal(
                (
                    IdOf(file, i),
                    $"Tïtle {i}",
                    $"c{i % 7}",
                    i % 5 == 0 ? "" : $"b{i % 11}",
                    PriceOf(file, i),
                    i % 3 != 0,
                    i % 4 == 0 ? "" : "red"
                ),
                (
                    catalog.IdOf(i),
                    catalog.TitleOf(i),
                    catalog.Categories[i],
                    catalog.Brands[i],
                    catalog.Describe(i).Price,
                    catalog.InStock[i],
                    catalog.AttributeOf(i, "colour")
                )
            );
        }
    }

    private static string IdOf(string file, int i) =>
        file switch
        {
            "duckdb-id-bigint" => (9_000_000_000_000_000_000 + i).ToString(CultureInfo.InvariantCulture),
            "duckdb-id-uuid" => $"00000000-0000-4000-8000-{i:D12}",
            _ => $"i{i}",
        };

    private static decimal? PriceOf(string file, int i)
    {
        if (i % 13 == 0)
            return null;
        int cents = i * 3737 % 10007;
        return WithWholePrices.Contains(file) ? cents : cents / 100m;
    }
}
