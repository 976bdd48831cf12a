using System.Text.Json;
using RecOps.Server.Clusters;
using RecOps.Server.Models.Switching;
using RecOps.Server.Replication;
using RecOps.Server.Security.Audit;
using RecOps.Server.Storage;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Shared.Bundles;
using RecOps.Shared.Models;
using RecOps.Shared.Security;

namespace RecOps.Server.Models.Trials;

/// <summary>
/// Bundles beside the active one: a shadow, which is only compared, and a canary, which serves some shoppers. At most one of each.
/// </summary>
internal sealed partial class ModelTrials(
    ActiveModel active,
    BundleDirectory bundles,
    ModelPreparation preparation,
    ModelRetirement retirement,
    PreparationSlot slot,
    ShadowComparison shadow,
    IServiceScopeFactory scopes,
    ChangeFeed changes,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<ModelTrials> logger
)
{
    private readonly Lock _lock = new();

    /// <summary>The canary's model; null when there is none.</summary>
    public ServingModel? CanaryModel => active.Canary?.Model;

    public ShadowState? Shadow =>
        shadow.Current is { } running
            ? running.Figures.Describe(running.Trial, running.Model.Version, active.Current?.Version ?? "")
            : null;

    public CanaryState? Canary =>
        active.Canary is TrialRoute { Model.Figures: { } own } route && active.Current?.Figures is { } others
            ? new CanaryState(
                route.Trial.Bundle,
                route.Model.Version,
                route.Trial.Share,
                route.Trial.At,
                route.Trial.By,
                own.Describe(),
                others.Describe()
            )
            : null;

    /// <summary>Starts a trial, or changes the share of a running one; a trial of another bundle is replaced.</summary>
    /// <param name="kind"><see cref="ModelTrial.Shadow"/> or <see cref="ModelTrial.Canary"/>.</param>
    public async Task<SwitchResult> StartAsync(string kind, string bundle, double share, string by)
    {
        if (!active.TryGet(out ServingModel? current))
            return SwitchResult.Busy(active.NotReadyReason!);
        if (!bundles.Has(bundle))
            return SwitchResult.NotFound;
        if (bundle == current.Bundle)
            return SwitchResult.Conflict($"{bundle} is the active bundle; it cannot be compared with itself.");
        using PreparationSlot.Lease? lease = slot.TryTake(bundle, kind, by);
        if (lease is null)
            return SwitchResult.Busy(slot.Sentence);
        var trial = new ModelTrial
        {
            Kind = kind,
            Bundle = bundle,
            Share = share,
            At = time.GetUtcNow(),
            By = by,
        };
        ServingModel? opened = null;
        try
        {
            ServingModel? running = Running(kind, bundle);
            if (running is null)
                opened = await PrepareAsync(bundle, current, kind, lease, lifetime.ApplicationStopping);
            await WriteDownAsync(kind, trial, by);
            Begin(trial, running ?? opened!);
            return SwitchResult.Done;
        }
        catch (Exception error) when (error is BundleException or ProviderException)
        {
            bundles.Refused(bundle, error.Message);
            LogRefused(kind, bundle, error.Message);
            return SwitchResult.Refused(error.Message);
        }
        catch
        {
            if (opened is not null)
                _ = retirement.Retire(opened);
            throw;
        }
    }

    /// <returns>False when there is none.</returns>
    public async Task<bool> StopAsync(string kind, string by)
    {
        if (kind == ModelTrial.Shadow ? shadow.Current is null : active.Canary is null)
            return false;
        bool hasEnded = await WriteDownAsync(kind, null, by);
        End(kind);
        return hasEnded;
    }

    /// <summary>The active model changed: the figures were compared with the old one.</summary>
    public void ActiveChanged(ServingModel model)
    {
        lock (_lock)
        {
            if (active.Canary is { } route)
            {
                if (route.Model == model)
                    active.Route(null);
                else
                    Count(route.Model, model);
            }

            if (active.Canary is null)
                model.Figures = null;
            if (shadow.Current is not { } running)
                return;
            if (running.Model.Bundle == model.Bundle)
                End(ModelTrial.Shadow);
            else
                shadow.Compare(running with { Figures = new ShadowFigures() });
        }
    }

    /// <summary>An already loaded model of a bundle; null when there is none.</summary>
    public ServingModel? ReadyModelOf(string bundle) => active.Canary is { } route && route.Model.Bundle == bundle ? route.Model : null;

    /// <summary>Applies what another replica, or this server before a restart, decided.</summary>
    public async Task FollowAsync(ModelTrial[] decided, CancellationToken cancellationToken)
    {
        foreach (string kind in new[] { ModelTrial.Shadow, ModelTrial.Canary })
        {
            ModelTrial? trial = Array.Find(decided, row => row.Kind == kind);

            // The bundle being prepared may be this very trial, decided but not started.
            if (IsSame(trial, TrialOf(kind)) && slot.Work is null)
                continue;
            using PreparationSlot.Lease lease = await slot.TakeAsync(
                trial?.Bundle ?? kind,
                kind,
                trial?.By ?? AuditLog.Server,
                cancellationToken
            );

            // This server decided it and was just starting it.
            if (IsSame(trial, TrialOf(kind)))
                continue;
            if (trial is null)
            {
                End(kind);
                continue;
            }

            if (!active.TryGet(out ServingModel? current) || trial.Bundle == current.Bundle || !bundles.Has(trial.Bundle))
                continue;
            try
            {
                Begin(trial, Running(kind, trial.Bundle) ?? await PrepareAsync(trial.Bundle, current, kind, lease, cancellationToken));
            }
            catch (Exception error) when (error is BundleException or ProviderException)
            {
                bundles.Refused(trial.Bundle, error.Message);
                LogRefused(kind, trial.Bundle, error.Message);
            }
        }
    }

    private static bool IsSame(ModelTrial? a, ModelTrial? b) => a?.Bundle == b?.Bundle && a?.Share == b?.Share;

    private ModelTrial? TrialOf(string kind) => kind == ModelTrial.Shadow ? shadow.Current?.Trial : (active.Canary as TrialRoute)?.Trial;

    private Task<ServingModel> PrepareAsync(
        string bundle,
        ServingModel current,
        string kind,
        PreparationSlot.Lease lease,
        CancellationToken cancellationToken
    ) =>
        preparation.PrepareAsync(
            bundles.PathOf(bundle),
            current,
            kind == ModelTrial.Canary ? WarmRunner.BeforeModel : null,
            lease.Say,
            cancellationToken
        );

    private ServingModel? Running(string kind, string bundle)
    {
        ServingModel? model = kind == ModelTrial.Shadow ? shadow.Current?.Model : active.Canary?.Model;
        return model?.Bundle == bundle ? model : null;
    }

    private void Begin(ModelTrial trial, ServingModel model)
    {
        lock (_lock)
        {
            if (Running(trial.Kind, trial.Bundle) is null)
                End(trial.Kind);
            if (trial.Kind == ModelTrial.Shadow)
            {
                ShadowFigures figures = shadow.Current?.Model == model ? shadow.Current.Figures : new ShadowFigures();
                shadow.Compare(new ShadowComparison.Comparison(model, trial, figures));
            }
            else
            {
                if (active.Canary?.Model != model)
                    Count(model, active.Current!);
                active.Route(new TrialRoute(model, trial));
            }

            bundles.Accepted(trial.Bundle);
            LogBegun(trial.Kind, model.Version, trial.Share);
        }
    }

    private void Count(ServingModel own, ServingModel others)
    {
        DateTimeOffset now = time.GetUtcNow();
        own.Figures = new LiveFigures(own.Version, now);
        others.Figures = new LiveFigures(others.Version, now);
    }

    private void End(string kind)
    {
        lock (_lock)
        {
            ServingModel? model;
            if (kind == ModelTrial.Shadow)
            {
                model = shadow.Current?.Model;
                shadow.Compare(null);
            }
            else
            {
                model = active.Canary?.Model;
                active.Route(null);
                if (active.Current is { } current)
                    current.Figures = null;
            }

            if (model is null)
                return;
            _ = retirement.Retire(model);
            LogEnded(kind, model.Version);
        }
    }

    /// <param name="trial">Null to end it.</param>
    /// <returns>False when someone else has already ended it.</returns>
    private async Task<bool> WriteDownAsync(string kind, ModelTrial? trial, string by)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        RecOpsDatabase database = scope.ServiceProvider.GetRequiredService<RecOpsDatabase>();
        bool isChanged = await scope
            .ServiceProvider.GetRequiredService<ExclusiveChanges>()
            .RunAsync(
                Epoch.Models,
                async () =>
                {
                    ModelTrial? row = await database.ModelTrials.FindAsync(kind);
                    if (trial is null && row is null)
                        return false;
                    string? before = row is null ? null : Describe(row);
                    if (trial is null)
                        database.ModelTrials.Remove(row!);
                    else if (row is not null)
                        (row.Bundle, row.Share, row.At, row.By) = (trial.Bundle, trial.Share, trial.At, trial.By);
                    else
                        database.ModelTrials.Add(
                            new ModelTrial
                            {
                                Kind = kind,
                                Bundle = trial.Bundle,
                                Share = trial.Share,
                                At = trial.At,
                                By = trial.By,
                            }
                        );
                    scope
                        .ServiceProvider.GetRequiredService<AuditLog>()
                        .Add(
                            kind == ModelTrial.Shadow ? AuditAction.ShadowChanged : AuditAction.CanaryChanged,
                            trial?.Bundle ?? row!.Bundle,
                            before,
                            trial is null ? null : Describe(trial),
                            by
                        );
                    return true;
                }
            );
        if (isChanged)
            await changes.CommittedAsync(database, Epoch.Models);
        return isChanged;
    }

    private static string Describe(ModelTrial trial) =>
        JsonSerializer.Serialize(FormattableString.Invariant($"{trial.Bundle}, {trial.Share:P1}"));

    [LoggerMessage(1032, LogLevel.Information, "The {Kind} {Model} has started with a share of {Share}")]
    private partial void LogBegun(string kind, string model, double share);

    [LoggerMessage(1033, LogLevel.Information, "The {Kind} {Model} has ended")]
    private partial void LogEnded(string kind, string model);

    [LoggerMessage(1034, LogLevel.Error, "Bundle {Bundle} was refused as {Kind}: {Reason}")]
    private partial void LogRefused(string kind, string bundle, string reason);
}
