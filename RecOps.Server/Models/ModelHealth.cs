using Microsoft.Extensions.Options;
using RecOps.Server.Hosting.Health;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Models;

/// <summary>Whether a model is loaded and warm, which one, and on which execution provider.</summary>
internal sealed class ModelHealth(ActiveModel active, IOptions<InferenceOptions> inference, IOptions<ModelsOptions> models)
    : IReadiness,
        IServedModel
{
    public ModelReport Model => new(models.Value.Active, active.Current?.Version);

    public ProviderState Provider =>
        active.Current?.Ranker.Provider ?? new ProviderState(inference.Value.Provider, "none", active.NotReadyReason ?? "");

    public HealthCheck Check() => HealthCheck.Of("model", active.Current is not null, active.NotReadyReason ?? "Loaded and warm.");
}
