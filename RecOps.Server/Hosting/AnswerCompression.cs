using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;

namespace RecOps.Server.Hosting;

/// <summary>
/// Compresses what is worth it where the caller asks: below a kilobyte an answer fits a packet or two either way. Of answers whose length
/// is not known in advance only those are taken that are mostly larger.
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

/// <summary>Marks calls whose answer is a few numbers, however much was sent.</summary>
internal sealed class SmallAnswer;
