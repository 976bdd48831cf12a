using System.Reflection;
using Markdig;
using Markdig.Renderers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Microsoft.AspNetCore.Http.HttpResults;
using RecOps.Server.Security;
using RecOps.Shared;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.Alerts;

/// <summary>The pages of docs/runbooks, shipped with the server so that they can be read when nothing else is reachable.</summary>
internal static class Runbooks
{
    private const string Prefix = "runbooks/";
    private const string Suffix = ".md";
    private static readonly Assembly Here = typeof(Runbooks).Assembly;
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseAutoIdentifiers()
        .DisableHtml()
        .Build();

    /// <summary>Names, without the file extension.</summary>
    public static IEnumerable<string> Names =>
        Here.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Suffix.Length])
            .Order(StringComparer.Ordinal);

    /// <returns>Null when there is none of that name.</returns>
    public static RunbookText? Find(string name)
    {
        if (!Names.Contains(name, StringComparer.Ordinal))
            return null;
        using var reader = new StreamReader(Here.GetManifestResourceStream($"{Prefix}{name}{Suffix}")!);
        MarkdownDocument document = Markdown.Parse(reader.ReadToEnd(), Pipeline);
        string title = name;
        if (document.Descendants<HeadingBlock>().FirstOrDefault() is { } heading)
        {
            title = string.Concat(heading.Inline!.Descendants<LiteralInline>().Select(text => text.Content.ToString()));
            document.Remove(heading);
        }

        // In the repository, runbooks are files side by side; here they are pages.
        foreach (LinkInline link in document.Descendants<LinkInline>())
        {
            if (link.Url is { } url && !url.Contains('/') && url.EndsWith(Suffix, StringComparison.Ordinal))
                link.Url = Routes.Relative(Routes.RunbookPageOf(url[..^Suffix.Length]));
        }

        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        renderer.Render(document);
        return new RunbookText(name, title, writer.ToString());
    }
}

internal static class RunbookEndpoints
{
    public static IEndpointRouteBuilder MapRunbooks(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.Runbook, Get).RequireAuthorization(Access.View);
        return routes;
    }

    private static Results<Ok<RunbookText>, ProblemHttpResult> Get(string name) =>
        Runbooks.Find(name) is { } found
            ? TypedResults.Ok(found)
            : TypedResults.Problem(
                $"Unknown runbook '{name}'. Runbooks are {string.Join(", ", Runbooks.Names)}.",
                statusCode: StatusCodes.Status404NotFound
            );
}
