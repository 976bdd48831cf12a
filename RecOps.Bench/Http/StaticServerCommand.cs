using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RecOps.Bench.Load;
using RecOps.Server.Recommendations;
using RecOps.Shared;
using RecOps.Shared.Recommendations;

namespace RecOps.Bench.Http;

/// <summary>
/// <c>static</c>: the baseline of the HTTP suite. The same Kestrel with nothing but routing returns one list over and over, as prepared
/// bytes or as an object through a generated serializer.
/// </summary>
internal sealed class StaticServerCommand : Command
{
    public const string Verb = "static";
    public const string BytesPath = "/static/bytes";
    public const string ObjectPath = "/static/object";

    private readonly Option<string> _body = new("--body") { Description = "File with the JSON to return.", Required = true };

    public StaticServerCommand()
        : base(Verb, "Serve one JSON file over HTTP.")
    {
        Hidden = true;
        Options.Add(_body);
        SetAction((parsed, cancellation) => ServeAsync(parsed.GetRequiredValue(_body), cancellation));
    }

    private static async Task<int> ServeAsync(string file, CancellationToken cancellation)
    {
        byte[] body = await File.ReadAllBytesAsync(file, cancellation);
        JsonTypeInfo<RecommendationResponse> type = RecommendationContracts.Default.RecommendationResponse;
        RecommendationResponse list = JsonSerializer.Deserialize(body, type)!;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        WebApplication app = builder.Build();
        app.MapGet(
            BytesPath,
            (RequestDelegate)(
                context =>
                {
                    context.Response.ContentType = "application/json; charset=utf-8";
                    context.Response.ContentLength = body.Length;
                    return context.Response.Body.WriteAsync(body).AsTask();
                }
            )
        );
        app.MapGet(ObjectPath, (RequestDelegate)(context => context.Response.WriteAsJsonAsync(list, type)));
        app.MapGet(Routes.Ready, (RequestDelegate)(_ => Task.CompletedTask));
        app.MapGet(
            Routes.Metrics,
            (RequestDelegate)(
                context =>
                    context.Response.WriteAsync(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{RunningServer.AllocatedBytes} {GC.GetTotalAllocatedBytes(precise: true)}\n"
                        )
                    )
            )
        );
        await app.StartAsync(cancellation);
        Console.WriteLine($"Now listening on: {app.Urls.First()}");
        await app.WaitForShutdownAsync(cancellation);
        return 0;
    }
}
