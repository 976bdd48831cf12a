using System.Text.RegularExpressions;
using RecOps.Training.Import;
using RecOps.Training.Progress;

namespace RecOps.Training.Cli;

/// <summary>The first step of every command that reads data: import it and report its problems.</summary>
internal static partial class ImportStep
{
    /// <returns>Null when the data cannot be used; the reason has been printed.</returns>
    public static async Task<ShopData?> RunAsync(ImportOptions options, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        var report = new ImportReport(options.MaxProblems);
        ShopData? data = await ProgressDisplay
            .RunAsync(error, progress => Task.Run(() => ShopImport.Read(options, report, progress, cancellation), cancellation))
            .ConfigureAwait(false);
        if (report.Total > 0)
            Print(report, data is not null, error);
        if (data is not null)
        {
            await output
                .WriteLineAsync(
                    $"{data.Interactions.Count:N0} interactions of {data.Users.Count:N0} users with {data.Catalog.Count:N0} items, "
                        + $"{Day(data.Interactions.Times[0])} to {Day(data.Interactions.Times[^1])}."
                )
                .ConfigureAwait(false);
        }

        return data;
    }

    private static void Print(ImportReport report, bool goesOn, TextWriter error)
    {
        foreach (ImportProblem problem in report.Problems)
            error.WriteLine(problem);
        if (report.Total > report.Problems.Count)
            error.WriteLine($"… and {report.Total - report.Problems.Count:N0} more.");
        error.WriteLine(
            $"{report.Total:N0} "
                + $"{(report.Total == 1 ? "problem" : "problems")}{(report.BadRows > 0 ? $" in {report.BadRows:N0} rows" : "")}:"
        );
        foreach ((ProblemKind kind, long count) in report.Counts)
            error.WriteLine($"  {count, 10:N0}  {Words(kind)}");
        error.WriteLine(
            goesOn ? $"Continuing without those {report.BadRows:N0} rows."
            : report.HasStructural ? "Nothing was done. Fix the files and run the command again."
            : "Nothing was done. Fix the rows, or add --skip-bad-rows to continue without them."
        );
    }

    private static string Day(long time) => DateTimeOffset.FromUnixTimeSeconds(time).ToString("yyyy-MM-dd", null);

    private static string Words(ProblemKind kind) =>
        CamelCase().Replace(kind.ToString(), match => $" {match.Value.ToLowerInvariant()}").Trim();

    [GeneratedRegex("[A-Z]")]
    private static partial Regex CamelCase();
}
