namespace RecOps.Training.Import;

/// <summary>Training or evaluation is impossible with this data; the message says why and what to change.</summary>
internal sealed class TrainingException(string message) : Exception(message);
