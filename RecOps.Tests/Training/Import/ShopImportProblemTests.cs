using System.Text;
using RecOps.Training.Import;
using Xunit;

namespace RecOps.Tests.Training.Import;

public sealed class ShopImportProblemTests : IDisposable
{
    private const string Header = "user_id,item_id,event,timestamp,quantity,price\n";
    private readonly ShopFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Read_FileNotThere_IsReported()
    {
        _files.Interactions = _files.Directory.At("nowhere.csv");

        AssertProblem(ProblemKind.FileNotFound, _files.Interactions, 0, null, "does not exist");
    }

    [Fact]
    public void Read_Directory_IsReported()
    {
        _files.Interactions = _files.Directory.Path;

        AssertProblem(ProblemKind.UnreadableFile, _files.Interactions, 0, null, "is a directory");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_EmptyFile_IsReported(bool gzip)
    {
        if (gzip)
            _files.Interactions = _files.Directory.WriteGzip("interactions.csv.gz", "");
        else
            _files.WriteInteractions("");

        AssertProblem(ProblemKind.EmptyFile, _files.Interactions, 0, null, "user_id,item_id,event,timestamp");
    }

    [Fact]
    public void Read_HeaderOnly_IsReported()
    {
        _files.WriteCatalog("item_id,title\n");
        _files.WriteInteractions(Header);

        (_, ImportReport report) = _files.Import();

        Assert.Equal(2, report[ProblemKind.NoRows]);
        Assert.Equal(2, report.Total);
        Assert.Contains("has a header but no rows", report.Problems[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ColumnsMissing_NamesThemAndThoseFound()
    {
        _files.WriteInteractions("user,item_id,event,time\nu1,A,view,1\n");

        (ShopData? data, ImportReport report) = _files.Import(skipBadRows: true);

        Assert.Null(data);
        Assert.True(report.HasStructural);
        Assert.Equal(["user_id", "timestamp"], report.Problems.Select(problem => problem.Column));
        Assert.All(
            report.Problems,
            problem => Assert.Equal((ProblemKind.MissingColumn, _files.Interactions, 1L), (problem.Kind, problem.File, problem.Line))
        );
        Assert.Contains("user, item_id, event, time", report.Problems[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Semicolons_SaysToUseCommas()
    {
        _files.WriteCatalog("item_id;title\nA;Mug\n");

        AssertProblem(ProblemKind.MissingColumn, _files.Catalog, 1, "item_id", "separated by ';'; use commas");
    }

    [Fact]
    public void Read_ColumnTwice_IsReported()
    {
        _files.WriteCatalog("item_id,colour,Colour\nA,red,blue\n");

        AssertProblem(ProblemKind.DuplicateColumn, _files.Catalog, 1, "colour", "2 columns");
    }

    [Fact]
    public void Read_TruncatedGzip_IsReported()
    {
        byte[] packed = TempDirectory.Gzip(Encoding.UTF8.GetBytes(ShopFiles.GoodInteractions));
        for (int keep = 3; keep < packed.Length; keep++)
        {
            _files.Interactions = _files.Directory.Write("interactions.csv.gz", packed[..keep]);

            AssertProblem(ProblemKind.UnreadableFile, _files.Interactions, 0, null, "is not valid gzip");
        }
    }

    [Fact]
    public void Read_DamagedGzip_IsReported()
    {
        byte[] packed = TempDirectory.Gzip(Encoding.UTF8.GetBytes(ShopFiles.GoodInteractions));
        packed[packed.Length / 2] ^= 0x40;
        _files.Interactions = _files.Directory.Write("interactions.csv.gz", packed);

        (ShopData? data, ImportReport report) = _files.Import(skipBadRows: true);

        Assert.Null(data);
        Assert.Equal(1, report[ProblemKind.UnreadableFile]);
    }

    [Fact]
    public void Read_BinaryNamedGz_IsReported()
    {
        _files.Interactions = _files.Directory.Write("interactions.csv.gz", [1, 2, 3, 0, 5]);

        AssertProblem(ProblemKind.UnreadableFile, _files.Interactions, 0, null, "neither gzip nor text");
    }

    [Fact]
    public void Read_ZipArchive_SaysToUnpackIt()
    {
        _files.Catalog = _files.Directory.Write("catalog.zip", "PK\x03\x04 and so on");

        AssertProblem(ProblemKind.UnreadableFile, _files.Catalog, 0, null, "ZIP archive");
    }

    [Theory]
    [InlineData("u1,A,buy,1,,", ProblemKind.UnknownEvent, "event", "'buy' is not an event")]
    [InlineData("u1,A,view,soon,,", ProblemKind.BadTimestamp, "timestamp", "'soon' is not a time")]
    [InlineData("u1,A,view,1767225600000,,", ProblemKind.BadTimestamp, "timestamp", "divide by 1000")]
    [InlineData("u1,A,view,,,", ProblemKind.BadTimestamp, "timestamp", "'' is not a time")]
    [InlineData("u1,A,view,1,,cheap", ProblemKind.BadPrice, "price", "'cheap' is not a price")]
    [InlineData("u1,A,purchase,1,1,-2", ProblemKind.BadPrice, "price", "'-2' is not a price")]
    [InlineData("u1,A,purchase,1,-1,2", ProblemKind.BadQuantity, "quantity", "returns")]
    [InlineData("u1,C,view,1,,", ProblemKind.UnknownItem, "item_id", "item 'C' is not in")]
    [InlineData(",A,view,1,,", ProblemKind.MissingId, "user_id", "user id is missing")]
    [InlineData("u1, ,view,1,,", ProblemKind.MissingId, "item_id", "item id is missing")]
    [InlineData("u1,A,view,1", ProblemKind.WrongFieldCount, null, "4 fields, but the header has 6")]
    [InlineData("u1,A,view,1,,,", ProblemKind.WrongFieldCount, null, "7 fields, but the header has 6")]
    [InlineData("u1,A,vi\"ew,1,,", ProblemKind.UnparsableRow, null, "a quote inside an unquoted value")]
    [InlineData("u1,\"A\"x,view,1,,", ProblemKind.UnparsableRow, null, "follows a closing quote")]
    public void Read_BadInteraction_NamesLineAndColumn(string row, object kind, string? column, string message)
    {
        _files.WriteInteractions(Header + "u1,A,view,1,,\n\nu1,\"A\",view,2,,\n" + row + "\nu2,B,view,3,,\n");

        AssertProblem((ProblemKind)kind, _files.Interactions, 5, column, message);
    }

    [Fact]
    public void Read_QuoteNeverClosed_IsReportedWhereItOpens()
    {
        _files.WriteInteractions(Header + "u1,A,view,1,,\nu1,\"A,view,1,,\nu1,A,view,1,,\n");

        AssertProblem(ProblemKind.UnparsableRow, _files.Interactions, 3, null, "never closed");
    }

    [Fact]
    public void Read_QuoteNeverClosedInALargeFile_StopsAtTheFile()
    {
        _files.WriteInteractions(Header + "u1,\"A,view,1,,\n" + string.Concat(Enumerable.Repeat("u1,A,view,1,,\n", 300_000)));

        AssertProblem(ProblemKind.UnreadableFile, _files.Interactions, 2, null, "a quote is never closed");
    }

    [Fact]
    public void Read_RowAfterAQuotedLineBreak_HasItsRealLine()
    {
        _files.WriteCatalog("item_id,title\nA,\"two\nlines\"\nB,\n,none\n");

        AssertProblem(ProblemKind.MissingId, _files.Catalog, 5, "item_id", "item id is missing");
    }

    [Fact]
    public void Read_NotUtf8_IsReported()
    {
        _files.Directory.Write("catalog.csv", [.. "item_id,title\nA,Caf"u8, 0xE9, .. "\nB,\n"u8]);

        AssertProblem(ProblemKind.UnparsableRow, _files.Catalog, 2, null, "UTF-8", others: 1);
    }

    [Fact]
    public void Read_DuplicateItem_NamesTheFirstLine()
    {
        _files.WriteCatalog("item_id\nA\nB\nA\n");

        AssertProblem(ProblemKind.DuplicateItem, _files.Catalog, 4, "item_id", "already on line 2");
    }

    [Fact]
    public void Read_DuplicateUser_NamesTheFirstLine()
    {
        _files.WriteUsers("user_id\nu1\nu1\n");

        AssertProblem(ProblemKind.DuplicateUser, _files.Users!, 3, "user_id", "already on line 2");
    }

    [Fact]
    public void Read_IdOver128Characters_IsReportedAnd128AreNot()
    {
        _files.WriteUsers($"user_id\n{new string('é', 128)}\n{new string('y', 129)}\n");

        AssertProblem(ProblemKind.IdTooLong, _files.Users!, 3, "user_id", "128 characters");
    }

    [Theory]
    [InlineData("A,x,,", ProblemKind.BadPrice, "price")]
    [InlineData("A,1,perhaps,", ProblemKind.BadStock, "in_stock")]
    public void Read_BadCatalogRow_IsReportedOnceAndNotForEachInteraction(string row, object kind, string column)
    {
        _files.WriteCatalog($"item_id,price,in_stock,title\n{row}\nB,,,\n");

        AssertProblem((ProblemKind)kind, _files.Catalog, 2, column, "is not");
    }

    [Fact]
    public void Read_SeveralProblemsInOneRow_ReportsEach()
    {
        _files.WriteInteractions(Header + ",C,buy,soon,x,y\n");

        (_, ImportReport report) = _files.Import();

        Assert.Equal(
            ["user_id", "item_id", "event", "timestamp", "price", "quantity"],
            report.Problems.Where(problem => problem.Line == 2).Select(problem => problem.Column)
        );
        Assert.Equal(1, report.BadRows);
        Assert.Equal(1, report[ProblemKind.NoRows]);
    }

    [Fact]
    public void Read_BrokenCatalog_DoesNotBlameTheInteractions()
    {
        _files.WriteCatalog("id\nA\n");

        AssertProblem(ProblemKind.MissingColumn, _files.Catalog, 1, "item_id", "missing");
    }

    [Fact]
    public void Read_ManyProblems_KeepsTheFirstAndCountsAll()
    {
        _files.WriteInteractions(Header + string.Concat(Enumerable.Repeat("u1,A,buy,1,,\n", 500)) + "u1,A,view,1,,\n");

        (_, ImportReport report) = _files.Import(maxProblems: 3);

        Assert.Equal([2, 3, 4], report.Problems.Select(problem => problem.Line));
        Assert.Equal(500, report[ProblemKind.UnknownEvent]);
        Assert.Equal(500, report.BadRows);
    }

    [Fact]
    public void Read_SkipBadRows_ContinuesWithoutThem()
    {
        _files.WriteCatalog("item_id,price\nA,1\nB,x\nA,2\n");
        _files.WriteInteractions(Header + "u1,A,view,1,,\nu1,\"A\"x,view,2,,\nu1,A,buy,3,,\nu1,A\nu2,B,view,4,,\nu3,A,view,5,,\n");

        (ShopData? data, ImportReport report) = _files.Import(skipBadRows: true);

        Assert.NotNull(data);
        Assert.Equal(["A"], data.Catalog.ItemIds);
        Assert.Equal([1, 5], data.Interactions.Times);
        Assert.Equal(["u1", "u3"], data.Users.UserIds);
        Assert.Equal(6, report.BadRows);
        Assert.Equal(6, report.Total);
        Assert.Equal(1, report[ProblemKind.UnknownItem]);
    }

    [Fact]
    public void Read_SkipBadRowsWithNoneLeft_Stops()
    {
        _files.WriteInteractions(Header + "u1,A,buy,1,,\n");

        (ShopData? data, ImportReport report) = _files.Import(skipBadRows: true);

        Assert.Null(data);
        Assert.Contains(
            report.Problems,
            problem => problem.Kind == ProblemKind.NoRows && problem.Message.Contains("none of the file's rows", StringComparison.Ordinal)
        );
    }

    private void AssertProblem(ProblemKind kind, string file, long line, string? column, string message, int others = 0)
    {
        (ShopData? data, ImportReport report) = _files.Import();
        Assert.Null(data);
        Assert.Equal(1 + others, report.Total);
        ImportProblem problem = report.Problems[0];
        Assert.Equal((kind, file, line, column), (problem.Kind, problem.File, problem.Line, problem.Column));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }
}
