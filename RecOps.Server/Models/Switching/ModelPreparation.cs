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
/// From a bundle on disk to a model that may answer the next request: opened and checked, every stage run, told what shoppers did and what
/// the shop said since, its likely first lists made, under the rules that hold.
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
    /// <param name="directory">The bundle's own.</param>
    /// <param name="from">The model whose knowledge it inherits; null at start, when it is read from where the last run left it.</param>
    /// <param name="trigger">Which occasion warming is told; null warms nothing.</param>
    /// <param name="step">Is told what is being done.</param>
    /// <returns>The model, kept up to date from now on.</returns>
    /// <exception cref="BundleException">It must not be served; the message says why.</exception>
    /// <exception cref="Serving.Ranking.ProviderException">The configured execution provider is not there.</exception>
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
            step("Running every stage");
            await Task.Run(() => warmUp.RunAsync(model, cancellationToken), cancellationToken);

            // What happens from here on reaches it directly; what happened before is brought afterwards, and counts once.
            active.Join(model);
            step("Bringing what shoppers did");
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
            step("Making the lists of likely next shoppers");
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
