using RecOps.Tests.Architecture.Samples.Used;

namespace RecOps.Tests.Architecture.Samples.GenericArgument;

internal sealed class Shelf
{
    public Dictionary<string, Thing?[]> Things { get; } = [];
}
