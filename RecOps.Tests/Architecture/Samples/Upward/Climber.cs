namespace RecOps.Tests.Architecture.Samples.Upward;

internal static class Climber
{
    public static int Size => Composition.Size;
}
