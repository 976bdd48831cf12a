using System.Text.Json;

namespace RecOps.Shared.Bundles;

/// <summary>An opened bundle: its manifest, and its vectors, mapped or read into memory.</summary>
public sealed class Bundle : IDisposable
{
    private const byte LastEventType = 3;

    private readonly List<SafetensorsFile> _files = [];
    private readonly string _from;
    private readonly IDisposable? _held;

    /// <param name="from">Where files are read from: the directory, or a copy of it.</param>
    /// <param name="held">Disposed of with this bundle.</param>
    private Bundle(string directory, string from, BundleManifest manifest, byte[] manifestJson, bool inMemory, IDisposable? held)
    {
        Directory = directory;
        Manifest = manifest;
        ManifestJson = manifestJson;
        IsInMemory = inMemory;
        (_from, _held) = (from, held);
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
            if (manifest.Ranker.HistoryTypes is not null)
                UserHistoryTypes = users.Get<byte>("historyType", counts.Users, counts.History);
            if (manifest.Ranker.HistoryAges is not null)
                UserHistoryAges = users.Get<Half>("historyAge", counts.Users, counts.History);

            SafetensorsFile clusters = Map(BundleFile.Clusters);
            Centroids = clusters.Get<float>("centroid", counts.Clusters, manifest.Dimension);
            ClusterMap = clusters.Get<float>("map", counts.Clusters, 2);
            ClusterPopular = clusters.Get<int>("popular", counts.Clusters, counts.Popular);

            if (manifest.Files.ContainsKey(BundleFile.Index))
                Index = new BundleIndex(Map(BundleFile.Index), manifest.Dimension, counts.Items);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The directory that users know it by. Its files may be read from a copy: see <see cref="PathOf"/>.</summary>
    public string Directory { get; }

    public BundleManifest Manifest { get; }

    /// <summary>The bytes of bundle.json.</summary>
    public ReadOnlyMemory<byte> ManifestJson { get; }

    /// <summary>Whether nothing is mapped, so that the files may change.</summary>
    public bool IsInMemory { get; }

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

    /// <summary>[users, h] 0 for a view, 1 for a click, 2 for a cart, 3 for a purchase; null for a ranker that does not read them.</summary>
    public MappedTensor<byte>? UserHistoryTypes { get; }

    /// <summary>
    /// [users, h] days from each history entry to the newest event that the bundle knows; null for a ranker that does not read them.
    /// </summary>
    public MappedTensor<Half>? UserHistoryAges { get; }

    /// <summary>[clusters, d].</summary>
    public MappedTensor<float> Centroids { get; }

    /// <summary>[clusters, 2]: positions of the clusters on a map.</summary>
    public MappedTensor<float> ClusterMap { get; }

    /// <summary>[clusters, p] item ordinals, best first, -1 pads.</summary>
    public MappedTensor<int> ClusterPopular { get; }

    /// <summary>Null for a bundle without index.safetensors.</summary>
    public BundleIndex? Index { get; }

    /// <summary>
    /// Opens a bundle and checks everything that can be checked without running it: files, hashes, tensor types and shapes, ordinals.
    /// </summary>
    /// <param name="directory">The bundle's own directory.</param>
    /// <param name="inMemory">
    /// False maps tensors: the files must not change while the bundle is open. True reads tensors into memory, and models and tables on
    /// demand.
    /// </param>
    /// <exception cref="BundleException">It must not be served; the message says why.</exception>
    public static Bundle Open(string directory, bool inMemory = false)
    {
        (BundleManifest manifest, byte[] json) = ReadManifestFile(directory);
        BundleVerification.Verify(directory, manifest);
        return Open(new Bundle(directory, directory, manifest, json, inMemory, held: null));
    }

    /// <summary>Opens a copy of the files that serving needs. They have been verified, and nothing else writes to them.</summary>
    /// <param name="directory">What it was copied from.</param>
    /// <param name="copy">Where it is.</param>
    /// <param name="held">Keeps the copy in place; disposed of with the bundle, or immediately when it cannot be opened.</param>
    /// <exception cref="BundleException">It must not be served; the message says why.</exception>
    public static Bundle OpenCopy(string directory, string copy, IDisposable held)
    {
        BundleManifest manifest;
        byte[] json;
        try
        {
            (manifest, json) = ReadManifestFile(copy);
        }
        catch
        {
            held.Dispose();
            throw;
        }

        return Open(new Bundle(directory, copy, manifest, json, inMemory: false, held));
    }

    /// <summary>Reads bundle.json alone.</summary>
    /// <exception cref="BundleException">It is missing, unreadable or of a format this version does not know.</exception>
    public static BundleManifest ReadManifest(string directory) => ReadManifestFile(directory).Manifest;

    /// <summary>Reads bundle.json alone.</summary>
    /// <returns>The manifest and its bytes.</returns>
    /// <exception cref="BundleException">It is missing, unreadable or of a format this version does not know.</exception>
    public static (BundleManifest Manifest, byte[] Json) ReadManifestFile(string directory)
    {
        string path = Path.Combine(directory, BundleFile.Manifest);
        if (!File.Exists(path))
            throw new BundleException($"{directory} is not a bundle: it has no {BundleFile.Manifest}.");
        byte[] json = File.ReadAllBytes(path);
        BundleManifest manifest;
        try
        {
            manifest = BundleManifest.Parse(json);
        }
        catch (JsonException error)
        {
            throw new BundleException($"{path} cannot be read: {ManifestMistake.Describe(error)}", error);
        }

        if (ManifestMistake.Find(manifest) is { } mistake)
            throw new BundleException($"{path}: {mistake}");
        if (manifest.FormatVersion != BundleManifest.CurrentFormat)
            throw new BundleException(
                $"{path}: formatVersion is {manifest.FormatVersion}; this version reads {BundleManifest.CurrentFormat}."
            );
        BundleCounts counts = manifest.Counts;
        foreach (
            (string name, int value) in new[]
            {
                ("dimension", manifest.Dimension),
                ("counts.items", counts.Items),
                ("counts.users", counts.Users),
                ("counts.clusters", counts.Clusters),
                ("counts.history", counts.History),
                ("counts.popular", counts.Popular),
            }
        )
        {
            if (value < 1)
                throw new BundleException($"{path}: {name} is {value}; it must be at least 1.");
        }

        if (manifest.Features.FoldDecay is not (>= 0 and <= 1))
            throw new BundleException($"{path}: features.foldDecay is {manifest.Features.FoldDecay}; it must be 0 to 1.");
        _ = new ContextFeatures(manifest.Features.Context);
        return (manifest, json);
    }

    /// <summary>Where a file that serving needs is read from.</summary>
    public string PathOf(string file) => Path.Combine(_from, file);

    /// <summary>A file of the manifest, as verified.</summary>
    /// <exception cref="BundleException">It has changed since.</exception>
    public Stream OpenRead(string file) => IsInMemory ? new MemoryStream(Read(file), writable: false) : File.OpenRead(PathOf(file));

    /// <summary>All bytes of a file of the manifest, as verified.</summary>
    /// <exception cref="BundleException">It has changed since.</exception>
    public byte[] Read(string file)
    {
        byte[] bytes = File.ReadAllBytes(PathOf(file));
        BundleVerification.VerifyMemory(bytes, file, Manifest.Files[file]);
        return bytes;
    }

    public void Dispose()
    {
        foreach (SafetensorsFile file in _files)
            file.Dispose();
        _files.Clear();
        _held?.Dispose();
    }

    private static Bundle Open(Bundle bundle)
    {
        try
        {
            bundle.VerifyNumbers();
            bundle.VerifyOrdinals();
            return bundle;
        }
        catch
        {
            bundle.Dispose();
            throw;
        }
    }

    private void VerifyNumbers()
    {
        FiniteNumbers.Verify(BundleFile.Items, "embedding", ItemEmbeddings);
        FiniteNumbers.Verify(BundleFile.Items, "popularity", Popularity);
        FiniteNumbers.Verify(BundleFile.Users, "embedding", UserEmbeddings);
        FiniteNumbers.Verify(BundleFile.Clusters, "centroid", Centroids);
        FiniteNumbers.Verify(BundleFile.Clusters, "map", ClusterMap);
        if (UserHistoryAges is { } ages)
            FiniteNumbers.Verify(BundleFile.Users, "historyAge", ages);
    }

    private void VerifyOrdinals()
    {
        VerifyRange(BundleFile.Users, "history", UserHistories, Manifest.Counts.Items);
        VerifyRange(BundleFile.Users, "cluster", UserClusters, Manifest.Counts.Clusters);
        VerifyHistoryDetails();
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

    private void VerifyHistoryDetails()
    {
        for (int user = 0; user < Manifest.Counts.Users; user++)
        {
            if (UserHistoryTypes is { } types && types[user].ContainsAnyExceptInRange<byte>(0, LastEventType))
            {
                throw new BundleException(
                    $"{BundleFile.Users}: tensor 'historyType' has a value above {LastEventType} in row {user}; 0 is a view, "
                        + "1 a click, 2 a cart and 3 a purchase."
                );
            }

            if (UserHistoryAges is not { } ages)
                continue;
            foreach (Half age in ages[user])
            {
                if (age < Half.Zero)
                    throw new BundleException(
                        $"{BundleFile.Users}: tensor 'historyAge' has {age} in row {user}; ages are days, at least 0."
                    );
            }
        }
    }

    private SafetensorsFile Map(string name)
    {
        SafetensorsFile file = IsInMemory ? SafetensorsFile.Read(PathOf(name)) : SafetensorsFile.Open(PathOf(name));
        _files.Add(file);
        if (IsInMemory)
            BundleVerification.VerifyMemory(file, name, Manifest.Files[name]);
        return file;
    }
}
