using System.Security.Cryptography;
using System.Text.Json;

namespace RecOps.Shared.Bundles;

/// <summary>An opened bundle: its manifest, and its vectors mapped into memory.</summary>
public sealed class Bundle : IDisposable
{
    private readonly List<SafetensorsFile> _files = [];

    private Bundle(string directory, BundleManifest manifest)
    {
        Directory = directory;
        Manifest = manifest;
        BundleCounts counts = manifest.Counts;
        try
        {
            SafetensorsFile items = Map(BundleFile.Items);
            ItemEmbeddings = items.Get<Half>("embedding", counts.Items, manifest.Dimension);
            Popularity = items.Get<float>("popularity", counts.Items);

            SafetensorsFile users = Map(BundleFile.Users);
            UserEmbeddings = users.Get<Half>("embedding", counts.Users, manifest.Dimension);
            UserClusters = users.Get<int>("cluster", counts.Users);
            UserHistories = users.Get<int>("history", counts.Users, counts.History);

            SafetensorsFile clusters = Map(BundleFile.Clusters);
            Centroids = clusters.Get<float>("centroid", counts.Clusters, manifest.Dimension);
            ClusterMap = clusters.Get<float>("map", counts.Clusters, 2);
            ClusterPopular = clusters.Get<int>("popular", counts.Clusters, counts.Popular);

            if (manifest.Files.ContainsKey(BundleFile.Index)) Index = new BundleIndex(Map(BundleFile.Index), manifest);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Directory { get; }

    public BundleManifest Manifest { get; }

    /// <summary>[items, d].</summary>
    public MappedTensor<Half> ItemEmbeddings { get; }

    /// <summary>[items], higher is more popular; any scale.</summary>
    public MappedTensor<float> Popularity { get; }

    /// <summary>[users, d].</summary>
    public MappedTensor<Half> UserEmbeddings { get; }

    /// <summary>[users]; -1 for a user without one.</summary>
    public MappedTensor<int> UserClusters { get; }

    /// <summary>[users, h] item ordinals, newest first, -1 pads.</summary>
    public MappedTensor<int> UserHistories { get; }

    /// <summary>[clusters, d].</summary>
    public MappedTensor<float> Centroids { get; }

    /// <summary>[clusters, 2]: a picture of the clusters in the plane.</summary>
    public MappedTensor<float> ClusterMap { get; }

    /// <summary>[clusters, p] item ordinals, best first, -1 pads.</summary>
    public MappedTensor<int> ClusterPopular { get; }

    /// <summary>Null for a bundle without index.safetensors.</summary>
    public BundleIndex? Index { get; }

    /// <summary>Opens a bundle and checks everything that can be checked without running it: files, hashes, tensor types and shapes, ordinals.</summary>
    /// <param name="directory">The bundle's own directory.</param>
    /// <exception cref="BundleException">It must not be served; the message says why.</exception>
    public static Bundle Open(string directory)
    {
        BundleManifest manifest = ReadManifest(directory);
        VerifyFiles(directory, manifest);
        var bundle = new Bundle(directory, manifest);
        try
        {
            bundle.VerifyOrdinals();
            return bundle;
        }
        catch
        {
            bundle.Dispose();
            throw;
        }
    }

    /// <summary>Reads bundle.json alone.</summary>
    /// <exception cref="BundleException">It is missing, unreadable or of a format this version does not know.</exception>
    public static BundleManifest ReadManifest(string directory)
    {
        string path = Path.Combine(directory, BundleFile.Manifest);
        if (!File.Exists(path)) throw new BundleException($"{directory} is not a bundle: it has no {BundleFile.Manifest}.");
        BundleManifest manifest;
        try
        {
            manifest = BundleManifest.Parse(File.ReadAllBytes(path));
        }
        catch (JsonException error)
        {
            throw new BundleException($"{path} cannot be read: {error.Message}", error);
        }

        if (manifest.FormatVersion != BundleManifest.CurrentFormat)
            throw new BundleException($"{path}: formatVersion is {manifest.FormatVersion}; this version reads {BundleManifest.CurrentFormat}.");
        BundleCounts counts = manifest.Counts;
        foreach ((string name, int value) in new[]
        {
            ("dimension", manifest.Dimension), ("counts.items", counts.Items), ("counts.users", counts.Users),
            ("counts.clusters", counts.Clusters), ("counts.history", counts.History), ("counts.popular", counts.Popular),
        })
        {
            if (value < 1) throw new BundleException($"{path}: {name} is {value}; it must be at least 1.");
        }

        if (manifest.Features.FoldDecay is not (>= 0 and <= 1))
            throw new BundleException($"{path}: features.foldDecay is {manifest.Features.FoldDecay}; it must be 0 to 1.");
        _ = new ContextFeatures(manifest.Features.Context);
        return manifest;
    }

    public string PathOf(string file) => Path.Combine(Directory, file);

    public void Dispose()
    {
        foreach (SafetensorsFile file in _files) file.Dispose();
        _files.Clear();
    }

    private static void VerifyFiles(string directory, BundleManifest manifest)
    {
        foreach (string required in BundleFile.Required)
        {
            if (!manifest.Files.ContainsKey(required))
                throw new BundleException($"{BundleFile.Manifest}: files has no entry for {required}, which every bundle needs.");
        }

        foreach ((string name, BundleFileRecord record) in manifest.Files)
        {
            string path = Path.GetFullPath(Path.Combine(directory, name));
            if (!path.StartsWith(Path.GetFullPath(directory) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                throw new BundleException($"{BundleFile.Manifest}: files names '{name}', which is outside the bundle.");
            if (!File.Exists(path)) throw new BundleException($"{name}: the file is missing.");
            using FileStream stream = File.OpenRead(path);
            if (stream.Length != record.Bytes)
                throw new BundleException($"{name}: {stream.Length} bytes; {BundleFile.Manifest} says {record.Bytes}. The file is truncated or was changed.");
            string actual = Convert.ToHexStringLower(SHA256.HashData(stream));
            if (!string.Equals(actual, record.Sha256, StringComparison.OrdinalIgnoreCase))
                throw new BundleException($"{name}: sha256 is {actual}; {BundleFile.Manifest} says {record.Sha256}. The file was changed or damaged.");
        }
    }

    private void VerifyOrdinals()
    {
        VerifyRange(BundleFile.Users, "history", UserHistories, Manifest.Counts.Items);
        VerifyRange(BundleFile.Users, "cluster", UserClusters, Manifest.Counts.Clusters);
        VerifyRange(BundleFile.Clusters, "popular", ClusterPopular, Manifest.Counts.Items);
    }

    /// <summary>An ordinal outside its table would be read from memory that is not the bundle's.</summary>
    private static void VerifyRange(string file, string name, MappedTensor<int> tensor, int limit)
    {
        for (int row = 0; row < tensor.Rows; row++)
        {
            foreach (int ordinal in tensor[row])
            {
                if (ordinal < -1 || ordinal >= limit)
                    throw new BundleException($"{file}: tensor '{name}' has {ordinal} in row {row}; it must be -1 to {limit - 1}.");
            }
        }
    }

    private SafetensorsFile Map(string name)
    {
        SafetensorsFile file = SafetensorsFile.Open(PathOf(name));
        _files.Add(file);
        return file;
    }
}
