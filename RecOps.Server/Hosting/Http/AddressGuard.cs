using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace RecOps.Server.Hosting.Http;

/// <summary>
/// Refuses addresses that would silently turn an id into another id: %-escapes that are not UTF-8, which the framework keeps or replaces,
/// and escaped slashes where the framework and <see cref="EscapedSlashes"/> would see different segments.
/// </summary>
internal static class AddressGuard
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <returns>Null for a valid address.</returns>
    public static ProblemHttpResult? Refuse(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (context.Features.Get<IHttpRequestFeature>()?.RawTarget is not { Length: > 0 } target)
            return null;
        if (target[0] != '/' && HasSlash(PathOf(target)))
            return Refused("An absolute address cannot have an escaped slash (%2F) in its path. Send the path alone.");

        // The framework leaves undecodable escapes and escaped slashes in the path, so this check settles nearly all addresses.
        if (!MayHaveEscapes(request.Path.Value) && !MayHaveEscapes(request.QueryString.Value))
            return null;
        if (!IsText(target))
            return Refused("The address has %-escapes that are not valid UTF-8. Percent-encode text as UTF-8, and a percent sign as %25.");
        ReadOnlySpan<char> path = PathOf(target);
        return HasSlash(path) && HasDots(path)
            ? Refused("A path with an escaped slash (%2F) cannot have . or .. as a segment. Send the id in the body, with POST.")
            : null;
    }

    private static ProblemHttpResult Refused(string why) => TypedResults.Problem(why, statusCode: StatusCodes.Status400BadRequest);

    /// <summary>Without query and fragment.</summary>
    private static ReadOnlySpan<char> PathOf(ReadOnlySpan<char> target)
    {
        int end = target.IndexOfAny('?', '#');
        return end < 0 ? target : target[..end];
    }

    private static bool HasSlash(ReadOnlySpan<char> path) => path.Contains("%2F", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the framework would remove segments from the path.</summary>
    private static bool HasDots(ReadOnlySpan<char> path) =>
        path.ToString().Replace("%2E", ".", StringComparison.OrdinalIgnoreCase).Split('/').Any(segment => segment is "." or "..");

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
