using RecOps.Tests.Architecture.Samples.Used;

namespace RecOps.Tests.Architecture.Samples.LocalVariable;

internal static class Measure
{
    public static int Size()
    {
        var thing = new Thing { Size = 2 };
        return thing.Size + thing.Size;
    }
}
