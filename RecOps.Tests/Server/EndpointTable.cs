using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace RecOps.Tests.Server;

/// <summary>Every endpoint of the server, from its own table, so that tests that walk them include new ones.</summary>
internal static class EndpointTable
{
    public static IEnumerable<(string Call, string Method, RoutePattern Pattern)> Of(RecOpsApplication application)
    {
        foreach (
            RouteEndpoint endpoint in application
                .Services.GetServices<EndpointDataSource>()
                .SelectMany(source => source.Endpoints)
                .OfType<RouteEndpoint>()
        )
        {
            // The console's files: there are hundreds, all public.
            if (endpoint.Metadata.Any(data => data.GetType().Name == "StaticAssetDescriptor"))
                continue;
            IReadOnlyList<string> methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"];
            foreach (string method in methods.Where(method => method != "HEAD"))
                yield return ($"{method} /{endpoint.RoutePattern.RawText!.TrimStart('/')}", method, endpoint.RoutePattern);
        }
    }

    /// <param name="id">Value for ids in paths.</param>
    public static string PathOf(RoutePattern pattern, string id = "x1") =>
        "/"
        + string.Join(
            '/',
            pattern.PathSegments.Select(segment =>
                string.Concat(
                    segment.Parts.Select(part =>
                        part switch
                        {
                            RoutePatternLiteralPart literal => literal.Content,
                            RoutePatternSeparatorPart separator => separator.Content,
                            RoutePatternParameterPart { Name: "documentName" } => "v1",
                            RoutePatternParameterPart { Name: "version" or "clusterId" } => "1",
                            _ => Uri.EscapeDataString(id),
                        }
                    )
                )
            )
        );
}
