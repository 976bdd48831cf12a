using System.Text;
using RecOps.Training.Import;
using Xunit;

namespace RecOps.Tests.Training.Import;

public sealed class ShopImportTests : IDisposable
{
    private readonly ShopFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Read_GoodFiles_FillsTables()
    {
        (ShopData? data, ImportReport report) = _files.Import();

        Assert.NotNull(data);
        Assert.Equal(0, report.Total);
        Assert.Equal(["A", "B"], data.Catalog.ItemIds);
        Assert.Equal(["Mug", "Bowl, large"], data.Catalog.Titles);
        Assert.Equal(["Oak", ""], data.Catalog.Brands);
        Assert.Equal([4.50m, null], data.Catalog.Prices);
        Assert.Equal([true, false], data.Catalog.InStock);
        Assert.Equal(["u1", "u2"], data.Users.UserIds);
        Assert.Equal([InteractionType.View, InteractionType.Purchase], data.Interactions.Types);
        Assert.Equal([1767225600, 1767312000], data.Interactions.Times);
    }

    [Fact]
    public void Read_ColumnsInAnotherOrderQuotedWithByteOrderMark_AreFoundByName()
    {
        _files.WriteInteractions(
            "\uFEFF\"timestamp\",\"Event\",price,\"ITEM_ID\",quantity,user_id\r\n2026-01-01,CART,1.5,B,2,\"u \"\"1\"\"\"\r\n"
        );

        (ShopData? data, _) = _files.Import();

        Assert.NotNull(data);
        Assert.Equal(["u \"1\""], data.Users.UserIds);
        Assert.Equal([1], data.Interactions.Items);
        Assert.Equal([InteractionType.Cart], data.Interactions.Types);
    }

    [Theory]
    [InlineData("interactions.csv.gz")]
    [InlineData("interactions.csv")]
    public void Read_Gzip_IsDetectedByItsContent(string name)
    {
        _files.Interactions = _files.Directory.WriteGzip(name, ShopFiles.GoodInteractions);

        Assert.Equal(2, _files.Import().Data?.Interactions.Count);
    }

    [Fact]
    public void Read_GzipOfSeveralMembers_ReadsAllOfThem()
    {
        byte[] first = TempDirectory.Gzip(Encoding.UTF8.GetBytes(ShopFiles.GoodInteractions));
        byte[] second = TempDirectory.Gzip("u3,A,view,5\n"u8.ToArray());
        _files.Interactions = _files.Directory.Write("interactions.csv.gz", [.. first, .. second]);

        Assert.Equal(3, _files.Import().Data?.Interactions.Count);
    }

    [Fact]
    public void Read_PlainTextNamedGz_IsReadAsText()
    {
        _files.Interactions = _files.Directory.Write("interactions.csv.gz", ShopFiles.GoodInteractions);

        Assert.Equal(2, _files.Import().Data?.Interactions.Count);
    }

    [Fact]
    public void Read_UnsortedInteractions_SortsByTimeAndKeepsTheOrderOfEqualTimes()
    {
        _files.WriteInteractions(
            "user_id,item_id,event,timestamp\nu3,A,view,300\nu1,A,view,100\nu2,A,click,100\nu1,B,cart,100\nu4,B,view,50\n"
        );

        (ShopData? data, _) = _files.Import();

        Assert.NotNull(data);
        Assert.Equal(["u3", "u1", "u2", "u4"], data.Users.UserIds);
        Assert.Equal([3, 1, 2, 1, 0], data.Interactions.Users);
        Assert.Equal([50, 100, 100, 100, 300], data.Interactions.Times);
        Assert.Equal([1, 0, 0, 1, 0], data.Interactions.Items);
    }

    [Fact]
    public void Read_ManyUnsortedRows_AgreesWithAStableSort()
    {
        var random = new Random(3);
        (int User, int Time)[] rows = [.. Enumerable.Range(0, 40_000).Select(_ => (random.Next(50), random.Next(500)))];
        _files.WriteInteractions(
            "user_id,item_id,event,timestamp\n" + string.Concat(rows.Select(row => $"{row.User},A,view,{row.Time}\n"))
        );

        (ShopData? data, _) = _files.Import();

        Assert.NotNull(data);
        Assert.Equal(
            rows.OrderBy(row => row.Time).Select(row => $"{row.User}"),
            data.Interactions.Users.Select(user => data.Users.UserIds[user])
        );
    }

    [Fact]
    public void Read_UsersFile_ComesFirstAndOthersAreAdded()
    {
        _files.WriteUsers("user_id,segment,country\nu9,vip,DE\nu2,,FR\n");

        (ShopData? data, _) = _files.Import();

        Assert.NotNull(data);
        Assert.Equal(["u9", "u2", "u1"], data.Users.UserIds);
        Assert.Equal(["DE", "FR", ""], data.Users.Countries);
        Assert.Equal(["vip", "", ""], data.Users.Segments);
        Assert.Equal([2, 1], data.Interactions.Users);
    }

    [Fact]
    public void Read_OtherCatalogColumns_BecomeAttributes()
    {
        _files.WriteCatalog("colour,item_id,Material,\nred,A,,1\n,B,oak,2\n");

        (ShopData? data, _) = _files.Import();

        Assert.NotNull(data);
        Assert.Equal(["colour", "Material"], data.Catalog.Attributes.Keys);
        Assert.Equal(["red", ""], data.Catalog.Attributes["colour"]);
        Assert.Equal(["", "oak"], data.Catalog.Attributes["Material"]);
        Assert.Equal([true, true], data.Catalog.InStock);
        Assert.Equal(["", ""], data.Catalog.Titles);
    }

    [Fact]
    public void Read_EmptyQuantityAndPrice_AreAllowed()
    {
        _files.WriteInteractions("user_id,item_id,event,timestamp,quantity,price\nu1,A,view,1,,\nu1,A,purchase,2,3,0\n");

        Assert.Equal(2, _files.Import().Data?.Interactions.Count);
    }

    [Fact]
    public void Read_CancelledWhileReading_Throws()
    {
        using var cancellation = new CancellationTokenSource();
        var options = new ImportOptions { Catalog = _files.Catalog, Interactions = _files.Interactions };
        var progress = new SilentProgress(name =>
        {
            if (name == "Interactions")
                cancellation.Cancel();
        });

        Assert.ThrowsAny<OperationCanceledException>(() => ShopImport.Read(options, new ImportReport(), progress, cancellation.Token));
    }
}
