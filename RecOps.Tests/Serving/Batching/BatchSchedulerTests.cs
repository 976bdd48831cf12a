using FsCheck.Xunit;

namespace RecOps.Tests.Serving.Batching;

public sealed class BatchSchedulerTests
{
    [Property(MaxTest = 150)]
    public void AnyEvents_LanesWithProcessorsOfTheirOwn_EveryoneAnsweredOnceInOrder(Choices choices) =>
        Run(choices, independentLanes: true);

    [Property(MaxTest = 150)]
    public void AnyEvents_LanesOfOneProcessor_EveryoneAnsweredOnceInOrder(Choices choices) => Run(choices, independentLanes: false);

    private static void Run(Choices choices, bool independentLanes)
    {
        var harness = new SchedulerHarness(choices, independentLanes);
        for (int i = 0; i < 200; i++)
            harness.Step();
        harness.Finish();
    }
}
