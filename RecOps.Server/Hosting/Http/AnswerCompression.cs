using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;

namespace RecOps.Server.Hosting.Http;

/// <summary>
/// Compresses answers where the client accepts it and it pays: below a kilobyte, an answer fits a packet or two either way. Of answers with
/// unknown length, only kinds that are usually larger are compressed.
/// </summary>
internal sealed class AnswerCompression(IServiceProvider services, IOptions<ResponseCompressionOptions> options)
    : ResponseCompressionProvider(services, options)
{
    private const int WorthIt = 1024;

    public static bool IsAskedFor(HttpContext context) => context.Request.Headers.AcceptEncoding.Count > 0;

    public override bool ShouldCompressResponse(HttpContext context) => IsWorthIt(context) && base.ShouldCompressResponse(context);

    private static bool IsWorthIt(HttpContext context) =>
        context.Response.ContentLength is { } length
            ? length >= WorthIt
            : context.GetEndpoint()?.Metadata.GetMetadata<SmallAnswer>() is null;
}

/// <summary>Marks calls whose answer is a few numbers, however large the request was.</summary>
internal sealed class SmallAnswer;
