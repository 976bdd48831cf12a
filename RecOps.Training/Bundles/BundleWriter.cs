using System.Security.Cryptography;
using RecOps.Shared.Bundles;

namespace RecOps.Training.Bundles;

/// <summary>
/// Writes a bundle beside its final place and renames it when it is complete. Neither an interrupt nor a crash leaves half a bundle,
/// and an older bundle of that name stays until the new one is complete.
/// </summary>
internal sealed class BundleWriter : IDisposable
{
    private static int _writers;
    private readonly string _final;
    private bool _published;

    /// <param name="directory">Where the bundle will be; its last part is usually the bundle's name.</param>
    public BundleWriter(string directory)
    {
        _final = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        Staging = $"{_final}.partial-{Environment.ProcessId}-{Interlocked.Increment(ref _writers)}";
        Directory.CreateDirectory(Staging);
    }

    /// <summary>Where files are written until <see cref="Publish"/>.</summary>
    public string Staging { get; }

    public string PathOf(string file) => Path.Combine(Staging, file);

    /// <summary>Hashes all files written so far and writes bundle.json, so that the staged bundle can be opened. Repeatable.</summary>
    /// <param name="manifest">Its <see cref="BundleManifest.Files"/> are replaced.</param>
    public void WriteManifest(BundleManifest manifest)
    {
        File.Delete(PathOf(BundleFile.Manifest));
        var files = new Dictionary<string, BundleFileRecord>(StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFiles(Staging, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using FileStream stream = File.OpenRead(path);
            string name = Path.GetRelativePath(Staging, path).Replace('\\', '/');
            files[name] = new BundleFileRecord(stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
        }

        File.WriteAllBytes(PathOf(BundleFile.Manifest), (manifest with { Files = files }).ToJson());
    }

    /// <summary>Writes bundle.json and moves the bundle to its place.</summary>
    /// <param name="manifest">Its <see cref="BundleManifest.Files"/> are replaced.</param>
    public void Publish(BundleManifest manifest)
    {
        WriteManifest(manifest);
        string? replaced = null;
        if (Directory.Exists(_final))
        {
            replaced = $"{_final}.replaced-{Environment.ProcessId}";
            Directory.Move(_final, replaced);
        }

        Directory.Move(Staging, _final);
        _published = true;
        if (replaced is not null)
            Directory.Delete(replaced, recursive: true);
    }

    /// <summary>Removes what was written unless it was published.</summary>
    public void Dispose()
    {
        if (!_published && Directory.Exists(Staging))
            Directory.Delete(Staging, recursive: true);
    }
}
