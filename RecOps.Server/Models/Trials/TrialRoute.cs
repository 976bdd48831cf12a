using RecOps.Serving.Models;

namespace RecOps.Server.Models.Trials;

/// <summary>Which shoppers a canary answers, and what was decided about it.</summary>
internal sealed record TrialRoute(ServingModel Model, ModelTrial Trial) : CanaryRoute(Model, Trial.Bundle, Trial.Share);
