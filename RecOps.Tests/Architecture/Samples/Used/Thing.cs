namespace RecOps.Tests.Architecture.Samples.Used;

/// <summary>What the samples use, each in its own way.</summary>
internal sealed class Thing : IThing
{
    public static int Count { get; set; }

    public int Size { get; set; }
}
