namespace RecOps.Shared.Telemetry;

/// <summary>Batches of one stretch of time.</summary>
/// <param name="Jobs">Lists computed in them.</param>
/// <param name="PaddedJobs">Lists that the device worked for, padding included.</param>
/// <param name="Shared">Lists answered with the result of an equal request in flight.</param>
/// <param name="Reasons">Batches by why they left: idle, full, age, deadline, deviceReady. Every reason is present.</param>
/// <param name="Shed">Lists given up before they were computed, by why: expired, hopeless, rejected, cancelled, failed.</param>
/// <param name="PredictedMs">What the batches were expected to take, added up.</param>
/// <param name="ActualMs">What they took, added up: with the number of lanes, how busy the device was.</param>
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

    /// <summary>Longest wait of each batch's lists before it left, as stage "wait".</summary>
    public StageLatency? Wait { get; set; }

    /// <summary>Most lists that were seen waiting for the device.</summary>
    public int MaxWaiting { get; set; }

    /// <summary>Most requests that were seen to have their list computed, or to wait for it,</summary>
    public int MaxComputing { get; set; }

    /// <summary>and how many of those might be: it adapts, and beyond it fallback lists are answered.</summary>
    public int ComputingLimit { get; set; }

    /// <summary>Batches that the device takes at a time.</summary>
    public int Lanes { get; set; } = 1;
}

/// <param name="Most">Lists in the largest batch of this class; the smallest has one more than half as many.</param>
public sealed record BatchSizes(int Most, long Batches);

/// <summary>Searches of the candidate index in one stretch of time.</summary>
/// <param name="CellsRead">By all searches; 0 for an index without cells.</param>
/// <param name="ItemsScored">By all searches.</param>
public sealed record RetrievalWindow(long Searches, long CellsRead, long ItemsScored);

/// <summary>How candidates are found, and how well that was found to work when the bundle was opened.</summary>
/// <param name="Kind">exact, ivf or onnx.</param>
/// <param name="Cells">0 without cells.</param>
/// <param name="CellsRead">Expected a search.</param>
/// <param name="ItemsScored">Expected a search.</param>
/// <param name="TargetRecall">Share of the exact nearest items that was asked for, 0 to 1.</param>
/// <param name="Recall">Share that was found on the sample, 0 to 1.</param>
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

/// <summary>How much is being worked on at this moment.</summary>
/// <param name="InFlight">Requests.</param>
/// <param name="Computing">Requests whose list is computed or waits for it.</param>
/// <param name="ComputingLimit">How many of those may be at a time; beyond it fallback lists are answered. It adapts.</param>
/// <param name="Waiting">Lists waiting for the device.</param>
/// <param name="Lanes">Batches that the device takes at a time.</param>
public sealed record LoadState(int InFlight, int Computing, int ComputingLimit, int Waiting, int Lanes);
