namespace RecOps.Shared.Bundles;

/// <summary>A bundle that must not be served. The message names the file, what is wrong and what was expected.</summary>
public sealed class BundleException(string message, Exception? inner = null) : Exception(message, inner);
