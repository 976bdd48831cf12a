using RecOps.Shared.Bundles;
using RecOps.Shared.Models;

namespace RecOps.Serving.Models;

/// <summary>
/// The directory of a served bundle. Lists are made from what was verified on opening; this class tells whether the files are still the
/// same. It compares stamps, and reads only files whose stamp has changed.
/// </summary>
internal sealed class BundleSource
{
    private readonly Lock _looking = new();
    private readonly BundleManifest _manifest;
    private readonly ReadOnlyMemory<byte> _manifestJson;
    private readonly bool _outlivesRestart;

    /// <summary>Stamp of each file when it was last found to match its verified state.</summary>
    private readonly Dictionary<string, FileStamp?> _sound;
    private Dictionary<string, FileStamp?> _judged;
    private Dictionary<string, FileStamp?> _seen;
    private volatile BundleChange? _change;

    /// <param name="verified">Stamps taken before the files were verified.</param>
    /// <param name="outlivesRestart">Whether this server has a copy that survives a restart.</param>
    public BundleSource(
        string directory,
        BundleManifest manifest,
        ReadOnlyMemory<byte> manifestJson,
        IReadOnlyDictionary<string, FileStamp?> verified,
        bool outlivesRestart
    )
    {
        (Directory, _manifest, _manifestJson, _outlivesRestart) = (directory, manifest, manifestJson, outlivesRestart);
        _sound = new Dictionary<string, FileStamp?>(verified, StringComparer.Ordinal);
        _judged = _seen = new Dictionary<string, FileStamp?>(verified, StringComparer.Ordinal);
    }

    public string Directory { get; }

    /// <summary>Null while the files match what was verified, as far as is known.</summary>
    public BundleChange? Change => _change;

    /// <summary>Stamps of the manifest and of all files that it names; null for a missing file.</summary>
    public static Dictionary<string, FileStamp?> StampsOf(string directory, BundleManifest manifest) =>
        manifest
            .Files.Keys.Union([BundleFile.Manifest])
            .ToDictionary(name => name, name => FileStamp.Of(Path.Combine(directory, name)), StringComparer.Ordinal);

    public static bool AreEqual(IReadOnlyDictionary<string, FileStamp?> a, IReadOnlyDictionary<string, FileStamp?> b) =>
        a.Count == b.Count && a.All(stamp => b.TryGetValue(stamp.Key, out FileStamp? other) && other == stamp.Value);

    /// <summary>Checks the files.</summary>
    /// <returns>Whether <see cref="Change"/> appeared or disappeared.</returns>
    public bool Look(DateTimeOffset now)
    {
        lock (_looking)
        {
            Dictionary<string, FileStamp?> stamps = StampsOf(Directory, _manifest);
            if (AreEqual(stamps, _judged))
                return false;

            // A change is reported at once. Its details are found when writing has stopped, since reading the files is expensive.
            bool rests = AreEqual(stamps, _seen);
            _seen = stamps;
            return (_change is null || rests) && Judge(stamps, now);
        }
    }

    /// <summary>Checks the files now, even while they are being written.</summary>
    /// <exception cref="BundleException">They do not match what was verified; the message says which and why.</exception>
    public void Verify(DateTimeOffset now)
    {
        lock (_looking)
        {
            Dictionary<string, FileStamp?> stamps = StampsOf(Directory, _manifest);
            if (_change is null && AreEqual(stamps, _judged))
                return;
            Judge(stamps, now);
            if (_change is { } change)
                throw new BundleException(change.Detail);
        }
    }

    private bool Judge(Dictionary<string, FileStamp?> stamps, DateTimeOffset now)
    {
        bool was = _change is not null;
        _judged = _seen = stamps;
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, FileStamp? stamp) in stamps)
        {
            if (stamp == _sound[name])
                continue;
            if (ProblemOf(name) is { } problem)
                problems[name] = problem;
            else
                _sound[name] = stamp;
        }

        // If the manifest has changed, the other files are judged by the new one: by the old one, all of them would seem damaged.
        string? detail = problems.GetValueOrDefault(BundleFile.Manifest) ?? problems.Values.FirstOrDefault();
        _change = detail is null
            ? null
            : new BundleChange(
                _change?.NoticedAt ?? now,
                [.. problems.Keys.Order(StringComparer.Ordinal)],
                detail,
                Advice(problems.ContainsKey(BundleFile.Manifest))
            );
        return was != (_change is not null);
    }

    private string? ProblemOf(string name)
    {
        string path = Path.Combine(Directory, name);
        try
        {
            if (name != BundleFile.Manifest)
                BundleVerification.VerifyFile(path, name, _manifest.Files[name]);
            else if (!File.Exists(path))
                return $"{name}: the file is missing.";
            else if (!File.ReadAllBytes(path).AsSpan().SequenceEqual(_manifestJson.Span))
                return $"{name} does not belong to the served bundle.";
            return null;
        }
        catch (Exception error) when (error is BundleException or IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }

    private string Advice(bool isManifestChanged)
    {
        const string PutBack = "Restore the files, or copy the new bundle to its own directory and activate that.";
        string name = Path.GetFileName(Directory);
        if (!isManifestChanged)
        {
            return _outlivesRestart
                ? $"{PutBack} After a restart, this server still serves its verified copy; a server without one refuses the bundle."
                : $"{PutBack} After a restart, this server would refuse the bundle.";
        }

        try
        {
            BundleManifest manifest = Bundle.ReadManifest(Directory);
            BundleVerification.Verify(Directory, manifest);
            return $"The directory now holds {ServingModel.VersionOf(manifest)}, and its files are valid. Activate {name} again to serve "
                + $"it. A restart would serve it too.";
        }
        catch (Exception error) when (error is BundleException or IOException or UnauthorizedAccessException)
        {
            return $"{PutBack} After a restart, this server would refuse the bundle: {error.Message}";
        }
    }
}
