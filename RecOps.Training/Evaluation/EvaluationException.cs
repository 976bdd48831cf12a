namespace RecOps.Training.Evaluation;

/// <summary>What was asked for cannot be measured, or not honestly. The message says why and what would help.</summary>
internal sealed class EvaluationException(string message, Exception? inner = null) : Exception(message, inner);
