using Xunit;

namespace RecOps.Tests.Training;

/// <summary>
/// Tests that use Torch's random numbers. A process has only one generator, so parallel tests would take each other's numbers.
/// </summary>
[CollectionDefinition(Name)]
public sealed class TorchTests
{
    public const string Name = "Torch";
}
