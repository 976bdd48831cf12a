using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RecOps.Server.Hosting;
using RecOps.Server.Hosting.Lifetime;
using RecOps.Serving.Ranking;
using RecOps.Shared.Bundles;
using Xunit;

namespace RecOps.Tests.Server.Hosting;

/// <summary>Exit code and message of the server: success when asked to stop, an error when something forced it to.</summary>
public sealed class EndingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_AServiceFails_ExitCodeSaysSoAndTheMessageWhich(bool onceStarted)
    {
        (int exitCode, StartFailure failure) = await RunAsync(
            await TestBundle.SharedAsync(),
            services =>
                services.AddHostedService(provider => new Failing(provider.GetRequiredService<IHostApplicationLifetime>(), onceStarted))
        );

        Assert.Equal(1, exitCode);
        Assert.StartsWith(
            "RecOps stopped because of a fault. Failing failed: System.InvalidOperationException: It broke.",
            failure.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_AskedToStop_ExitCodeIsZero(bool onceStarted)
    {
        (int exitCode, StartFailure failure) = await RunAsync(
            await TestBundle.SharedAsync(),
            services =>
            {
                services.AddHostedService(provider => new Stopping(provider.GetRequiredService<IHostApplicationLifetime>(), onceStarted));
                if (!onceStarted)
                    services.AddHostedService<SlowToStart>();
            }
        );

        Assert.Null(failure.Message);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task Run_BundleRefusedWhileTheHostStillStarts_SaysWhichAndWhy()
    {
        (int exitCode, StartFailure failure) = await RunAsync(
            TestBundle.NewDirectory(),
            services => services.AddHostedService<SlowToStart>()
        );

        Assert.Equal(1, exitCode);
        Assert.StartsWith("RecOps cannot start. The bundle ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("it has no bundle.json", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ModelFailsToLoad_SaysWhichAndWhy()
    {
        (int exitCode, StartFailure failure) = await RunAsync(
            await TestBundle.SharedAsync(),
            services => services.AddSingleton<IRankerFactory, BrokenRankers>()
        );

        Assert.Equal(1, exitCode);
        Assert.StartsWith("RecOps cannot start. The bundle ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("could not be loaded: The disk is gone.", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message!);
    }

    /// <param name="line">Sent after this line of the log, or once the bundle is served; there is a line for each step of the
    /// start.</param>
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(80)]
    [InlineData(400)]
    [InlineData(int.MaxValue)]
    public async Task Terminate_AtAnyMoment_EndsWell(int line)
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("There are no signals.");
        using var data = new TempDirectory();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "RecOps.Server.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["Data__Directory"] = data.Path,
                ["Models__Directory"] = await TestBundle.SharedAsync(),
                ["Models__Active"] = TestBundle.Name,
                ["Hosting__DrainSeconds"] = "0",
                ["Logging__LogLevel__Default"] = "Debug",
                ["Logging__LogLevel__Microsoft.AspNetCore"] = "Debug",
                ["Logging__LogLevel__Microsoft.EntityFrameworkCore"] = "Debug",
            },
        };
        using Process process = Process.Start(start)!;
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = new List<string>();
            bool sent = false;
            while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } next)
            {
                output.Add(next);
                if (sent || (output.Count < line && !next.Contains("Serving bundle", StringComparison.Ordinal)))
                    continue;
                sent = true;
                using Process signal = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
                await signal.WaitForExitAsync(TestContext.Current.CancellationToken);
            }

            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(sent, string.Join('\n', output));
            Assert.Empty(await errors);

            // 143 is the signal's own code, for a process that does not handle it yet.
            Assert.Contains(process.ExitCode, new[] { 0, 143 });
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static async Task<(int ExitCode, StartFailure Failure)> RunAsync(string models, Action<IServiceCollection> add)
    {
        using var data = new TempDirectory();
        string[] settings =
        [
            "--environment=Production",
            "--urls=http://127.0.0.1:0",
            $"--Data:Directory={data.Path}",
            $"--Models:Directory={models}",
            $"--Models:Active={TestBundle.Name}",
            "--Demo:Traffic=false",
            "--Logging:LogLevel:Default=None",
            "--Hosting:DrainSeconds=0",
            "--Bootstrap:AdminPassword=password of admin",
            $"--Bootstrap:StorefrontKey={RecOpsApplication.ApiKey}",
        ];
        WebApplication app = RecOps.Server.Program.Build(settings, builder => add(builder.Services));
        var failure = app.Services.GetRequiredService<StartFailure>();
        int exitCode = await app.RunToExitCodeAsync().WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        return (exitCode, failure);
    }

    private sealed class Failing(IHostApplicationLifetime lifetime, bool onceStarted) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            if (onceStarted)
                await Started(lifetime).WaitAsync(stoppingToken);
            throw new InvalidOperationException("It broke.");
        }
    }

    private sealed class Stopping(IHostApplicationLifetime lifetime, bool onceStarted) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            if (onceStarted)
                await Started(lifetime).WaitAsync(stoppingToken);
            lifetime.StopApplication();
        }
    }

    private sealed class BrokenRankers : IRankerFactory
    {
        public IRanker Open(Bundle bundle, RankerLimits limits) => throw new IOException("The disk is gone.");
    }

    /// <summary>The host is still starting when it is asked to stop.</summary>
    private sealed class SlowToStart : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private static Task Started(IHostApplicationLifetime lifetime)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        return started.Task;
    }
}
