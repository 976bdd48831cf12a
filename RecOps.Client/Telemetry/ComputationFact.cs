using RecOps.Client.Shell;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>One line of the computation card.</summary>
/// <param name="About">What it means, as a tooltip.</param>
public sealed record ComputationFact(string Name, string Value, string About, Tone Tone = Tone.Neutral)
{
    /// <summary>When batches take this much longer or shorter than expected, the batcher plans with wrong figures.</summary>
    private const double FarOff = 1.5;

    /// <summary>Recall this far below the target means a poor index.</summary>
    private const double Shortfall = 0.005;

    /// <summary>The lines in order; the same ones, with dashes, while there is no data.</summary>
    internal static IReadOnlyList<ComputationFact> From(TelemetryWindow? minute, ServerState? server)
    {
        BatchWindow? batches = minute?.Batches;
        LoadState? load = server?.Load;
        return
        [
            new("Batches", Quantity.PerSecond(PerSecond(minute, batches?.Batches)).ToString(), "Runs of retrieval and ranking."),
            new("Lists per batch", Mean(batches?.Jobs, batches?.Batches, "0.0"), "Mean number of lists computed in one run."),
            Time(batches),
            new(
                "Device busy",
                Quantity.Percent(BusyPercent(minute, load)).ToString(),
                "Share of the time that batches were running, over all lanes."
            ),
            new(
                "Padding",
                Quantity.Percent(Percent(batches?.PaddedJobs - batches?.Jobs, batches?.PaddedJobs)).ToString(),
                "Share of the device's work that was padding."
            ),
            new("Shared", Quantity.Count(batches?.Shared).ToString(), "Lists served with the result of an identical request in flight."),
            Shed(batches),
            new("Waiting now", Quantity.Count(load?.Waiting).ToString(), "Lists waiting for the device."),
            new(
                "Computing now",
                load is null ? Quantity.None : $"{load.Computing:N0} of {load.ComputingLimit:N0}",
                "The limit on lists computed at a time adapts to how long they take. Requests beyond it get fallback lists."
            ),
            .. Index(minute, server?.Index),
        ];
    }

    private static ComputationFact Time(BatchWindow? batches)
    {
        string about = "Mean time of a batch, and what the batcher expected.";
        if (batches is null or { Batches: 0 })
            return new("Time per batch", Quantity.Milliseconds(null).ToString(), about);
        double actual = batches.ActualMs / batches.Batches;
        double predicted = batches.PredictedMs / batches.Batches;
        bool farOff = predicted > 0 && (actual > predicted * FarOff || predicted > actual * FarOff);
        return new(
            "Time per batch",
            $"{Quantity.Milliseconds(actual)}, expected {Quantity.Milliseconds(predicted)}",
            about,
            farOff ? Tone.Warn : Tone.Neutral
        );
    }

    private static ComputationFact Shed(BatchWindow? batches)
    {
        long? shed = batches?.Shed.Values.Sum();
        IEnumerable<string> kinds = (batches?.Shed ?? [])
            .Where(kind => kind.Value > 0)
            .OrderByDescending(kind => kind.Value)
            .Select(kind => $"{kind.Value:N0} {kind.Key}");
        string why = shed > 0 ? $" ({string.Join(", ", kinds)})" : "";
        return new(
            "Shed",
            Quantity.Count(shed) + why,
            "Lists that would have been too late, or for which there was no capacity.",
            shed > 0 ? Tone.Warn : Tone.Neutral
        );
    }

    private static IEnumerable<ComputationFact> Index(TelemetryWindow? minute, CandidateIndexState? index)
    {
        yield return new(
            "Index",
            index switch
            {
                null => Quantity.None,
                { Kind: "exact" } => "exact: every item is scored",
                { Kind: "onnx" } => "exact, on the GPU",
                _ => $"{index.Cells:N0} cells",
            },
            "How a shopper's nearest items are found."
        );
        RetrievalWindow? retrieval = minute?.Retrieval;
        if (index is { Cells: > 0 })
        {
            yield return new("Cells read", Mean(retrieval?.CellsRead, retrieval?.Searches, "N0"), "Mean per search.");
            yield return new(
                "Recall",
                $"{Quantity.Percent(100 * index.Recall)} of {index.Sample:N0} shoppers' nearest",
                $"Measured against exact search when the bundle was opened; {Quantity.Percent(100 * index.TargetRecall)} is the target.",
                index.Recall < index.TargetRecall - Shortfall ? Tone.Warn : Tone.Neutral
            );
        }

        yield return new("Items scored", Mean(retrieval?.ItemsScored, retrieval?.Searches, "N0"), "Mean per search.");
    }

    private static double? PerSecond(TelemetryWindow? window, long? count) =>
        window is null or { Seconds: 0 } || count is null ? null : (double)count.Value / window.Seconds;

    private static double? Percent(long? part, long? whole) =>
        part is null || whole is null ? null
        : whole == 0 ? 0
        : 100.0 * part.Value / whole.Value;

    private static double? BusyPercent(TelemetryWindow? window, LoadState? load) =>
        window?.Batches is null || load is null || window.Seconds == 0
            ? null
            : Math.Min(100, 100 * window.Batches.ActualMs / (1000.0 * window.Seconds * Math.Max(1, load.Lanes)));

    private static string Mean(long? sum, long? count, string format) =>
        sum is null || count is null or 0
            ? Quantity.None
            : ((double)sum.Value / count.Value).ToString(format, System.Globalization.CultureInfo.InvariantCulture);
}
