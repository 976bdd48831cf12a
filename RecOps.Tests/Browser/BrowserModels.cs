using System.Security.Cryptography;
using RecOps.Shared.Bundles;
using RecOps.Tests.Client.Models;

namespace RecOps.Tests.Browser;

/// <summary>
/// Bundles for pages to show: the demo bundle, the same one under another name with a full report, and a damaged one.
/// </summary>
internal static class BrowserModels
{
    public const string Next = "demo-next";
    public const string Damaged = "demo-of-a-rather-long-name-that-somebody-once-thought-of";

    /// <returns>The directory.</returns>
    public static string Write(string directory)
    {
        string demo = Path.Combine(Path.GetDirectoryName(ServerProcess.ProgramPath)!, "models", "demo");
        foreach (string name in new[] { "demo", Next, Damaged })
        {
            string bundle = Path.Combine(directory, name);
            Directory.CreateDirectory(bundle);
            foreach (string file in Directory.GetFiles(demo))
                File.Copy(file, Path.Combine(bundle, Path.GetFileName(file)));
        }

        File.AppendAllText(Path.Combine(directory, Damaged, BundleFile.Ranker), "x");
        string next = Path.Combine(directory, Next);
        byte[] report = SampleModels.Report().ToJson();
        File.WriteAllBytes(Path.Combine(next, BundleFile.Report), report);
        BundleManifest manifest = Bundle.ReadManifest(next);
        manifest.Files[BundleFile.Report] = new BundleFileRecord(report.Length, Convert.ToHexStringLower(SHA256.HashData(report)));
        File.WriteAllBytes(Path.Combine(next, BundleFile.Manifest), (manifest with { Name = Next }).ToJson());
        return directory;
    }
}
