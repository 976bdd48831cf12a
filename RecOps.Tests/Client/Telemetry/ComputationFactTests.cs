using RecOps.Client.Shell;
using RecOps.Client.Telemetry;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Client.Telemetry;

public sealed class ComputationFactTests
{
    [Fact]
    public void From_BusyMinute_MeansAndShares()
    {
        TelemetryWindow minute = Sample.Window(0, 6000, 60) with
        {
            Batches = new BatchWindow(600, 1500, 2000, 12, new() { ["idle"] = 450, ["full"] = 150 }, new() { ["expired"] = 0 }, 1200, 1260),
            Retrieval = new RetrievalWindow(1500, 60_000, 15_000_000),
        };
        ServerState server = Sample.Server() with
        {
            Index = new CandidateIndexState("ivf", 8192, 38, 9000, 0.95, 0.961, 256),
            Load = new LoadState(7, 5, 32, 3, 2),
        };

        IReadOnlyList<ComputationFact> facts = ComputationFact.From(minute, server);

        Assert.Equal("10.0/s", Value("Batches"));
        Assert.Equal("2.5", Value("Lists per batch"));
        Assert.Equal("2.10 ms, expected 2.00 ms", Value("Time per batch"));
        Assert.Equal("1.1%", Value("Device busy"));
        Assert.Equal("25%", Value("Padding"));
        Assert.Equal("12", Value("Shared"));
        Assert.Equal("0", Value("Shed"));
        Assert.Equal("3", Value("Waiting now"));
        Assert.Equal("5 of 32", Value("Computing now"));
        Assert.Equal("8,192 cells", Value("Index"));
        Assert.Equal("40", Value("Cells read"));
        Assert.Equal("96% of 256 shoppers' nearest", Value("Recall"));
        Assert.Equal("10,000", Value("Items scored"));
        Assert.All(facts, fact => Assert.Equal(Tone.Neutral, fact.Tone));

        string Value(string name) => Assert.Single(facts, fact => fact.Name == name).Value;
    }

    [Fact]
    public void From_ShedSlowAndPoorRecall_Warns()
    {
        TelemetryWindow minute = Sample.Window(0, 6000, 60) with
        {
            Batches = new BatchWindow(10, 10, 10, 0, [], new() { ["expired"] = 1200, ["rejected"] = 3 }, 10, 40),
        };
        ServerState server = Sample.Server() with { Index = new CandidateIndexState("ivf", 8192, 38, 9000, 0.95, 0.9, 256) };

        IReadOnlyList<ComputationFact> facts = ComputationFact.From(minute, server);

        Assert.Equal("1,203 (1,200 expired, 3 rejected)", Assert.Single(facts, fact => fact.Name == "Shed").Value);
        Assert.Equal(["Time per batch", "Shed", "Recall"], facts.Where(fact => fact.Tone == Tone.Warn).Select(fact => fact.Name));
    }

    [Fact]
    public void From_NothingKnown_Dashes()
    {
        Assert.All(ComputationFact.From(null, null), fact => Assert.Contains(Quantity.None, fact.Value, StringComparison.Ordinal));
        Assert.All(BatchReasonRow.From(null), row => Assert.Null(row.Percent));
    }

    [Fact]
    public void BatchReasonRow_SomeBatches_SharesOfAll()
    {
        var batches = new BatchWindow(8, 8, 8, 0, new() { ["idle"] = 6, ["age"] = 2 }, [], 1, 1);

        Assert.Equal([75, 0, 0, 25, 0, 0], BatchReasonRow.From(batches).Select(row => row.Percent!.Value));
    }
}
