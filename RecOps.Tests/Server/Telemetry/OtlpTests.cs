using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using RecOps.Server.Security.Keys;
using RecOps.Shared;
using RecOps.Shared.Telemetry;
using RecOps.Tests.Browser;
using Xunit;

namespace RecOps.Tests.Server.Telemetry;

/// <summary>What a server sends to a collector, in a separate process: exporters are configured by environment variables.</summary>
public sealed class OtlpTests
{
    [Fact]
    public async Task Requests_EndpointSet_MetricsAndSpansAreSentToIt()
    {
        using var data = new TempDirectory();
        var received = new ConcurrentDictionary<string, StringBuilder>();
        await using WebApplication collector = Collect(received);
        await collector.StartAsync(TestContext.Current.CancellationToken);
        await TestBundle.WriteAsync(data.At("models"), new());
        await using ServerProcess server = await ServerProcess.StartAsync(
            data.At("data"),
            data.At("models"),
            ("Models__Active", TestBundle.Name),
            ("Demo__Traffic", "false"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Urls.First()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
            ("OTEL_BSP_SCHEDULE_DELAY", "200"),
            ("OTEL_SERVICE_NAME", "shop-recommendations")
        );
        using HttpClient client = new() { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Add(StorefrontGate.Header, ServerProcess.ApiKey);

        await client.GetStringAsync(Routes.RecommendationsFor("u3"), TestContext.Current.CancellationToken);

        await Waiting.UntilAsync(() =>
            Has("/v1/traces", Stage.Ranking, "recops.source", "shop-recommendations")
            && Has(
                "/v1/metrics",
                "recops.stage.duration",
                "recops.recommendations",
                "http.server.request.duration",
                "dotnet.gc.collections",
                "shop-recommendations"
            )
        );

        // Names appear literally in the protocol's bytes.
        bool Has(string path, params string[] names)
        {
            if (!received.TryGetValue(path, out StringBuilder? text))
                return false;
            lock (text)
                return Array.TrueForAll(names, name => text.ToString().Contains(name, StringComparison.Ordinal));
        }
    }

    private static WebApplication Collect(ConcurrentDictionary<string, StringBuilder> received)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication collector = builder.Build();
        collector.MapPost(
            "/v1/{signal}",
            async context =>
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                StringBuilder text = received.GetOrAdd(context.Request.Path, _ => new StringBuilder());
                lock (text)
                    text.Append(Encoding.Latin1.GetString(body.ToArray()));
            }
        );
        return collector;
    }
}
