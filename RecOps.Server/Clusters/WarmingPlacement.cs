using RecOps.Server.Hosting;
using RecOps.Serving.Engine;

namespace RecOps.Server.Clusters;

/// <summary>Checks at start that the warm-up placement is one of the configured placements.</summary>
internal sealed class WarmingPlacement : ISettingsCheck
{
    public IEnumerable<string> Failures(IConfiguration configuration)
    {
        string? placement = configuration[$"{WarmingOptions.Section}:{nameof(WarmingOptions.Placement)}"];
        var serving = new ServingOptions
        {
            Placements = configuration.GetSection($"{ServingOptions.Section}:{nameof(ServingOptions.Placements)}").Get<string[]>(),
        };
        if (!string.IsNullOrEmpty(placement) && !serving.IsPlacement(placement))
            yield return $"Warming:Placement is '{placement}': must be one of Serving:Placements "
                + $"({string.Join(", ", serving.AllPlacements)}).";
    }
}
