using RecOps.Tests.Architecture.Samples.Used;

namespace RecOps.Tests.Architecture.Samples;

/// <summary>In the root namespace, where folders are composed.</summary>
internal static class Composition
{
    public static int Size => Thing.Count;
}
