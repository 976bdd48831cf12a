using RecOps.Serving.Models;

namespace RecOps.Serving.Engine;

/// <summary>Tells other engines what became more popular here.</summary>
internal interface ISharedPopularity
{
    /// <param name="cluster">-1 for none.</param>
    /// <param name="item">Ordinal.</param>
    void Happened(ServingModel model, int cluster, int item, float weight);
}

/// <summary>This engine is alone.</summary>
internal sealed class NoSharedPopularity : ISharedPopularity
{
    public void Happened(ServingModel model, int cluster, int item, float weight) { }
}
