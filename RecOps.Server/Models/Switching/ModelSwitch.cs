using System.Diagnostics;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using RecOps.Server.Clusters;
using RecOps.Server.Models.Trials;
using RecOps.Server.Replication;
using RecOps.Server.Security.Audit;
using RecOps.Server.Storage;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Shared.Bundles;
using RecOps.Shared.Models;
using RecOps.Shared.Security;

namespace RecOps.Server.Models.Switching;

/// <summary>
/// Changes the active model under load. The next model is prepared beside the active one, recorded, and takes over between two requests;
/// the old one finishes its requests in flight. One change at a time. A bundle that cannot be served changes nothing.
/// </summary>
internal sealed partial class ModelSwitch(
    ActiveModel active,
    BundleDirectory bundles,
    ModelPreparation preparation,
    ModelRetirement retirement,
    ModelMemory memory,
    PreparationSlot slot,
    ModelTrials trials,
    IServiceScopeFactory scopes,
    ChangeFeed changes,
    IOptions<ModelsOptions> options,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<ModelSwitch> logger
)
{
    private volatile ActiveModelInfo? _info;

    /// <summary>Since when the active model is active, and who activated it.</summary>
    public ActiveModelInfo? Info => _info;

    /// <summary>Generation of the model that this server is about to serve by its own decision; 0 for none.</summary>
    public ulong Expected { get; private set; }

    /// <summary>The model that the server starts with.</summary>
    public void Started(ServingModel model)
    {
        active.Set(model);
        _info = new ActiveModelInfo(model.Bundle, model.Version, time.GetUtcNow(), null, null);
    }

    /// <summary>Activates a bundle, here and on every replica.</summary>
    /// <param name="kind">One of <see cref="ModelActivationKind"/>.</param>
    public async Task<SwitchResult> ActivateAsync(string bundle, string by, string kind)
    {
        if (!active.TryGet(out ServingModel? current))
            return SwitchResult.Busy(active.NotReadyReason!);
        if (!bundles.Has(bundle))
            return SwitchResult.NotFound;
        using PreparationSlot.Lease? lease = slot.TryTake(bundle, "activate", by);
        if (lease is null)
            return SwitchResult.Busy(slot.Sentence);
        if (bundle == current.Bundle && !IsChanged(current))
            return await ConfirmAsync(current, by);
        ServingModel? prepared = trials.ReadyModelOf(bundle);
        ServingModel? model = prepared;
        try
        {
            // The caller may disconnect; the change is completed.
            model ??= await preparation.PrepareAsync(
                bundles.PathOf(bundle),
                current,
                WarmRunner.BeforeModel,
                lease.Say,
                lifetime.ApplicationStopping
            );
            lease.Say("Taking over");
            Expected = model.Generation;
            await WriteDownAsync(model, current, by, kind);
        }
        catch (Exception error) when (error is BundleException or ProviderException)
        {
            bundles.Refused(bundle, error.Message);
            LogRefused(bundle, error.Message);
            await AuditRefusalAsync(bundle, by, error.Message);
            return SwitchResult.Refused(error.Message);
        }
        catch
        {
            if (model is not null && prepared is null)
                _ = retirement.Retire(model);
            Expected = 0;
            throw;
        }

        TakeOver(model, current, by, kind);
        return SwitchResult.Done;
    }

    /// <summary>Rolls back to the previously active model.</summary>
    public async Task<SwitchResult> RollBackAsync(string by)
    {
        if (await PreviousAsync() is not { } previous)
            return SwitchResult.Conflict("There is no model to roll back to: none was active before this one.");
        return await ActivateAsync(previous, by, ModelActivationKind.RolledBack);
    }

    /// <returns>Bundle that a rollback would activate.</returns>
    public async Task<string?> PreviousAsync()
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        RecOpsDatabase database = scope.ServiceProvider.GetRequiredService<RecOpsDatabase>();
        ModelActivation? newest = await database.ModelActivations.AsNoTracking().OrderByDescending(row => row.Id).FirstOrDefaultAsync();
        return newest is not null && newest.Bundle == active.Current?.Bundle ? newest.Previous : null;
    }

    /// <summary>Applies what another replica, or this server before a restart, decided.</summary>
    public async Task FollowAsync(ModelActivation decided, CancellationToken cancellationToken)
    {
        if (!active.TryGet(out ServingModel? current))
            return;
        if (IsServed(decided, current))
        {
            _info = new ActiveModelInfo(current.Bundle, current.Version, decided.At, decided.By, decided.Kind);
            return;
        }

        if (!bundles.Has(decided.Bundle))
        {
            LogMissing(decided.Bundle, decided.By);
            return;
        }

        using PreparationSlot.Lease lease = await slot.TakeAsync(decided.Bundle, "activate", decided.By, cancellationToken);
        if (!active.TryGet(out current) || IsServed(decided, current))
            return;
        try
        {
            ServingModel model =
                trials.ReadyModelOf(decided.Bundle)
                ?? await preparation.PrepareAsync(
                    bundles.PathOf(decided.Bundle),
                    current,
                    WarmRunner.BeforeModel,
                    lease.Say,
                    cancellationToken
                );
            TakeOver(model, current, decided.By, decided.Kind, decided.At);
        }
        catch (Exception error) when (error is BundleException or ProviderException)
        {
            bundles.Refused(decided.Bundle, error.Message);
            LogRefused(decided.Bundle, error.Message);
        }
    }

    /// <summary>Another bundle of the same name may have replaced the served one.</summary>
    private bool IsChanged(ServingModel current)
    {
        try
        {
            return ServingModel.GenerationOf(File.ReadAllBytes(Path.Combine(bundles.PathOf(current.Bundle), BundleFile.Manifest)))
                != current.Generation;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Also false when another bundle was put in its place and then activated.</summary>
    private bool IsServed(ModelActivation decided, ServingModel current) =>
        decided.Bundle == current.Bundle && !(decided.At > _info?.Since && IsChanged(current));

    /// <summary>Activating the active bundle means its files as they are now.</summary>
    private async Task<SwitchResult> ConfirmAsync(ServingModel current, string by)
    {
        try
        {
            await Task.Run(() => current.Source.Verify(time.GetUtcNow()));
            bundles.Accepted(current.Bundle);
            return SwitchResult.Done;
        }
        catch (BundleException error)
        {
            LogRefused(current.Bundle, error.Message);
            await AuditRefusalAsync(current.Bundle, by, error.Message);
            return SwitchResult.Refused(error.Message);
        }
    }

    private void TakeOver(ServingModel model, ServingModel replaced, string by, string kind, DateTimeOffset? at = null)
    {
        long start = Stopwatch.GetTimestamp();
        active.Set(model);
        trials.ActiveChanged(model);
        _info = new ActiveModelInfo(model.Bundle, model.Version, at ?? time.GetUtcNow(), by, kind);
        bundles.Accepted(model.Bundle);
        memory.Remember(model.Bundle);
        Expected = 0;
        _ = retirement.Retire(replaced);
        LogTakenOver(model.Version, replaced.Version, kind, by, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    private async Task WriteDownAsync(ServingModel model, ServingModel replaced, string by, string kind)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        RecOpsDatabase database = scope.ServiceProvider.GetRequiredService<RecOpsDatabase>();
        await scope
            .ServiceProvider.GetRequiredService<ExclusiveChanges>()
            .RunAsync(
                Epoch.Models,
                async () =>
                {
                    database.ModelActivations.Add(
                        new ModelActivation
                        {
                            Bundle = model.Bundle,
                            Model = model.Version,
                            At = time.GetUtcNow(),
                            By = by,
                            Kind = kind,
                            Previous = replaced.Bundle,
                            Configured = options.Value.Active,
                        }
                    );
                    await database
                        .ModelTrials.Where(trial => trial.Bundle == model.Bundle)
                        .ForEachAsync(trial => database.ModelTrials.Remove(trial));
                    scope
                        .ServiceProvider.GetRequiredService<AuditLog>()
                        .Add(
                            AuditAction.ModelActivated,
                            model.Bundle,
                            JsonSerializer.Serialize(replaced.Version),
                            JsonSerializer.Serialize(model.Version),
                            by
                        );
                }
            );
        await changes.CommittedAsync(database, Epoch.Models);
    }

    private async Task AuditRefusalAsync(string bundle, string by, string reason)
    {
        try
        {
            await using AsyncServiceScope scope = scopes.CreateAsyncScope();
            await scope
                .ServiceProvider.GetRequiredService<AuditLog>()
                .WriteAsync(AuditAction.ModelRefused, bundle, null, JsonSerializer.Serialize(reason), by);
        }
        catch (Exception error) when (DatabaseFailure.IsUnavailable(error))
        {
            // The server's log says that nothing was changed.
        }
    }

    [LoggerMessage(1021, LogLevel.Information, "Model {Model} took over from {Replaced} ({Kind} by {By}) in {Milliseconds:0.000} ms")]
    private partial void LogTakenOver(string model, string replaced, string kind, string by, double milliseconds);

    [LoggerMessage(1022, LogLevel.Error, "Bundle {Bundle} was refused; the active model stays: {Reason}")]
    private partial void LogRefused(string bundle, string reason);

    [LoggerMessage(1023, LogLevel.Error, "Bundle {Bundle}, activated by {By}, is not in Models:Directory on this server")]
    private partial void LogMissing(string bundle, string by);
}
