using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using RecOps.Serving.Models;
using RecOps.Shared.Bundles;
using RecOps.Shared.Bundles.Report;
using RecOps.Shared.Models;

namespace RecOps.Server.Models;

/// <summary>The bundles under Models:Directory. A bundle's description is only reread when its manifest or report has changed.</summary>
internal sealed partial class BundleDirectory(IOptions<ModelsOptions> options)
{
    private readonly ConcurrentDictionary<string, (DateTime Written, DateTime Reported, BundleInfo Info)> _known = new(
        StringComparer.Ordinal
    );
    private readonly ConcurrentDictionary<string, (DateTime Written, string Reason)> _refused = new(StringComparer.Ordinal);

    private string Root => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, options.Value.Directory));

    /// <summary>By name.</summary>
    public BundleInfo[] List() =>
        Directory.Exists(Root)
            ?
            [
                .. Directory
                    .EnumerateDirectories(Root)
                    .Select(Path.GetFileName)
                    .OfType<string>()
                    .Where(IsBundle)
                    .Order(StringComparer.Ordinal)
                    .Select(Describe),
            ]
            : [];

    /// <summary>Whether a directory with a valid bundle name exists.</summary>
    public bool Has(string name) => Name().IsMatch(name) && IsBundle(name);

    public string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>Remembers why a bundle was refused, until its manifest changes.</summary>
    public void Refused(string name, string reason) => _refused[name] = (WrittenAt(name, BundleFile.Manifest), reason);

    /// <summary>It passed verification.</summary>
    public void Accepted(string name) => _refused.TryRemove(name, out _);

    /// <summary>Other directories beside bundles, such as a training's working directory, are not bundles.</summary>
    private bool IsBundle(string name) => Name().IsMatch(name) && File.Exists(Path.Combine(Root, name, BundleFile.Manifest));

    private BundleInfo Describe(string name)
    {
        DateTime written = WrittenAt(name, BundleFile.Manifest);
        DateTime reported = WrittenAt(name, BundleFile.Report);
        if (
            !_known.TryGetValue(name, out (DateTime Written, DateTime Reported, BundleInfo Info) known)
            || known.Written != written
            || known.Reported != reported
        )
            _known[name] = known = (written, reported, Read(name));
        return _refused.TryGetValue(name, out (DateTime Written, string Reason) refused) && refused.Written == written
            ? known.Info with
            {
                Problem = refused.Reason,
            }
            : known.Info;
    }

    private BundleInfo Read(string name)
    {
        string directory = PathOf(name);
        try
        {
            BundleManifest manifest = Bundle.ReadManifest(directory);
            (string Precision, string File)[] forms =
            [
                ("fp32", BundleFile.Ranker),
                ("fp16", BundleFile.RankerHalf),
                ("int8", BundleFile.RankerInt8),
            ];
            var facts = new BundleFacts(
                ServingModel.VersionOf(manifest),
                manifest.Created,
                manifest.Counts.Items,
                manifest.Counts.Users,
                manifest.Counts.Clusters,
                manifest.Dimension,
                manifest.Training?.LastEvent,
                [.. forms.Where(form => manifest.Files.ContainsKey(form.File)).Select(form => form.Precision)],
                manifest.Files.ContainsKey(BundleFile.Ensemble)
            );
            return new BundleInfo(name, null, facts, manifest.Files.Values.Sum(file => file.Bytes), ReadReport(directory));
        }
        catch (Exception error) when (error is BundleException or IOException or UnauthorizedAccessException)
        {
            return new BundleInfo(name, error.Message, null, 0, null);
        }
    }

    /// <summary>An unreadable report does not keep the bundle from being served.</summary>
    private static EvaluationReport? ReadReport(string directory)
    {
        try
        {
            string path = Path.Combine(directory, BundleFile.Report);
            return File.Exists(path) ? EvaluationReport.Parse(File.ReadAllBytes(path)) : null;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private DateTime WrittenAt(string name, string file) => File.GetLastWriteTimeUtc(Path.Combine(Root, name, file));

    [GeneratedRegex("^" + ModelsOptions.NamePattern + "$")]
    private static partial Regex Name();
}
