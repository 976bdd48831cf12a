using System.ComponentModel.DataAnnotations;
using RecOps.Server.Hosting.Http;

namespace RecOps.Server.Hosting;

/// <summary>How the process interacts with its environment.</summary>
internal sealed class HostingOptions : IValidatableObject
{
    public const string Section = "Hosting";

    /// <summary>
    /// Concurrent connections, 10 to 1,000,000; more are closed at once. Each has one request in flight and a bounded buffer, so this
    /// bounds what waits before a request is read. Default 10,000.
    /// </summary>
    [Range(10, 1_000_000)]
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Largest request body in bytes, 1,024 to 1,073,741,824; a larger one is answered 413. Default 4,194,304.</summary>
    [Range(1024, 1_073_741_824)]
    public int MaxRequestBodyBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// Seconds between /health/ready turning 503 and the server refusing connections, 0 to 300, so that load balancers notice first.
    /// Default 0.
    /// </summary>
    [Range(0, 300)]
    public int DrainSeconds { get; set; }

    /// <summary>Seconds that running requests have to finish at shutdown, 1 to 300. Default 20.</summary>
    [Range(1, 300)]
    public int ShutdownSeconds { get; set; } = 20;

    /// <summary>
    /// Base path of the server behind a proxy that does not strip it, such as /recops in https://tools.example/recops/. Empty by default:
    /// the server has a host of its own.
    /// </summary>
    public string PathBase { get; set; } = "";

    /// <summary>Origins of pages whose scripts may call /v1, such as https://shop.example. None by default.</summary>
    public string[]? AllowedOrigins { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PathBase is { Length: > 0 } && !ServedPath.IsPlain(PathBase))
        {
            yield return new ValidationResult(
                "must be a path such as /recops: it starts with a slash, does not end with one, and contains only letters, digits "
                    + "and - . _ ~ between slashes. Leave it empty if the server has a host of its own.",
                [nameof(PathBase)]
            );
        }

        foreach (string origin in AllowedOrigins ?? [])
        {
            bool isOrigin =
                Uri.TryCreate(origin, UriKind.Absolute, out Uri? address)
                && address.Scheme is "http" or "https"
                && address.GetLeftPart(UriPartial.Authority) == origin;
            if (!isOrigin)
            {
                yield return new ValidationResult(
                    $"'{origin}' must be an origin such as https://shop.example: scheme, host and "
                        + $"optional port, without a trailing slash.",
                    [nameof(AllowedOrigins)]
                );
            }
        }
    }
}
