using RecOps.Tests.Architecture.Samples.Used;

namespace RecOps.Tests.Architecture.Samples.Lambda;

internal static class Later
{
    public static Func<int, int> Sum { get; } = number => number + Thing.Count;
}
