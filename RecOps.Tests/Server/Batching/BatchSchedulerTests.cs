using FsCheck.Xunit;

namespace RecOps.Tests.Server.Batching;

public sealed class BatchSchedulerTests
{
    [Property(MaxTest = 150)]
    public void AnyEvents_LanesWithProcessorsOfTheirOwn_EveryoneAnsweredOnceInOrder(int seed) => Run(seed, independentLanes: true);

    [Property(MaxTest = 150)]
    public void AnyEvents_LanesOfOneProcessor_EveryoneAnsweredOnceInOrder(int seed) => Run(seed, independentLanes: false);

    private static void Run(int seed, bool independentLanes)
    {
        var harness = new SchedulerHarness(seed, independentLanes);
        for (int i = 0; i < 200; i++) harness.Step();
        harness.Finish();
    }
}
