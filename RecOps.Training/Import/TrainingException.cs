namespace RecOps.Training.Import;

/// <summary>The work cannot be done with this data; the message says why and what to change.</summary>
internal sealed class TrainingException(string message) : Exception(message);
