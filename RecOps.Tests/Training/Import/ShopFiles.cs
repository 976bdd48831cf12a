using RecOps.Training.Import;

namespace RecOps.Tests.Training.Import;

/// <summary>A small shop's files; each test replaces the one it tests.</summary>
internal sealed class ShopFiles : IDisposable
{
    public const string GoodCatalog =
        "item_id,title,category,brand,price,in_stock\nA,Mug,Kitchen,Oak,4.50,true\nB,\"Bowl, large\",Kitchen,,,0\n";
    public const string GoodInteractions =
        "user_id,item_id,event,timestamp\nu1,A,view,2026-01-01T00:00:00Z\nu2,B,purchase,2026-01-02T00:00:00Z\n";
    private readonly TempDirectory _directory = new();

    public ShopFiles()
    {
        Catalog = _directory.Write("catalog.csv", GoodCatalog);
        Interactions = _directory.Write("interactions.csv", GoodInteractions);
    }

    public TempDirectory Directory => _directory;

    public string Catalog { get; set; }

    public string Interactions { get; set; }

    public string? Users { get; set; }

    public void WriteCatalog(string text) => _directory.Write("catalog.csv", text);

    public void WriteInteractions(string text) => _directory.Write("interactions.csv", text);

    public void WriteUsers(string text) => Users = _directory.Write("users.csv", text);

    public (ShopData? Data, ImportReport Report) Import(bool skipBadRows = false, int maxProblems = ImportReport.DefaultKept)
    {
        var report = new ImportReport(maxProblems);
        var options = new ImportOptions
        {
            Catalog = Catalog,
            Interactions = Interactions,
            Users = Users,
            SkipBadRows = skipBadRows,
        };
        return (ShopImport.Read(options, report, new SilentProgress(), CancellationToken.None), report);
    }

    public void Dispose() => _directory.Dispose();
}
