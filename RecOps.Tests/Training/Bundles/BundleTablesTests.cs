using RecOps.Training.Bundles;
using RecOps.Training.Import;
using Xunit;

namespace RecOps.Tests.Training.Bundles;

public sealed class BundleTablesTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task WriteCatalog_SomeValuesUnknown_ReadsBackTheSame()
    {
        var catalog = new CatalogTable
        {
            ItemIds = ["A", "B"],
            Titles = ["Mug", ""],
            Categories = ["Kitchen", "Ünïcode 茶"],
            Brands = ["", "Oak"],
            Prices = [4.5m, null],
            InStock = [true, false],
            Attributes = new Dictionary<string, List<string>> { ["colour"] = ["red", ""] },
        };

        BundleTables.WriteCatalog(_directory.At("catalog.parquet"), catalog, Cancellation);

        ParquetColumns read = await ParquetColumns.ReadAsync(_directory.At("catalog.parquet"));
        Assert.Equal(["item_id", "title", "category", "brand", "price", "in_stock", "colour"], read.Names);
        Assert.Equal(["A", "B"], read.Texts("item_id"));
        Assert.Equal(["Mug", ""], read.Texts("title"));
        Assert.Equal(["Kitchen", "Ünïcode 茶"], read.Texts("category"));
        Assert.Equal([4.5, null], read.Prices);
        Assert.Equal([true, false], read.InStock);
        Assert.Equal(["red", null], read.Texts("colour"));
    }

    [Fact]
    public async Task WriteUsers_MoreThanARowGroup_KeepsOrder()
    {
        int count = BundleTables.RowGroupRows + 10;
        var users = new UserTable
        {
            UserIds = [.. Enumerable.Range(0, count).Select(user => $"u{user}")],
            Countries = [.. Enumerable.Repeat("GB", count)],
            Segments = [.. Enumerable.Repeat("", count)],
        };

        BundleTables.WriteUsers(_directory.At("users.parquet"), users, Cancellation);

        ParquetColumns read = await ParquetColumns.ReadAsync(_directory.At("users.parquet"));
        Assert.Equal(users.UserIds, read.Texts("user_id"));
    }
}
