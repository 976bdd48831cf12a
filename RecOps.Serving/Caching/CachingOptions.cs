using System.ComponentModel.DataAnnotations;

namespace RecOps.Serving.Caching;

/// <summary>How many ranked lists are cached, and for how long.</summary>
public sealed class CachingOptions : IValidatableObject
{
    public const string Section = "Caching";

    /// <summary>Whether lists are cached at all. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>What to keep when not everything fits: "worth" or "lfu". Default worth; docs/benchmarks/cache.md compares them.</summary>
    [AllowedValues("worth", "lfu", ErrorMessage = "must be worth or lfu.")]
    public string Policy { get; set; } = "worth";

    /// <summary>Bytes of lists in this process, 1,000,000 to 1,000,000,000,000. Default 256 MB, about 170,000 lists.</summary>
    [Range(1_000_000, 1_000_000_000_000)]
    public long L1Bytes { get; set; } = 256_000_000;

    /// <summary>Items kept per list, 100 to 2000: more than are ever served, since rules remove some. Default 200.</summary>
    [Range(100, 2000)]
    public int ListLength { get; set; } = 200;

    /// <summary>Age at which a list is refreshed, 1 s to a day. Default 5 minutes.</summary>
    public Duration SoftTtl { get; set; } = Duration.FromSeconds(300);

    /// <summary>Age at which a list is no longer served, even when none can be computed; up to a week. Default 6 hours.</summary>
    public Duration HardTtl { get; set; } = Duration.FromSeconds(6 * 3600);

    /// <summary>How long to remember that nothing is known about a user, at most the soft lifetime. Default 1 minute.</summary>
    public Duration NegativeTtl { get; set; } = Duration.FromSeconds(60);

    /// <summary>Milliseconds that a read from Redis may take before a request continues without it, 1 to 1000. Default 5.</summary>
    [Range(1, 1000)]
    public int L2DeadlineMs { get; set; } = 5;

    /// <summary>Lists that may wait to be written to Redis, 1 to 1,000,000; more are dropped. Default 4096.</summary>
    [Range(1, 1_000_000)]
    public int L2MaxWrites { get; set; } = 4096;

    /// <summary>Bytes of lists that are written to disk at shutdown and restored at start; 0 for none. Default 64 MB.</summary>
    [Range(0, 1_000_000_000_000)]
    public long SnapshotBytes { get; set; } = 64_000_000;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SoftTtl.Span < TimeSpan.FromSeconds(1) || SoftTtl.Span > TimeSpan.FromDays(1))
            yield return new ValidationResult("must be 1 second to 1 day, such as 00:05:00 or 300.", [nameof(SoftTtl)]);
        if (HardTtl.Span < SoftTtl.Span || HardTtl.Span > TimeSpan.FromDays(7))
            yield return new ValidationResult("must be at least SoftTtl and at most 7 days, such as 06:00:00.", [nameof(HardTtl)]);
        if (NegativeTtl.Span < TimeSpan.Zero || NegativeTtl.Span > TimeSpan.FromDays(1))
            yield return new ValidationResult("must be 0 to 1 day, such as 00:01:00 or 60.", [nameof(NegativeTtl)]);
    }
}
