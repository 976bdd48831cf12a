using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.History;

/// <summary>
/// Merges machine figures over several slices. Shares and watts are averaged. For sizes the largest counts, since it is the largest that
/// runs out.
/// </summary>
internal static class MachineMerging
{
    /// <returns>Null when none has process figures.</returns>
    public static ProcessState? Processes(ReadOnlySpan<TelemetrySlice> slices)
    {
        ProcessState? merged = null;
        (double cpu, double pause, double allocated, int seconds) = (0, 0, 0, 0);
        foreach (TelemetrySlice slice in slices)
        {
            if (slice.Process is not { } one)
                continue;
            cpu += one.CpuPercent * slice.Seconds;
            pause += one.GcPausePercent * slice.Seconds;
            allocated += one.AllocatedBytesPerSecond * slice.Seconds;
            seconds += slice.Seconds;
            merged = one with
            {
                WorkingSetBytes = Math.Max(one.WorkingSetBytes, merged?.WorkingSetBytes ?? 0),
                ManagedHeapBytes = Math.Max(one.ManagedHeapBytes, merged?.ManagedHeapBytes ?? 0),
                Threads = Math.Max(one.Threads, merged?.Threads ?? 0),
                QueuedWork = Math.Max(one.QueuedWork, merged?.QueuedWork ?? 0),
            };
        }

        return seconds == 0 || merged is null
            ? merged
            : merged with
            {
                CpuPercent = cpu / seconds,
                GcPausePercent = pause / seconds,
                AllocatedBytesPerSecond = allocated / seconds,
            };
    }

    /// <returns>Null when none has device figures.</returns>
    public static DeviceState[]? Devices(ReadOnlySpan<TelemetrySlice> slices)
    {
        var seen = new SortedDictionary<int, List<DeviceState>>();
        foreach (TelemetrySlice slice in slices)
        {
            foreach (DeviceState device in slice.Devices ?? [])
            {
                if (!seen.TryGetValue(device.Index, out List<DeviceState>? states))
                    seen[device.Index] = states = [];
                states.Add(device);
            }
        }

        return seen.Count == 0 ? null : [.. seen.Values.Select(Merge)];
    }

    private static DeviceState Merge(List<DeviceState> states) =>
        states[^1] with
        {
            Utilization = states.Average(state => state.Utilization),
            MemoryUsedBytes = states.Max(state => state.MemoryUsedBytes),
            PowerWatts = states.Average(state => state.PowerWatts),
            Temperature = states.Max(state => state.Temperature),
        };
}
