using RecOps.Serving.Models;

namespace RecOps.Server.Models.Trials;

/// <summary>Which shoppers a canary serves, and the decision behind it.</summary>
internal sealed record TrialRoute(ServingModel Model, ModelTrial Trial) : CanaryRoute(Model, Trial.Bundle, Trial.Share);
