using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace RecOps.Server.Hosting.Http;

/// <summary>
/// Refuses addresses whose %-escapes are not UTF-8. The framework keeps or replaces such escapes, which would silently turn an id into
/// another id.
/// </summary>
internal static class AddressGuard
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <returns>Null for a valid address.</returns>
    public static ProblemHttpResult? Refuse(HttpContext context)
    {
        // The framework leaves undecodable escapes in the path, so this check settles nearly all addresses.
        HttpRequest request = context.Request;
        if (!MayHaveEscapes(request.Path.Value) && !MayHaveEscapes(request.QueryString.Value))
            return null;
        return context.Features.Get<IHttpRequestFeature>()?.RawTarget is not { } target || IsText(target)
            ? null
            : TypedResults.Problem(
                "The address has %-escapes that are not valid UTF-8. Percent-encode text as UTF-8, and a percent sign as %25.",
                statusCode: StatusCodes.Status400BadRequest
            );
    }

    private static bool MayHaveEscapes(string? decoded) => decoded?.Contains('%', StringComparison.Ordinal) == true;

    internal static bool IsText(string target)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(target.Length)];
        int length = 0;
        for (int i = 0; i < target.Length; i++)
        {
            if (target[i] != '%')
            {
                length += Encoding.UTF8.GetBytes(target.AsSpan(i, 1), bytes.AsSpan(length));
                continue;
            }

            // A percent sign that escapes nothing stands for itself.
            if (i + 2 < target.Length && char.IsAsciiHexDigit(target[i + 1]) && char.IsAsciiHexDigit(target[i + 2]))
            {
                bytes[length++] = Convert.FromHexString(target.AsSpan(i + 1, 2))[0];
                i += 2;
            }
        }

        try
        {
            _ = Strict.GetCharCount(bytes, 0, length);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
