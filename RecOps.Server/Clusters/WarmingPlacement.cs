using RecOps.Server.Hosting;
using RecOps.Serving.Engine;

namespace RecOps.Server.Clusters;

/// <summary>Checks before the server starts that the lists that are warmed stand where lists may stand.</summary>
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
