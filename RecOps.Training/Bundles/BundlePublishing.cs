using RecOps.Shared.Bundles;
using RecOps.Shared.Bundles.Report;

namespace RecOps.Training.Bundles;

/// <summary>Copies a finished bundle to its final place, with its report and under its own name.</summary>
internal static class BundlePublishing
{
    /// <param name="from">Directory of a complete bundle.</param>
    /// <param name="to">Replaced when it exists.</param>
    /// <param name="name">Name of the bundle.</param>
    /// <param name="report">Null for none.</param>
    /// <param name="teachers">Whether to copy its teachers.</param>
    public static void Publish(string from, string to, string name, EvaluationReport? report, bool teachers)
    {
        BundleManifest manifest = Bundle.ReadManifest(from);
        using var bundle = new BundleWriter(to);
        foreach (string file in manifest.Files.Keys)
        {
            bool isTeacher = file.StartsWith(BundleFile.Teachers + "/", StringComparison.Ordinal);
            if ((isTeacher && !teachers) || file == BundleFile.Report)
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(bundle.PathOf(file))!);
            File.Copy(Path.Combine(from, file), bundle.PathOf(file));
        }

        if (report is not null)
            File.WriteAllBytes(bundle.PathOf(BundleFile.Report), report.ToJson());
        bundle.Publish(manifest with { Name = name });
    }
}
