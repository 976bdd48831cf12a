using RecOps.Server.Caching;
using RecOps.Server.Catalog;
using RecOps.Server.Clusters;
using RecOps.Server.Events;
using RecOps.Server.Rules.Publishing;
using RecOps.Serving.Engine;
using RecOps.Serving.Models;
using RecOps.Shared.Bundles;

namespace RecOps.Server.Models.Switching;

/// <summary>
/// Turns a bundle on disk into a model that can answer the next request. It opens and verifies the bundle, runs every stage, transfers
/// shopper histories and catalogue changes, warms the likely first lists, and applies the active rules.
/// </summary>
internal sealed class ModelPreparation(
    ActiveModel active,
    ModelOpening models,
    ModelWarmUp warmUp,
    HotLists hot,
    EventRestore events,
    VisitorFile visitors,
    PopularFile popular,
    WarmRunner warming,
    CatalogChanges catalog,
    ActiveRules rules,
    TimeProvider time
)
{
    /// <param name="directory">Source directory of the bundle.</param>
    /// <param name="from">The model whose state is transferred; null at start, when state is read from what the last run saved.</param>
    /// <param name="trigger">Trigger passed to the warm-up; null skips it.</param>
    /// <param name="step">Called with the current step.</param>
    /// <returns>The model, which is kept up to date from now on.</returns>
    /// <exception cref="BundleException">It must not be served; the message says why.</exception>
    /// <exception cref="Serving.Ranking.ProviderException">The configured execution provider is not available.</exception>
    public async Task<ServingModel> PrepareAsync(
        string directory,
        ServingModel? from,
        string? trigger,
        Action<string> step,
        CancellationToken cancellationToken
    )
    {
        step("Checking and opening the bundle");
        ServingModel model = await Task.Run(() => models.Open(directory, atStart: from is null, cancellationToken), cancellationToken);
        try
        {
            step("Warming up every stage");
            await Task.Run(() => warmUp.RunAsync(model, cancellationToken), cancellationToken);

            // New events reach it directly from here on; earlier ones are transferred below, and each counts once.
            active.Join(model);
            step("Transferring shopper histories");
            if (from is null)
            {
                await events.RunAsync(model, cancellationToken);
                await hot.RestoreAsync(model, cancellationToken);
                visitors.Restore(model.Visitors, model.Users, model.Generation);
                popular.Restore(model);
            }
            else
            {
                await Task.Run(() => ModelHandover.Bring(from, model, time.GetUtcNow()), cancellationToken);
            }

            await Task.Run(() => catalog.BringTo(model), cancellationToken);
            step("Computing lists for likely next shoppers");
            if (trigger is not null)
                await warming.BeforeTakeoverAsync(model, trigger, cancellationToken);
            rules.ApplyTo(model);
            return model;
        }
        catch
        {
            active.Leave(model);
            await model.DisposeAsync();
            throw;
        }
    }
}
