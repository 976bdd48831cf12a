namespace RecOps.Shared.Telemetry;

/// <summary>Batches of one period.</summary>
/// <param name="Jobs">Lists computed in them.</param>
/// <param name="PaddedJobs">Lists that the device processed, padding included.</param>
/// <param name="Shared">Lists served with the result of an identical request in flight.</param>
/// <param name="Reasons">Batches by why they were dispatched: idle, full, age, deadline, deviceReady. Every reason is present.</param>
/// <param name="Shed">Lists shed before they were computed, by reason: expired, hopeless, rejected, cancelled, failed.</param>
/// <param name="PredictedMs">Sum of the batches' expected times.</param>
/// <param name="ActualMs">Sum of the batches' actual times; with the number of lanes it gives how busy the device was.</param>
public sealed record BatchWindow(
    long Batches,
    long Jobs,
    long PaddedJobs,
    long Shared,
    Dictionary<string, long> Reasons,
    Dictionary<string, long> Shed,
    double PredictedMs,
    double ActualMs
)
{
    /// <summary>Batches by size, the smallest first; sizes that did not occur are left out.</summary>
    public BatchSizes[] Sizes { get; set; } = [];

    /// <summary>Longest wait of each batch's lists before dispatch, as stage "wait".</summary>
    public StageLatency? Wait { get; set; }

    /// <summary>Most lists seen waiting for the device.</summary>
    public int MaxWaiting { get; set; }

    /// <summary>Most requests seen with their list being computed or waiting to be,</summary>
    public int MaxComputing { get; set; }

    /// <summary>and the limit on those. It adapts; requests beyond it get fallback lists.</summary>
    public int ComputingLimit { get; set; }

    /// <summary>Batches that the device runs at a time.</summary>
    public int Lanes { get; set; } = 1;
}

/// <param name="Most">Lists in the largest batch of this class; the smallest has one more than half as many.</param>
public sealed record BatchSizes(int Most, long Batches);

/// <summary>Searches of the candidate index in one period.</summary>
/// <param name="CellsRead">By all searches; 0 for an index without cells.</param>
/// <param name="ItemsScored">By all searches.</param>
public sealed record RetrievalWindow(long Searches, long CellsRead, long ItemsScored);

/// <summary>How candidates are found, and the recall measured when the bundle was opened.</summary>
/// <param name="Kind">exact, ivf or onnx.</param>
/// <param name="Cells">0 without cells.</param>
/// <param name="CellsRead">Expected per search.</param>
/// <param name="ItemsScored">Expected per search.</param>
/// <param name="TargetRecall">Target share of the exact nearest items, 0 to 1.</param>
/// <param name="Recall">Share found on the sample, 0 to 1.</param>
/// <param name="Sample">Shoppers it was measured on; 0 where nothing had to be measured.</param>
public sealed record CandidateIndexState(
    string Kind,
    int Cells,
    double CellsRead,
    double ItemsScored,
    double TargetRecall,
    double Recall,
    int Sample
);

/// <summary>The current load.</summary>
/// <param name="InFlight">Requests.</param>
/// <param name="Computing">Requests whose list is being computed or waits to be.</param>
/// <param name="ComputingLimit">The limit on those; requests beyond it get fallback lists. It adapts.</param>
/// <param name="Waiting">Lists waiting for the device.</param>
/// <param name="Lanes">Batches that the device runs at a time.</param>
public sealed record LoadState(int InFlight, int Computing, int ComputingLimit, int Waiting, int Lanes);
