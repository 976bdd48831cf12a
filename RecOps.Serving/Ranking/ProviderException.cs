namespace RecOps.Serving.Ranking;

/// <summary>The configured execution provider cannot be used. The message says which, why and what to do.</summary>
internal sealed class ProviderException(string message, Exception? inner = null) : Exception(message, inner);
