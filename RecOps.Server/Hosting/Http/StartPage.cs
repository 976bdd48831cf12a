using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace RecOps.Server.Hosting.Http;

/// <summary>The console's page with the server's base path written into it: all its other addresses are relative to that.</summary>
internal sealed class StartPage(IWebHostEnvironment environment)
{
    public const string File = "index.html";
    private const string Root = "<base href=\"/\">";

    // Read once, like the list of the other files: it names the fingerprinted files of one build.
    private readonly Lazy<string?> _page = new(() => Read(environment.WebRootFileProvider));

    /// <summary>Whether it exists: a server can be built without the console.</summary>
    public bool Exists => _page.Value is not null;

    public Task AnswerAsync(HttpContext context)
    {
        byte[] page = Encoding.UTF8.GetBytes(
            _page.Value!.Replace(
                Root,
                $"<base href=\"{HtmlEncoder.Default.Encode(context.Request.PublicPath("/"))}\">",
                StringComparison.Ordinal
            )
        );

        // A stale page would ask for files that are gone, and one for another base path for files that are elsewhere.
        context.Response.Headers.CacheControl = "no-cache";

        // Weak: compressed or not, it is the same page in different bytes.
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(page).AsSpan(0, 16))}\"", isWeak: true);
        return TypedResults.Bytes(page, "text/html; charset=utf-8", entityTag: tag).ExecuteAsync(context);
    }

    private static string? Read(IFileProvider files)
    {
        IFileInfo file = files.GetFileInfo(File);
        if (!file.Exists)
            return null;
        using var reader = new StreamReader(file.CreateReadStream(), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
