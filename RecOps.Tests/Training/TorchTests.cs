using Xunit;

namespace RecOps.Tests.Training;

/// <summary>
/// Tests that draw from Torch's random numbers. There is one generator in a process, so two at a time would take each other's numbers.
/// </summary>
[CollectionDefinition(Name)]
public sealed class TorchTests
{
    public const string Name = "Torch";
}
