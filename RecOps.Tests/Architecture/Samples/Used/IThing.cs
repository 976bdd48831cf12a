namespace RecOps.Tests.Architecture.Samples.Used;

internal interface IThing
{
    int Size { get; }
}
