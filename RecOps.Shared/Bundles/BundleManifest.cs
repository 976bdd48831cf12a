using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecOps.Shared.Bundles;

/// <summary>bundle.json: what a bundle holds and how its parts fit together.</summary>
public sealed record BundleManifest
{
    /// <summary>The version of the format that this code reads and writes.</summary>
    public const int CurrentFormat = 1;

    public int FormatVersion { get; init; } = CurrentFormat;

    /// <summary>Name of the bundle; its directory under Models:Directory has the same one.</summary>
    public required string Name { get; init; }

    /// <summary>Distinguishes training runs with the same name.</summary>
    public required string Version { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>Length of user and item vectors.</summary>
    public required int Dimension { get; init; }

    public required BundleCounts Counts { get; init; }

    public required FeatureSpec Features { get; init; }

    public RankerSignature Ranker { get; set; } = new();

    /// <summary>How the model was made, if it is known.</summary>
    public TrainingRecord? Training { get; init; }

    /// <summary>Every other file of the bundle by name.</summary>
    public required Dictionary<string, BundleFileRecord> Files { get; init; }

    public static BundleManifest Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, BundleJson.Default.BundleManifest) ?? throw new JsonException("The document is null.");

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, BundleJson.Default.BundleManifest);
}

/// <param name="History">Entries kept for each user.</param>
/// <param name="Popular">Items in each cluster's popular list.</param>
public sealed record BundleCounts(int Items, int Users, int Clusters, int History, int Popular);

/// <summary>Names of the ranker's ONNX inputs and output.</summary>
public sealed record RankerSignature
{
    /// <summary>[b, d] f32.</summary>
    public string User { get; set; } = "user";

    /// <summary>[b, h] i64, newest first, -1 pads.</summary>
    public string History { get; set; } = "history";

    /// <summary>
    /// [b, h] i64: indices into <see cref="Events.ShopEventType.All"/> of what happened to each history entry, 0 for pads. Null, as in most
    /// models, when the ranker does not read it.
    /// </summary>
    public string? HistoryTypes { get; set; }

    /// <summary>[b, h] f32, at least 0: days since each history entry, 0 for pads. Null when the ranker does not read it.</summary>
    public string? HistoryAges { get; set; }

    /// <summary>[b, k] i64.</summary>
    public string Candidates { get; set; } = "candidates";

    /// <summary>[b, c] f32.</summary>
    public string Context { get; set; } = "context";

    /// <summary>[b, k] f32, higher is better, 0 to 1.</summary>
    public string Score { get; set; } = "score";

    /// <summary>Signature of a ranker that reads what happened to each history entry and when.</summary>
    public static RankerSignature WithEvents => new() { HistoryTypes = "historyTypes", HistoryAges = "historyAges" };

    /// <summary>The names of all inputs that the ranker reads, in a fixed order.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Inputs => [User, History, Candidates, Context, .. new[] { HistoryTypes, HistoryAges }.OfType<string>()];
}

/// <param name="Cut">The model saw no events after this time; null when it saw all of them.</param>
public sealed record TrainingRecord(DateTimeOffset? Cut, DateTimeOffset FirstEvent, DateTimeOffset LastEvent, long Events, int Seed)
{
    /// <summary>The type of event that was learned to be predicted; absent for purchases.</summary>
    public string? Target { get; init; }

    /// <summary>The plain rule that ranks instead of a trained student, in words; absent when a student ranks.</summary>
    public string? Rule { get; init; }
}

/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record BundleFileRecord(long Bytes, string Sha256);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    WriteIndented = true,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(BundleManifest))]
internal sealed partial class BundleJson : JsonSerializerContext;
