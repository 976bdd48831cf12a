using RecOps.Shared.Bundles.Report;

namespace RecOps.Training.Cli;

/// <summary>Writes reports outside a bundle.</summary>
internal static class ReportFile
{
    /// <summary>Where the report of a model goes that was not fit to become the bundle <paramref name="bundle"/>.</summary>
    public static string BesideBundle(string bundle) => $"{Path.TrimEndingDirectorySeparator(Path.GetFullPath(bundle))}.report.json";

    /// <summary>Writes to a temporary file and renames it, so that the report is either complete or absent.</summary>
    public static void Write(EvaluationReport report, string path)
    {
        string final = Path.GetFullPath(path);
        string partial = $"{final}.partial-{Environment.ProcessId}";
        Directory.CreateDirectory(Path.GetDirectoryName(final)!);
        try
        {
            File.WriteAllBytes(partial, report.ToJson());
            File.Move(partial, final, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
