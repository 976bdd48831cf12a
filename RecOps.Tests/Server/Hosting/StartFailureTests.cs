using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RecOps.Server.Hosting;
using RecOps.Server.Hosting.Lifetime;
using Xunit;

namespace RecOps.Tests.Server.Hosting;

/// <summary>The output of a failed start, mostly run as a separate process.</summary>
public sealed class StartFailureTests
{
    [Fact]
    public async Task Start_BadSettings_EveryOneNamedWithItsValueAndNoStackTrace()
    {
        (int exitCode, string output) = await RunAsync(
            new Dictionary<string, string>
            {
                ["Serving__DeadlineMs"] = "0",
                ["Serving__MaxInFlight"] = "lots",
                ["Retrieval__Candidates"] = "5000",
                ["Inference__Provider"] = "abacus",
                ["Demo__RequestsPerSecond"] = "-1",
                ["Models__Active"] = "../elsewhere",
                ["Caching__SoftTtl"] = "soon",
                ["Caching__Policy"] = "fifo",
                ["Caching__L1Bytes"] = "12",
                ["Warming__Users"] = "-3",
                ["Events__KeepDays"] = "0",
                ["Hosting__PathBase"] = "recops/",
                ["RateLimits__RequestsPerSecond"] = "0",
                ["RateLimits__SignInsPerMinute"] = "1,5",
                ["Caching__SoftTl"] = "60",
                ["Oidc__Colour"] = "blue",
                ["Hosting__MaxConnections"] = "-1",
                ["Hosting__MaxRequestBodyBytes"] = "4MB",
                ["Serving__Placements"] = "home,cart",
                ["Serving__MinComputing"] = "500",
                ["Alerts__Webhook"] = "ftp://hooks.example/",
                ["Slo__LatencyMs__0"] = "5",
                ["Warmng__Users"] = "5",
                ["ConnectionStrings__Reddis"] = "localhost:6379",
                ["Telemetry"] = "1",
                ["SERVICE__NAME"] = "other",
                ["SLA__TARGET"] = "99",
                ["DATE__FORMAT"] = "iso",
            }
        );

        Assert.Equal(1, exitCode);
        string[] expected =
        [
            "Serving:DeadlineMs is '0': must be between 1 and 60000.",
            "Serving:MaxInFlight is 'lots': must be a whole number.",
            "Retrieval:Candidates is '5000'",
            "Inference:Provider is 'abacus'",
            "Demo:RequestsPerSecond is '-1'",
            "Models:Active is '../elsewhere'",
            "Caching:SoftTtl is 'soon': must be a duration",
            "Caching:Policy is 'fifo': must be worth or lfu.",
            "Caching:L1Bytes is '12'",
            "Warming:Users is '-3'",
            "Events:KeepDays is '0'",
            "Hosting:PathBase is 'recops/': must be a path such as /recops",
            "RateLimits:RequestsPerSecond is '0'",
            "RateLimits:SignInsPerMinute is '1,5': must be a whole number.",
            "Unknown setting 'Caching:SoftTl'. Did you mean 'Caching:SoftTtl'?",
            "Unknown setting 'Oidc:Colour'. Use one of these: Oidc:",
            "Hosting:MaxConnections is '-1': must be between 10 and 1000000.",
            "Hosting:MaxRequestBodyBytes is '4MB': must be a whole number.",
            "Serving:Placements is 'home,cart': must be a list, each entry with its number, such as Serving:Placements:0.",
            "Serving:MinComputing is '500': must be at most MaxComputing, 256.",
            "Alerts:Webhook is 'ftp://hooks.example/': must be an address such as https://hooks.example/alerts.",
            "Slo:LatencyMs:0 does not exist: Slo:LatencyMs is a whole number.",
            "Unknown section 'Warmng'. Did you mean 'Warming'?",
            "Unknown setting 'ConnectionStrings:Reddis'. Did you mean 'ConnectionStrings:Redis'?",
        ];
        Assert.All(expected, failure => Assert.Contains(failure, output, StringComparison.Ordinal));

        // Variables that other programs have in the same environment.
        string[] others = ["Telemetry is", "SERVICE", "SLA", "DATE"];
        Assert.All(others, name => Assert.DoesNotContain(name, output, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_NoBundle_OneMessageAndNoStackTrace()
    {
        (int exitCode, string output) = await RunAsync(
            new Dictionary<string, string> { ["Models__Directory"] = TestBundle.NewDirectory() }
        );

        Assert.Equal(1, exitCode);
        Assert.Contains("it has no bundle.json", output, StringComparison.Ordinal);
        Assert.Contains("Models:Directory", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_UnknownLogLevel_OneMessageAndNoStackTrace()
    {
        (int exitCode, string output) = await RunAsync(new Dictionary<string, string> { ["Logging__LogLevel__Default"] = "Loud" });

        Assert.Equal(1, exitCode);
        Assert.Contains("'Loud' is not supported. Levels are Trace, Debug, Information", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PortTaken_OneMessageAndNoStackTrace()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        (int exitCode, string output) = await RunAsync(
            new Dictionary<string, string> { ["ASPNETCORE_URLS"] = $"http://{taken.LocalEndpoint}" }
        );

        Assert.Equal(1, exitCode);
        Assert.Contains("address already in use. Set ASPNETCORE_URLS", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shop")]
    [InlineData("http://127.0.0.1:99999")]
    public async Task Start_NoAddress_OneMessageAndNoStackTrace(string address)
    {
        (int exitCode, string output) = await RunAsync(new Dictionary<string, string> { ["ASPNETCORE_URLS"] = address });

        Assert.Equal(1, exitCode);
        Assert.Contains("Cannot listen on the address", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_Fails_WhatWasStartedIsStoppedBeforeItIsDisposed()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("shop");
        builder.Services.AddSingleton<StartFailure>();
        builder.Services.AddOptions<HostOptions>().ValidateOnStart();
        var calls = new List<string>();
        builder.Services.AddSingleton<IHostedService>(_ => new RecordingService(calls));

        Assert.Equal(1, await builder.Build().RunToExitCodeAsync());
        Assert.Equal(["started", "stopped", "disposed"], calls);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "RecOps.Server.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        foreach ((string key, string value) in environment)
            start.Environment[key] = value;
        using Process process = Process.Start(start)!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, await output + await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private sealed class RecordingService(List<string> calls) : IHostedService, IDisposable
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            calls.Add("started");
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            calls.Add("stopped");
            return Task.CompletedTask;
        }

        public void Dispose() => calls.Add("disposed");
    }
}
