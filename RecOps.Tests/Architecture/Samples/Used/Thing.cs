namespace RecOps.Tests.Architecture.Samples.Used;

/// <summary>What the samples use, each in a way of its own.</summary>
internal sealed class Thing : IThing
{
    public static int Count { get; set; }

    public int Size { get; set; }
}
