namespace RecOps.Training.Evaluation;

/// <summary>The plain baselines on one test set.</summary>
/// <param name="Notes">What was left out and why.</param>
internal sealed record MeasuredBaselines(IReadOnlyList<ModelResult> Results, IReadOnlyList<string> Notes);
