using System.ComponentModel.DataAnnotations;

namespace RecOps.Serving.Engine;

/// <summary>What storefronts can rely on.</summary>
public sealed class ServingOptions : IValidatableObject
{
    public const string Section = "Serving";

    private const string Home = "home";
    private static readonly string[] DefaultPlacements = [Home, "product", "cart", "category", "search", "email"];
    private HashSet<string>? _known;

    /// <summary>Milliseconds after which a fallback list is served instead of a computed one, 1 to 60,000. Default 100.</summary>
    [Range(1, 60_000)]
    public int DeadlineMs { get; set; } = 100;

    /// <summary>Requests in flight, 1 to 100,000; more are answered 503 at once. Default 1000.</summary>
    [Range(1, 100_000)]
    public int MaxInFlight { get; set; } = 1000;

    /// <summary>
    /// Minimum of concurrent list computations, 1 to 1024; 0 means one per core. The limit adapts from there; requests beyond it get a
    /// fallback list. Default 0.
    /// </summary>
    [Range(0, 1024)]
    public int MinComputing { get; set; }

    /// <summary>Maximum of concurrent list computations, 1 to 10,000. Default 256.</summary>
    [Range(1, 10_000)]
    public int MaxComputing { get; set; } = 256;

    /// <summary>
    /// Milliseconds that a request may wait for others before fallback lists are served instead, 1 to 10,000. Default 20.
    /// </summary>
    [Range(1, 10_000)]
    public int MaxQueueMs { get; set; } = 20;

    /// <summary>Valid placements of a list. Default home, product, cart, category, search and email.</summary>
    public string[]? Placements { get; set; }

    public IReadOnlyCollection<string> AllPlacements => Known;

    /// <summary>Placement of a list whose request does not name one.</summary>
    public string DefaultPlacement => IsPlacement(Home) ? Home : Placements![0];

    /// <summary><see cref="MinComputing"/> with 0 resolved.</summary>
    public int LeastComputing => MinComputing == 0 ? Environment.ProcessorCount : MinComputing;

    // Settings do not change while the server runs, so the set is built once.
    private HashSet<string> Known => _known ??= new HashSet<string>(Placements ?? DefaultPlacements, StringComparer.Ordinal);

    public bool IsPlacement(string placement) => Known.Contains(placement);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Placements is { Length: 0 } || Array.Exists(Placements ?? [], string.IsNullOrWhiteSpace))
            yield return new ValidationResult("must name at least one placement, and none may be empty.", [nameof(Placements)]);
        if (MinComputing > MaxComputing)
            yield return new ValidationResult($"must be at most MaxComputing, {MaxComputing}.", [nameof(MinComputing)]);
    }
}
