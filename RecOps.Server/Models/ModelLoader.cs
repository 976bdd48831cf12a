using System.Diagnostics;
using Microsoft.Extensions.Options;
using RecOps.Server.Clusters;
using RecOps.Server.Hosting.Lifetime;
using RecOps.Server.Models.Switching;
using RecOps.Server.Rules.Publishing;
using RecOps.Server.Storage;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Shared.Bundles;

namespace RecOps.Server.Models;

/// <summary>
/// Loads the active bundle once the server listens, so that liveness is reported before readiness. A bundle that must not be served stops
/// the server. A missing execution provider only leaves it unready, since the machine may be repaired meanwhile.
/// </summary>
internal sealed partial class ModelLoader(
    ActiveModel active,
    BundleDirectory bundles,
    ModelMemory memory,
    ModelPreparation preparation,
    ModelSwitch models,
    ActiveRules rules,
    IOptions<ModelsOptions> options,
    StartFailure failure,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<ModelLoader> logger
) : BackgroundLoop(time, logger)
{
    private readonly ILogger _logger = logger;

    protected override string? ReasonToWait(Exception error) => DatabaseFailure.ReasonToWait(error);

    protected override async Task<bool> RoundAsync(CancellationToken stoppingToken)
    {
        string directory = bundles.PathOf(options.Value.Active);
        long start = Stopwatch.GetTimestamp();
        try
        {
            ServingModel model = await OpenAsync(stoppingToken);
            models.Started(model);

            // Rules may have changed meanwhile.
            if (model.Rules.Version != rules.Current.Version || rules.Current.IsOff)
                rules.ApplyTo(model);
            LogLoaded(
                model.Manifest.Name,
                model.Version,
                model.Catalog.Count,
                model.Users.Count,
                model.Ranker.Provider.Actual,
                Stopwatch.GetElapsedTime(start).TotalSeconds
            );
        }
        catch (BundleException error)
        {
            GiveUp($"The bundle {directory} cannot be served. {error.Message}");
        }
        catch (ProviderException error)
        {
            active.Refuse(error.Message);
            LogProvider(error.Message);
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            if (error is not (IOException or UnauthorizedAccessException))
                LogFailed(directory, error);
            GiveUp($"The bundle {directory} could not be loaded: {error.Message}");
        }

        return false;
    }

    /// <summary>No list can be served: the process exits and says why.</summary>
    private void GiveUp(string message)
    {
        active.Refuse(message);
        failure.Report($"{message} Models:Directory and Models:Active choose the bundle.");
        lifetime.StopApplication();
    }

    /// <summary>The bundle that was active last; if it cannot be served any more, the configured one.</summary>
    private async Task<ServingModel> OpenAsync(CancellationToken cancellationToken)
    {
        string configured = options.Value.Active;
        string last = memory.Bundle;
        if (last != configured)
        {
            try
            {
                return await PrepareAsync(last, cancellationToken);
            }
            catch (BundleException error)
            {
                bundles.Refused(last, error.Message);
                LogLastRefused(last, configured, error.Message);
            }
        }

        return await PrepareAsync(configured, cancellationToken);
    }

    private Task<ServingModel> PrepareAsync(string bundle, CancellationToken cancellationToken) =>
        preparation.PrepareAsync(bundles.PathOf(bundle), from: null, WarmRunner.AtStart, _ => { }, cancellationToken);

    [LoggerMessage(
        1003,
        LogLevel.Error,
        "Bundle {Bundle}, active before the restart, cannot be served. Serving {Configured} (Models:Active) instead: {Reason}"
    )]
    private partial void LogLastRefused(string bundle, string configured, string reason);

    [LoggerMessage(
        1001,
        LogLevel.Information,
        "Serving bundle {Name} {Version}: {Items} items, {Users} users, ranker on {Provider}; ready after {Seconds:0.00} s"
    )]
    private partial void LogLoaded(string name, string version, int items, int users, string provider, double seconds);

    [LoggerMessage(1002, LogLevel.Critical, "Not ready: {Reason}")]
    private partial void LogProvider(string reason);

    [LoggerMessage(1004, LogLevel.Critical, "Bundle {Directory} could not be loaded")]
    private partial void LogFailed(string directory, Exception error);
}
