using RecOps.Client.Shell;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry.Latency;

/// <summary>The batch of a request in words.</summary>
internal static class BatchText
{
    public static string Short(RequestBatch? batch) =>
        batch is null ? Quantity.None
        : batch.Size == 1 ? "alone"
        : $"of {batch.Size}";

    public static string About(RequestBatch? batch)
    {
        if (batch is null)
            return "Nothing was computed for this request.";
        string padded = batch.PaddedSize > batch.Size ? $", padded to {batch.PaddedSize}" : "";
        string expected = batch.PredictedMs > 0 ? $", expected {Quantity.Milliseconds(batch.PredictedMs)}" : "";
        return $"A batch of {batch.Size}{padded}, dispatched because: {batch.Reason}. It took "
            + $"{Quantity.Milliseconds(batch.ActualMs)}{expected}.";
    }
}
