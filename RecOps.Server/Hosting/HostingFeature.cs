using System.Net.Sockets;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using RecOps.Server.Hosting.Health;
using RecOps.Server.Hosting.Http;
using RecOps.Server.Hosting.Lifetime;
using RecOps.Server.Hosting.OpenApi;
using RecOps.Server.Hosting.Problems;

namespace RecOps.Server.Hosting;

internal static class HostingFeature
{
    private const string DefaultUrl = "http://127.0.0.1:5080";
    private const int ThreadsForEachCore = 2;
    private const string HostLog = "Microsoft.Extensions.Hosting.Internal.Host";

    public static WebApplicationBuilder AddServerHosting(this WebApplicationBuilder builder)
    {
        ListenOnLoopbackByDefault(builder);
        KeepThreadsForRequests();
        builder.WebHost.UseStaticWebAssets();

        // Reading at once, instead of polling for data first, saves a system call per request.
        builder.WebHost.UseSockets(sockets => sockets.WaitForDataBeforeAllocatingBuffer = false);

        // Outside a publish folder the framework adds a catch-all route for files made after the build. It hides that a call exists with
        // another method: 404 instead of 405.
        builder.Configuration["DisableStaticAssetNotFoundRuntimeFallback"] = "true";
        IServiceCollection services = builder.Services;
        services.AddSettings<HostingOptions>(HostingOptions.Section);
        services.AddServedPath();
        services.AddSingleton<StartPage>();
        services.AddSingleton(TimeProvider.System);
        var failure = new StartFailure();
        services.AddSingleton(failure);

        // The host logs a stack trace for a failed start, above the plain message that follows.
        builder.Logging.AddFilter(HostLog, level => failure.Started && level >= LogLevel.Information);
        services.AddSingleton<Drain>();
        services.AddSingleton<IReadiness>(provider => provider.GetRequiredService<Drain>());
        services.AddHostedService(provider => provider.GetRequiredService<Drain>());
        services.AddHostedService<FaultWatch>();

        // The framework reads these options while the host is built, before the settings are checked.
        services
            .AddOptions<KestrelServerOptions>()
            .Configure<IConfiguration>(
                (kestrel, configuration) =>
                {
                    HostingOptions hosting = configuration.GetUsable<HostingOptions>(HostingOptions.Section);
                    kestrel.AddServerHeader = false;
                    kestrel.Limits.MaxConcurrentConnections = hosting.MaxConnections;
                    kestrel.Limits.MaxRequestBodySize = hosting.MaxRequestBodyBytes;
                }
            );
        services
            .AddOptions<HostOptions>()
            .Configure<IConfiguration>(
                (host, configuration) =>
                {
                    HostingOptions hosting = configuration.GetUsable<HostingOptions>(HostingOptions.Section);
                    host.ShutdownTimeout = TimeSpan.FromSeconds(hosting.DrainSeconds + hosting.ShutdownSeconds);
                }
            );
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;

            // The serializer would silently take the last of two values for one name; the caller may have meant the first.
            json.SerializerOptions.AllowDuplicateProperties = false;
        });
        services.AddContracts(HealthContracts.Default);
        services.AddErrorHandling();
        services.AddOpenApiDocument();

        // An hour of telemetry is a megabyte and a batch of a hundred lists more than half of one; compressed, a tenth of that. No answer
        // holds both a secret and text chosen by someone else, so its compressed length reveals nothing.
        services.AddSingleton<IResponseCompressionProvider, AnswerCompression>();
        services.AddResponseCompression(compression => compression.EnableForHttps = true);
        return builder;
    }

    /// <summary>
    /// Runs until shutdown. Errors that make serving impossible are printed plainly: the operator must fix the settings, the bundle or the
    /// address, and a stack trace would hide that.
    /// </summary>
    /// <returns>The exit code: 0 for a requested shutdown, whenever it came.</returns>
    public static async Task<int> RunToExitCodeAsync(Func<WebApplication> build)
    {
        WebApplication app;
        try
        {
            app = build();
        }
        catch (SettingsException error)
        {
            await Console.Error.WriteLineAsync(
                $"RecOps cannot start. {error.Message}\nSet them in appsettings.json, or as environment variables with two underscores: "
                    + "Serving__DeadlineMs."
            );
            return 1;
        }
        catch (InvalidOperationException error) when (error.Source == "Microsoft.Extensions.Logging.Configuration")
        {
            await Console.Error.WriteLineAsync(
                $"RecOps cannot start. Invalid settings:\n  Logging: {error.Message} Levels are {string.Join(", ", Enum.GetNames<LogLevel>())}."
            );
            return 1;
        }

        return await RunToExitCodeAsync(app);
    }

    /// <summary>Before anything uses the settings: the host would check them too, but log a stack trace with the result.</summary>
    /// <exception cref="SettingsException">Something is wrong.</exception>
    public static void CheckSettings(this WebApplication app) => app.Services.GetRequiredService<IStartupValidator>().Validate();

    /// <returns>The exit code: 0 for a requested shutdown, whenever it came.</returns>
    public static async Task<int> RunToExitCodeAsync(this WebApplication app)
    {
        var failure = app.Services.GetRequiredService<StartFailure>();
        CancellationToken stopping = app.Lifetime.ApplicationStopping;
        app.Lifetime.ApplicationStarted.Register(failure.MarkStarted);
        try
        {
            await RunAsync(app);
        }
        catch (IOException error) when (error.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            failure.Report($"{error.Message} Set ASPNETCORE_URLS to listen elsewhere.");
        }
        catch (Exception error) when (!failure.Started && IsAboutTheAddress(error))
        {
            // Kestrel's messages for an address that is invalid or not permitted.
            failure.Report(
                $"Cannot listen on the address: {error.Message.TrimEnd('.')}. Set ASPNETCORE_URLS, for example to {DefaultUrl}."
            );
        }
        catch (OperationCanceledException) when (!failure.Started && stopping.IsCancellationRequested)
        {
            // Shutdown was requested, or the bundle was refused, before the host had finished starting.
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            failure.ReportFault("Requests or services did not finish within Hosting:DrainSeconds and Hosting:ShutdownSeconds.");
        }
        catch (Exception error)
        {
            failure.ReportFault(error.ToString());
        }

        if (failure.Message is null)
            return 0;
        await Console.Error.WriteLineAsync(failure.Message);
        return 1;
    }

    /// <summary>
    /// The framework disposes a host that failed to start without stopping its services: they would still use a file that is being closed.
    /// </summary>
    private static async Task RunAsync(WebApplication app)
    {
        await using WebApplication ending = app;
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await app.WaitForShutdownAsync();
    }

    /// <summary>
    /// A missing https certificate is an InvalidOperationException from Kestrel; from anything else, that exception is a bug.
    /// </summary>
    private static bool IsAboutTheAddress(Exception error) =>
        error is SocketException or FormatException or ArgumentOutOfRangeException
        || (error is InvalidOperationException && error.Source?.Contains("Kestrel", StringComparison.Ordinal) == true);

    /// <summary>
    /// Threads that compute lists keep all processors busy. Without spare threads, requests would wait for one unseen by any deadline or
    /// limit, instead of in the batcher's queue.
    /// </summary>
    private static void KeepThreadsForRequests()
    {
        ThreadPool.GetMinThreads(out int workers, out int completions);
        ThreadPool.SetMinThreads(Math.Max(workers, ThreadsForEachCore * Environment.ProcessorCount), completions);
    }

    private static void ListenOnLoopbackByDefault(WebApplicationBuilder builder)
    {
        string[] choices = ["urls", "http_ports", "https_ports"];
        bool chosen =
            Array.Exists(choices, name => !string.IsNullOrEmpty(builder.Configuration[name]))
            || builder.Configuration.GetSection("Kestrel:Endpoints").Exists();
        if (!chosen)
            builder.WebHost.UseUrls(DefaultUrl);
    }
}
