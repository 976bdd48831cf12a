using RecOps.Serving.Models;

namespace RecOps.Serving.Engine;

/// <summary>Publishes popularity changes to other engines.</summary>
internal interface ISharedPopularity
{
    /// <param name="cluster">-1 for none.</param>
    /// <param name="item">Ordinal.</param>
    void Happened(ServingModel model, int cluster, int item, float weight);
}

/// <summary>No other engines.</summary>
internal sealed class NoSharedPopularity : ISharedPopularity
{
    public void Happened(ServingModel model, int cluster, int item, float weight) { }
}
