namespace RecOps.Tests.Architecture.Samples.Used;

internal sealed class ThingException : Exception;
